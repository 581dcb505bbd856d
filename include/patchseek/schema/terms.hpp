#pragma once

#include <string>
#include <string_view>

namespace patchseek::schema {

/// Longest term, prefix included, in bytes. Xapian's limit is 245, and it counts a
/// NUL twice, but only when it commits (xapian-core 1.4, glass): a term that slips
/// through loses the whole batch. So we keep a margin and never store a NUL.
inline constexpr std::size_t kMaxTerm = 200;

/// prefix + value as a term Xapian takes: NUL bytes dropped; a value that would
/// pass kMaxTerm keeps its beginning and ends in '~' and a hash of the whole, so
/// that two long values stay two terms. Both programs must make terms here.
std::string term(std::string_view prefix, std::string_view value);

/// 64-bit FNV-1a as 16 hex digits. Stored in indexes: never change it.
std::string short_hash(std::string_view bytes);

}  // namespace patchseek::schema
