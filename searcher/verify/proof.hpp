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

/// The stored message as a proof sees it.
namespace patchseek::verify {

/// A message whose parts are read when they are asked for. What cannot be had is thrown.
struct StoredMessage {
    std::function<const store::Record&()> record;
    std::function<store::TextView()> text;
    std::optional<std::string_view> encoded = std::nullopt;  ///< the record as it is stored: its strings stand in it
};

/// Classified lines of a body, some or all.
struct Excerpt {
    std::string_view body;
    std::span<const patch::Line> lines;
};

/// Whether folded `text` has `literal` in it, not as a piece of a longer word: where
/// the literal begins or ends with a letter, none may stand before or after it.
bool has_literal(std::string_view text, std::string_view literal) noexcept;

/// Whether the literal of a proof stands in a line of its areas; a phrase goes on over
/// line ends, as far as the lines are of one area.
bool literal_in(const query::Proof& proof, const Excerpt& excerpt);

/// Whether the pattern of a proof is found in a line of its areas.
bool pattern_in(const query::Proof& proof, const Excerpt& excerpt);

/// Whether a pattern matches a file's name, new or old.
bool matches(const patch::PathPattern& pattern, const patch::FileChange& file);

/// Whether a proof holds of a message.
bool holds(const query::Proof& proof, const StoredMessage& message);

}  // namespace patchseek::verify
