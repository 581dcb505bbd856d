// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "patchseek/schema/schema.hpp"

namespace patchseek::schema {

/// Longest term, prefix included, in bytes. Xapian's limit is 245, and it counts a
/// NUL twice, but only when it commits (xapian-core 1.4, glass): a term that slips
/// through loses the whole batch. So we keep a margin and never store a NUL.
inline constexpr std::size_t kMaxTerm = 200;

/// prefix + value as a term Xapian takes: NUL bytes dropped; a value that would
/// pass kMaxTerm keeps its beginning and ends in '~' and a hash of the whole, so
/// that two long values stay two terms. Both programs must make terms here.
std::string term(std::string_view prefix, std::string_view value);

/// The term of one value of a field that has one term per value, folded or not as the field's row says.
/// Aborts for a field of another kind.
std::string term(const Field& field, std::string_view value);

/// The term of all messages that have a value of the field (`field:*`). Fields that share a slot share it.
std::string has_term(const Field& field);

/// Prefix of the words in the values of a trailer. `name` is folded, "signed-off-by".
std::string trailer_prefix(std::string_view name);
/// The name for which trailer_prefix() gives the prefix of a field of kind trailer.
std::string_view trailer_name(const Field& field);
/// The term of all messages that have a trailer of the name.
std::string has_trailer_term(std::string_view name);

/// 64-bit FNV-1a as 16 hex digits. Stored in indexes: never change it.
std::string short_hash(std::string_view bytes);

/// The number of a signed word (tokens/signed_words.hpp), less than kSignedWords. Two may have the same one, so what is
/// found by them has to be looked at. Stored in indexes: never change it.
std::uint32_t signed_number(std::string_view signed_word);
inline constexpr std::uint32_t kSignedWords = 1U << 19;
/// How an index has them: of some numbers each list names the messages that have one, and where others have the
/// positions of a term, it has these.
std::string signed_list(std::uint32_t number);
std::uint32_t signed_position(std::uint32_t number);
/// The list of the messages that may have others.
std::string unsure_signed_list();

}  // namespace patchseek::schema
