#pragma once

#include "plan.hpp"

namespace patchseek::query {

/// Whether a leaf asks of relations between messages, which are in no term.
bool is_related(const Node& node);

/// The plan of such a leaf, or of braces, to which their child is still to be added.
Plan plan_related(const Node& node);

}  // namespace patchseek::query
