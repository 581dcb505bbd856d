#include "parameter.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "charset.hpp"
#include "header.hpp"
#include "limits.hpp"

namespace patchseek::mail {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trim(std::string_view text) {
    const auto begin = text.find_first_not_of(kBlanks);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

struct Attribute {
    std::string_view name;
    std::string value;
};

// What stands in quotes at the front of `rest`, which moves past it. A quote that is
// never closed takes all.
std::string eat_quoted(std::string_view& rest) {
    std::string out;
    std::size_t i = 1;
    for (; i < rest.size() && rest[i] != '"'; ++i) {
        // A backslash before anything but a quote or itself is the path of a Windows program.
        const bool escapes = rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\');
        if (escapes) ++i;
        out += rest[i];
    }
    rest.remove_prefix(std::min(i + 1, rest.size()));
    return out;
}

// The next `name=value` behind a ';'; nullopt at the end.
std::optional<Attribute> next(std::string_view& rest) {
    while (true) {
        const auto semicolon = rest.find(';');
        if (semicolon == rest.npos) return std::nullopt;
        rest.remove_prefix(semicolon + 1);
        const auto stop = rest.find_first_of("=;");
        if (stop == rest.npos) return std::nullopt;
        if (rest[stop] == ';') continue;
        Attribute found{trim(rest.substr(0, stop)), {}};
        rest.remove_prefix(stop + 1);
        // Blanks around '=' are against the rule, and are seen.
        rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
        if (rest.starts_with('"'))
            found.value = eat_quoted(rest);
        else
            found.value = trim(rest.substr(0, rest.find(';')));
        return found;
    }
}

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char small = static_cast<char>(c | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool code = text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
        out += code ? static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])) : text[i];
        i += code ? 2 : 0;
    }
    return out;
}

// The pieces of one RFC 2231 value.
class Pieces {
public:
    // `suffix`: what stands behind the name: "*", "*0", "*12*".
    void add(std::string_view suffix, std::string value) {
        suffix.remove_prefix(1);
        const bool encoded = suffix.empty() || suffix.ends_with('*');
        if (suffix.ends_with('*')) suffix.remove_suffix(1);
        std::size_t index = 0;
        const auto* const end = suffix.data() + suffix.size();
        if (!suffix.empty()) {
            const auto [stop, error] = std::from_chars(suffix.data(), end, index);
            if (stop != end || error != std::errc()) return;
        }
        if (index >= kMaxPieces || pieces_[index]) return;
        pieces_[index] = Piece{std::move(value), encoded};
    }
    bool empty() const { return !pieces_[0]; }
    std::string joined() const {
        std::string bytes, charset;
        for (std::size_t i = 0; i < kMaxPieces && pieces_[i]; ++i) {
            std::string_view text = pieces_[i]->text;
            if (i == 0 && pieces_[i]->encoded) {
                const auto first = text.find('\''), second = text.find('\'', std::min(first, text.size() - 1) + 1);
                if (first != text.npos && second != text.npos) {
                    charset = text.substr(0, first);
                    text.remove_prefix(second + 1);
                }
            }
            bytes += pieces_[i]->encoded ? percent_decoded(text) : std::string(text);
        }
        return to_utf8(bytes, charset);
    }

private:
    struct Piece {
        std::string text;
        bool encoded;
    };
    std::array<std::optional<Piece>, kMaxPieces> pieces_;
};

}  // namespace

std::string parameter(std::string_view value, std::string_view name) {
    Pieces pieces;
    std::optional<std::string> plain;
    while (auto attribute = next(value)) {
        const auto base = attribute->name.substr(0, attribute->name.find('*'));
        if (!same_name(base, name)) continue;
        const auto suffix = attribute->name.substr(base.size());
        if (!suffix.empty())
            pieces.add(suffix, std::move(attribute->value));
        else if (!plain)
            plain = std::move(attribute->value);
    }
    if (!pieces.empty()) return pieces.joined();
    if (!plain) return {};
    if (same_name(name, "name") || same_name(name, "filename")) return decode_text(*plain);
    return to_utf8(plain->substr(0, plain->find_first_of(kBlanks)), "");
}

std::string file_name(std::string_view disposition, std::string_view content_type) {
    auto name = parameter(disposition, "filename");
    if (name.empty()) name = parameter(content_type, "name");
    return decode_text(name);
}

}  // namespace patchseek::mail
