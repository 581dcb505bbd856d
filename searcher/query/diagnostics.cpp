// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnostics.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "guesses.hpp"
#include "patchseek/base/spelling.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/code_point.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek::query {
namespace {

/// How much of a query is shown before and after the place of an error.
constexpr std::size_t kColumnsBefore = 60, kColumnsAfter = 40;
/// A bound beside the columns: characters without a width take none.
constexpr std::size_t kMostBytes = 400;

/// Labels that are no fields of the schema.
constexpr auto kOtherLabels = std::to_array<std::string_view>({"lit", "re", "hunk", "in"});

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Where the code point that holds byte `pos` begins; never more than three bytes back.
std::size_t boundary(std::string_view text, std::size_t pos) {
    pos = std::min(pos, text.size());
    for (int steps = 0; steps < 3 && pos > 0 && pos < text.size() && is_continuation(text[pos]); ++steps) --pos;
    return pos;
}

/// The end of `text` that takes at most `limit` columns when shown.
std::string tail(std::string_view text, std::size_t limit) {
    std::size_t begin = text.size(), used = 0;
    while (begin > 0) {
        const std::size_t before = boundary(text, begin - 1);
        used += text::columns(text::visible(text.substr(before, begin - before), text::Breaks::blank));
        if (used > limit || text.size() - before > kMostBytes)
            return "..." + text::visible(text.substr(begin), text::Breaks::blank);
        begin = before;
    }
    return text::visible(text, text::Breaks::blank);
}

/// The beginning of `text`, likewise.
std::string head(std::string_view text, std::size_t limit) {
    for (std::size_t end = 0, used = 0; end < text.size();) {
        const std::size_t size = text::code_point(text, end).size;
        used += text::columns(text::visible(text.substr(end, size), text::Breaks::blank));
        if (used > limit || end + size > kMostBytes)
            return text::visible(text.substr(0, end), text::Breaks::blank) + "...";
        end += size;
    }
    return text::visible(text, text::Breaks::blank);
}

}  // namespace

std::string caret(std::string_view query, const Error& error, std::string_view program) {
    std::string out = std::string(program) + ": " + text::visible(error.message, text::Breaks::blank) + "\n";
    if (error.offset == Error::npos) return out;
    const std::size_t place = boundary(query, error.offset);
    const std::string before = tail(query.substr(0, place), kColumnsBefore);
    out += "  " + before + head(query.substr(place), kColumnsAfter) + "\n";
    out += "  " + std::string(text::columns(before), ' ') + "^\n";
    return out;
}

std::string quoted(std::string_view text) {
    constexpr std::size_t kLongest = 60, kKept = 40;
    if (text.size() <= kLongest) return "'" + std::string(text) + "'";
    return "'" + std::string(text.substr(0, boundary(text, kKept))) + "...'";
}

std::string did_you_mean(std::string_view text) {
    constexpr std::size_t kLongest = 60;
    const bool shown = text.size() <= kLongest && text::visible(text, text::Breaks::blank) == text;
    return shown ? ", did you mean " + quoted(text) + "?" : std::string();
}

std::string unknown_field(std::string_view name, std::string_view value) {
    std::vector<std::string_view> names(kOtherLabels.begin(), kOtherLabels.end());
    for (const schema::Field& field : schema::kFields)
        schema::each_name(field, [&](std::string_view other) { names.push_back(other); });
    std::string message = "unknown field " + quoted(name);
    if (const auto guess = guess_field(name, value)) return message + did_you_mean(*guess);
    if (is_mailbox_field(name)) return message + "; flags, labels and folders of mail programs are in no index";
    if (const auto guess = nearest(name, names)) return message + did_you_mean(std::string(*guess) + ':');
    if (name.find('-') != name.npos) return message + "; a trailer is found by trailer:NAME:words, text by quoting it";
    return message + "; to search for it as text, quote it";
}

std::string unknown_value(std::string_view field, std::string_view value, std::span<const std::string_view> known) {
    const std::string label = std::string(field) + ':';
    std::string message = "unknown value " + quoted(value) + " of '" + label + "'";
    if (const auto guess = guess_value(field, value)) return message + did_you_mean(*guess);
    if (const auto guess = nearest(value, known)) return message + did_you_mean(*guess);
    message += "; it has";
    for (const std::string_view name : known) message += ' ' + std::string(name);
    return message;
}

}  // namespace patchseek::query
