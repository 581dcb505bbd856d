#pragma once

#include <vector>

#include "formats.hpp"
#include "relations/reviews.hpp"
#include "relations/versions.hpp"

/// What --versions, --since-version and --reviews write, in the formats whose FormatInfo::versions is set.
namespace patchseek::render {

/// One line for each version, the newest marked with a star; or one object.
void write_versions(const std::vector<relations::Version>& versions, Format format, const Style& style, Output& out);

/// One line for each part of `before` and `after` that says what became of it; or one object.
void write_changes(const relations::Version& before, const relations::Version& after, Format format, const Style& style,
                   Output& out);

/// The newest version in a line, then each part with the reviews it has, and at the end those that have none; or one
/// object for each part.
void write_reviews(const relations::Reviews& reviews, Format format, const Style& style, Output& out);

}  // namespace patchseek::render
