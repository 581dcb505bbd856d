// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <optional>
#include <string_view>

#include "applied.hpp"

namespace patchseek::document {

/// Whether a sentence says that patches were applied, or that they were dropped again; of which numbers, if it says
/// some, and which tree. It is read by the clause of its verb: "Applied, thanks", "Since nobody objected, I've applied
/// patches 1 and 2 to for-next, but the last one needs work". None are: what asks, plans, denies or is conditional;
/// what was applied for a trial; what is no patch ("applied your suggestions").
std::optional<Applied> applied_in(std::string_view sentence);

}  // namespace patchseek::document
