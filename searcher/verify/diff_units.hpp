#pragma once

#include "proof.hpp"

/// Queries about a part of a message: `hunk:( )` and `in:( )`.
namespace patchseek::verify {

/// Whether some unit of the message's diff has all that the proof's plan asks for. Words,
/// positions and case are as in the index: the same Analyzer cuts both. A pattern without
/// a field is looked for in the unit's text as it stands, signs and headers included; a hunk
/// begins with its `@@` line.
bool holds_in_unit(const query::Proof& proof, const StoredMessage& message);

}  // namespace patchseek::verify
