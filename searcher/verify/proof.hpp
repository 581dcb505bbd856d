// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "patchseek/patch/anatomy.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/record.hpp"
#include "patchseek/store/text_store.hpp"
#include "query/plan.hpp"

/// Whether a proof holds of one stored message: literals, expressions and paths, as the user typed them. The
/// other rooms find candidates by terms; here the text decides.
namespace patchseek::verify {

/// A message whose parts are read only when a proof needs them. Both functions throw if the part cannot be
/// read; what they give must live as long as the message.
struct StoredMessage {
    std::function<const store::Record&()> record;
    std::function<store::TextView()> text;
    /// The record as it is stored: its strings stand in it, so that most records need not be decoded.
    std::optional<std::string_view> encoded = std::nullopt;
};

/// Classified lines of a body, some or all.
struct Excerpt {
    std::string_view body;
    std::span<const patch::Line> lines;
};

/// Whether folded `text` has `literal` in it, not as a piece of a longer word: where the literal begins or
/// ends with a letter, no letter may stand before or after it.
bool has_literal(std::string_view text, std::string_view literal) noexcept;

/// Whether has_literal() holds of a line of a body, folded. Text that cannot be folded to the literal is read over.
bool literal_in_lines(std::string_view body, std::string_view literal);

/// Whether the literal of a proof stands in a line of its areas; a phrase goes on over
/// line ends, as far as the lines are of one area.
bool literal_in(const query::Proof& proof, const Excerpt& excerpt);

/// Whether the pattern of a proof is found in a line of its areas.
bool pattern_in(const query::Proof& proof, const Excerpt& excerpt);

/// Whether a pattern matches a file's name, new or old.
bool matches(const patch::PathPattern& pattern, const patch::FileChange& file);

/// Whether a proof holds of a message. Throws what reading the message throws.
bool holds(const query::Proof& proof, const StoredMessage& message);

}  // namespace patchseek::verify
