#pragma once

#include <functional>
#include <string_view>

#include "patchseek/schema/schema.hpp"
#include "patchseek/store/record.hpp"
#include "patchseek/store/text_store.hpp"
#include "query/plan.hpp"

/// The stored message as a proof sees it.
namespace patchseek::search {

/// Whether folded `text` has `literal` in it, not as a piece of a longer word: where
/// the literal begins or ends with a letter, none may stand before or after it.
bool has_literal(std::string_view text, std::string_view literal) noexcept;

/// Whether a pattern matches a file's name, new or old.
bool matches(const patch::PathPattern& pattern, const patch::FileChange& file);

/// Whether a proof holds of a message. `text` is asked for only when the record
/// cannot tell; returns false when it cannot be had.
bool holds(const query::Proof& proof, const store::Record& record, const std::function<const store::Text*()>& text);

}  // namespace patchseek::search
