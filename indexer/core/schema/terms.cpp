// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/schema/terms.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "patchseek/base/encoding.hpp"
#include "patchseek/text/fold.hpp"

namespace patchseek::schema {
namespace {

std::uint64_t fnv(std::string_view bytes) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

}  // namespace

std::string term(std::string_view prefix, std::string_view value) {
    std::string out(prefix);
    out += value;
    std::erase(out, '\0');
    if (out.size() <= kMaxTerm) return out;
    const std::string hash = short_hash(out);
    std::size_t keep = kMaxTerm - 1 - hash.size();
    // Never half a character: terms are shown by --explain and compared with folded text.
    for (int i = 0; i < 3 && (static_cast<unsigned char>(out[keep]) & 0xC0) == 0x80; ++i) --keep;
    out.resize(keep);
    return out + '~' + hash;
}

std::string term(const Field& field, std::string_view value) {
    if (field.prefix.empty()) std::abort();
    return field.letters == Letters::kept ? term(field.prefix, value) : term(field.prefix, text::fold(value));
}

std::string has_term(const Field& field) {
    const auto shares = [&](const Field& other) { return field.slot != kNoSlot && other.slot == field.slot; };
    const auto first = std::ranges::find_if(kFields, shares);
    return term(kHasPrefix, first == kFields.end() ? field.name : first->name);
}

std::string trailer_prefix(std::string_view name) { return std::string(kTrailerPrefix).append(name) += ':'; }

std::string_view trailer_name(const Field& field) {
    return field.prefix.substr(kTrailerPrefix.size(), field.prefix.size() - kTrailerPrefix.size() - 1);
}

std::string has_trailer_term(std::string_view name) { return term(kHasPrefix, "trailer:" + std::string(name)); }

std::string short_hash(std::string_view bytes) { return hex(fnv(bytes)); }

std::uint32_t signed_number(std::string_view signed_word) {
    const auto hash = fnv(signed_word);
    return static_cast<std::uint32_t>((hash ^ hash >> 32) % kSignedWords);
}

// Of positions up to 127 each takes one byte.
std::string signed_list(std::uint32_t number) { return std::string(kSignedPrefix) + hex(number / 128ULL).substr(13); }
std::uint32_t signed_position(std::uint32_t number) { return number % 128; }
std::string unsure_signed_list() { return std::string(kSignedPrefix) + '?'; }

}  // namespace patchseek::schema
