// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "formats.hpp"
#include "relations/reviews.hpp"
#include "relations/story.hpp"
#include "relations/versions.hpp"

/// What --versions, --since-version, --reviews and --commit write, in the formats whose FormatInfo::versions is set.
namespace patchseek::render {

/// "applied", or of how many parts that is known: "applied 2/4"; empty: of none.
std::string applied_of(const relations::Version& version);

/// One line for each version, the newest marked with a star; or one object.
void write_versions(const std::vector<relations::Version>& versions, Format format, const Style& style, Output& out);

/// One line for each part of `before` and `after` that says what became of it; or one object.
/// `more` gives lines to stand below a part, each with its end.
void write_changes(const relations::Version& before, const relations::Version& after, Format format, const Style& style,
                   Output& out, const std::function<std::string(const relations::PartChange&)>& more = {});

/// A series as a tree: its versions, below the newest the parts with those who reviewed them and what is missing, below
/// the others the parts that are `marked`; a word says which are (kFound).
void write_series(const relations::Reviews& reviews, const std::set<std::string>& marked, const Style& style,
                  Output& out);

/// What two versions of a patch have not in common, by lines of their logs and diffs, as git range-diff shows it: '-'
/// and '+' before lines of the older and the newer, which have signs of their own. Each line is indented by 8 and has
/// its end. Bodies are decoded. Very different ones are only told to be.
std::string patch_diff(std::string_view before, std::string_view after, const Style& style);

/// The newest version in a line, then each part with the reviews it has, and at the end those that have none; or one
/// object for each part.
void write_reviews(const relations::Reviews& reviews, Format format, const Style& style, Output& out);

/// The story of a commit in lines; or one object.
void write_story(const relations::Story& story, Format format, const Style& style, Output& out);

}  // namespace patchseek::render
