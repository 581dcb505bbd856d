#include "diagnostics.hpp"

#include <algorithm>

#include "patchseek/text/code_point.hpp"
#include "patchseek/text/visible.hpp"

namespace patchseek::query {
namespace {

constexpr std::size_t kColumnsBefore = 60, kColumnsAfter = 40;
/// Characters without a width could go on for ever.
constexpr std::size_t kMostBytes = 400;

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

}  // namespace patchseek::query
