#include "boolean.hpp"

namespace patchseek::compile {

// Halves, so that each part does not stand in the query twice as often with each part.
Xapian::Query exclusive(std::span<const Xapian::Query> parts) {
    if (parts.size() == 1) return parts.front();
    const auto left = exclusive(parts.first(parts.size() / 2)), right = exclusive(parts.subspan(parts.size() / 2));
    return {Xapian::Query::OP_AND_NOT, left | right, left & right};
}

}  // namespace patchseek::compile
