#include "quoted_name.hpp"

namespace patchseek::patch {
namespace {

char unescape(char c) noexcept {
    switch (c) {
        case 'a': return '\a';
        case 'b': return '\b';
        case 'f': return '\f';
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        case 'v': return '\v';
        default: return c;  // '"', '\\', and whatever a later git may add
    }
}

bool is_octal(char c) noexcept { return c >= '0' && c <= '7'; }

}  // namespace

std::optional<std::string> eat_quoted_name(std::string_view& s) {
    if (s.size() < 2 || s.front() != '"') return std::nullopt;
    std::string name;
    for (std::size_t i = 1; i < s.size() && name.size() <= kMaxPath; ++i) {
        if (s[i] == '"') {
            s.remove_prefix(i + 1);
            return name;
        }
        if (s[i] != '\\') {
            name += s[i];
            continue;
        }
        if (++i == s.size()) break;
        if (i + 2 < s.size() && is_octal(s[i]) && is_octal(s[i + 1]) && is_octal(s[i + 2])) {
            const int byte = (s[i] - '0') * 64 + (s[i + 1] - '0') * 8 + (s[i + 2] - '0');
            name += static_cast<char>(byte & 0xff);
            i += 2;
        } else {
            name += unescape(s[i]);
        }
    }
    return std::nullopt;
}

}  // namespace patchseek::patch
