#include "armor.hpp"

#include <algorithm>

namespace patchseek::mail {
namespace {

constexpr std::string_view kSigned = "-----BEGIN PGP SIGNED MESSAGE-----";
constexpr std::string_view kSignature = "-----BEGIN PGP SIGNATURE-----";
constexpr std::string_view kEnd = "-----END PGP SIGNATURE-----";

bool is_line(std::string_view line, std::string_view mark) {
    return line.starts_with(mark) && line.find_first_not_of(" \t\r", mark.size()) == line.npos;
}

// Where the line `mark` begins, from `pos` on, which is the beginning of a line.
std::size_t find_line(std::string_view text, std::string_view mark, std::size_t pos) {
    for (auto at = text.find(mark, pos); at != text.npos; at = text.find(mark, at + 1)) {
        const auto line = text.substr(at, std::min(text.find('\n', at), text.size()) - at);
        if ((at == 0 || text[at - 1] == '\n') && is_line(line, mark)) return at;
    }
    return text.npos;
}

std::size_t behind_line(std::string_view text, std::size_t pos) {
    return std::min(text.find('\n', pos), text.size() - 1) + 1;
}

// Behind the "Hash: SHA256" fields and the blank line that ends them.
std::size_t skip_fields(std::string_view text, std::size_t pos) {
    for (auto at = pos; at < text.size();) {
        const auto next = behind_line(text, at);
        const auto line = text.substr(at, next - at);
        if (line.find_first_not_of(" \t\r\n") == line.npos) return next;
        if (line.substr(0, line.find(' ')).find(':') == line.npos) break;
        at = next;
    }
    return pos;
}

void append_unescaped(std::string& out, std::string_view text) {
    for (std::size_t pos = 0; pos < text.size();) {
        const auto next = behind_line(text, pos);
        auto line = text.substr(pos, next - pos);
        if (line.starts_with("- ")) line.remove_prefix(2);
        out += line;
        pos = next;
    }
}

}  // namespace

std::string without_clear_signature(std::string text) {
    auto begin = find_line(text, kSigned, 0);
    if (begin == text.npos) return text;
    std::string out;
    std::size_t copied = 0;
    while (begin != text.npos) {
        const auto content = skip_fields(text, behind_line(text, begin));
        const auto signature = find_line(text, kSignature, content);
        const auto end = signature == text.npos ? text.npos : find_line(text, kEnd, signature);
        if (end == text.npos) break;
        out.append(text, copied, begin - copied);
        append_unescaped(out, std::string_view(text).substr(content, signature - content));
        copied = behind_line(text, end);
        begin = find_line(text, kSigned, copied);
    }
    return out.append(text, copied, text.npos);
}

}  // namespace patchseek::mail
