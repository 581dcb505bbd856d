// SPDX-License-Identifier: GPL-2.0-or-later
#include "cursor.hpp"

#include <algorithm>

#include "patchseek/base/ascii.hpp"
#include "patchseek/base/digest.hpp"

namespace patchseek {
namespace {

constexpr std::string_view kStart = "start";
constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kWord = 5;  // digits of a number of 30 bits
constexpr std::uint32_t kMask = (1U << 30U) - 1;
constexpr std::size_t kLast = 4;  // so many of the last messages tell a place
constexpr char kAll = 'a', kPlace = 'p';

void put_word(std::uint32_t number, std::string& out) {
    for (std::size_t i = 0; i < kWord; ++i) out += kDigits[(number >> (6 * (kWord - 1 - i))) & 63U];
}

std::optional<std::uint32_t> read_word(std::string_view text) {
    std::uint32_t out = 0;
    for (const char c : text.substr(0, kWord)) {
        const auto digit = kDigits.find(c);
        if (digit == kDigits.npos) return std::nullopt;
        out = (out << 6U) | static_cast<std::uint32_t>(digit);
    }
    return text.size() < kWord ? std::nullopt : std::optional(out);
}

std::uint32_t number_of(std::string_view hex) {
    std::uint32_t out = 0;
    for (const char c : hex.substr(0, 8)) out = (out << 4U) | static_cast<std::uint32_t>(std::max(hex_value(c), 0));
    return out & kMask;
}

std::uint32_t number_of(const store::Record& record) { return number_of(record.digest); }

std::string mark_of(std::string_view text) {
    std::string out;
    put_word(number_of(sha256_hex(text)), out);
    return out;
}

}  // namespace

Result<Cursor> Cursor::read(std::string_view text, std::string_view query) {
    Cursor out;
    out.query_ = mark_of(query);
    if (text == kStart) return out;
    const Error none{ErrorKind::usage,
                     "'" + std::string(text.substr(0, 60)) +
                         "' is no cursor, or not all of one; the first is start, and each page says the next"};
    if (text.size() < 1 + 2 * kWord || text.size() % kWord != 1 || (text[0] != kAll && text[0] != kPlace)) return none;
    if (mark_of(text.substr(0, text.size() - kWord)) != text.substr(text.size() - kWord)) return none;
    text.remove_suffix(kWord);
    if (text.substr(1, kWord) != out.query_)
        return Error{ErrorKind::usage, "the cursor is of another query, or of another order"};
    out.all_ = text[0] == kAll;
    for (std::string_view rest = text.substr(1 + kWord); !rest.empty(); rest.remove_prefix(kWord)) {
        const auto number = read_word(rest);
        if (!number) return none;
        out.seen_.push_back(*number);
    }
    if (out.seen_.empty()) return none;
    out.count_ = out.seen_.size();
    if (!out.all_) {
        out.count_ = out.seen_.front();
        out.seen_.erase(out.seen_.begin());
        if (out.seen_.empty()) return none;
    }
    out.known_.insert(out.seen_.begin(), out.seen_.end());
    return out;
}

bool Cursor::has(const store::Record& record) const { return known_.contains(number_of(record)); }

std::optional<std::size_t> Cursor::place_in(const std::vector<reader::Hit>& hits) const {
    for (auto last = seen_.rbegin(); last != seen_.rend(); ++last)
        for (std::size_t i = hits.size(); i > 0; --i)
            if (number_of(hits[i - 1].record) == *last) return i;
    return std::nullopt;
}

void Cursor::add(const std::vector<reader::Hit>& hits, bool fixed) {
    all_ = count_ > 0 ? all_ : !fixed;
    for (const reader::Hit& hit : hits) seen_.push_back(number_of(hit.record));
    count_ += hits.size();
    if (!all_ && seen_.size() > kLast) seen_.erase(seen_.begin(), seen_.end() - kLast);
}

std::string Cursor::text() const {
    std::string out(1, all_ ? kAll : kPlace);
    out += query_;
    if (!all_) put_word(static_cast<std::uint32_t>(std::min<std::size_t>(count_, kMask)), out);
    for (const std::uint32_t number : seen_) put_word(number, out);
    return out + mark_of(out);  // what is changed or cut is none
}

}  // namespace patchseek
