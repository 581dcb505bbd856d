// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "formats.hpp"

/// Messages as a tree, and how trees are drawn.
namespace patchseek::render {

/// A message in its place: those below it follow it, each by its depth.
struct Node {
    const reader::Hit* hit;
    std::size_t depth = 0;
    std::size_t parent = 0;  ///< place of what it answers; of a root, its own
};

/// The messages of a discussion, each behind what it answers (In-Reply-To, else the last of References that is there),
/// oldest first, parts of a series in their order. Each comes once, whatever the headers say. Needs Text::headers;
/// points into `hits`. n log n.
std::vector<Node> reply_tree(const std::vector<reader::Hit>& hits);

/// What is drawn before the lines of a tree, by the depths of its nodes in order: "│  ├─ ". What is deeper than 12
/// stands as if at 12.
std::vector<std::string> guides(const std::vector<std::size_t>& depths);

/// Behind what a tree marks: found by a query, or asked for.
inline constexpr std::string_view kFound = "  (found)";

/// How much of each message of a discussion is written.
enum class Detail : std::uint8_t {
    outline,  ///< a line
    fresh,    ///< what its author wrote: no quotes but the line answered, no signature, no diff
    whole,    ///< all of its body
};

/// Writes a discussion as a tree, oldest first. Lines of bodies stand behind a bar, which no mail can write
/// itself; those of `marked` have a word behind them in an outline. Needs Hit::text. Stops where `out` fails.
void write_discussion(const std::vector<reader::Hit>& hits, Detail detail, const std::set<std::string>& marked,
                      const Style& style, Output& out);

}  // namespace patchseek::render
