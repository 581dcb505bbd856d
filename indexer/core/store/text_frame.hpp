#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "patchseek/store/text_store.hpp"

namespace patchseek::store {

/// What one frame of the text store holds, before compression:
///
///     1 byte   0, or 1 when the body is a piece of raw
///     varints  sizes of headers, body and raw; then, for 1, where in raw the body begins
///     bytes    headers, for 0 the body, raw
///
/// Varints are those of varint.hpp. Part of the schema.
///
/// pack() appends to `out`.
void pack(const Text& text, std::string& out);

/// nullopt unless `content`, in which the text stays, is one packed text, to its last byte.
std::optional<TextView> unpack(std::string_view content);

}  // namespace patchseek::store
