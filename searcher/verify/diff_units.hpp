// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "proof.hpp"

/// Queries about a part of a diff: `hunk:( )` and `in:( )`.
namespace patchseek::verify {

/// Whether one file's diff, or one hunk, has all that Proof::unit_plan asks for; Proof::unit says which
/// of the two it must be. Words, positions and case are as in the index: the same Analyzer cuts both. A
/// pattern without a field is looked for in the unit's text as it stands, signs and headers included; a
/// hunk begins with its `@@` line. Throws what reading the message throws.
bool holds_in_unit(const query::Proof& proof, const StoredMessage& message);

}  // namespace patchseek::verify
