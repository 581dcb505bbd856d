// SPDX-License-Identifier: GPL-2.0-or-later
#include "entity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "charset.hpp"
#include "header.hpp"
#include "limits.hpp"
#include "patchseek/base/ascii.hpp"
#include "patchseek/base/encoding.hpp"

namespace patchseek::mail {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

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
std::optional<Attribute> next_attribute(std::string_view& rest) {
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

// The pieces of one RFC 2231 value.
class ContinuedValue {
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

constexpr std::string_view kContent = "content-";

std::string_view without_cr(std::string_view line) {
    while (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// The line at `pos`, which moves behind it.
std::string_view next_line(std::string_view text, std::size_t& pos) {
    const auto end = std::min(text.find('\n', pos), text.size());
    const auto line = text.substr(pos, end - pos);
    pos = std::min(end + 1, text.size());
    return line;
}

bool is_field(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == line.npos || colon == 0) return false;
    return std::ranges::all_of(line.substr(0, colon), [](char c) { return c > ' ' && c < 0x7F; });
}

bool is_part_field(std::string_view line) {
    const auto name = line.substr(0, line.find(':'));
    return same_name(name.substr(0, kContent.size()), kContent) || same_name(name, "MIME-Version") ||
           same_name(name.substr(0, 2), "X-");
}

// Whether text that ends without a line end is the beginning of a field.
bool is_cut_field(std::string_view line) {
    return same_name(line.substr(0, kContent.size()), kContent.substr(0, line.size())) ||
           same_name(line.substr(0, kContent.size()), kContent);
}

// Where a part's header ends and its text begins.
struct PartHeader {
    std::size_t end = 0, text = 0;
};
PartHeader find_part_header(std::string_view raw) {
    PartHeader found;
    bool known = false;
    for (std::size_t pos = 0; pos < raw.size();) {
        const auto begin = pos;
        const auto line = without_cr(next_line(raw, pos));
        if (line.empty()) {
            found = {begin, pos};
            break;
        }
        const bool folded = begin > 0 && (line.front() == ' ' || line.front() == '\t');
        if (!folded && !is_field(line)) {
            const bool cut = pos == raw.size() && !raw.ends_with('\n') && is_cut_field(line);
            found = {begin, cut ? raw.size() : begin};
            known = known || cut;
            break;
        }
        known = known || (!folded && is_part_field(line));
        found = {pos, pos};
    }
    return known || found.end == 0 ? found : PartHeader{};
}

// "--boundary" or "--boundary--", blanks behind it forgiven.
enum class Delimiter : std::uint8_t { none, opens, closes };
Delimiter delimiter(std::string_view line, std::string_view boundary) {
    if (!line.starts_with("--") || !line.substr(2).starts_with(boundary)) return Delimiter::none;
    auto rest = line.substr(2 + boundary.size());
    if (is_blank(rest)) return Delimiter::opens;
    return rest.starts_with("--") && is_blank(rest.substr(2)) ? Delimiter::closes : Delimiter::none;
}

std::string_view guess_boundary(std::string_view body) {
    for (std::size_t pos = 0; pos < body.size();) {
        const auto line = without_cr(next_line(body, pos));
        if (!line.starts_with("--") || line.size() < 3 || line.size() > 200) continue;
        auto behind = pos;
        const auto field = next_line(body, behind);
        if (is_field(field) && is_part_field(field)) return line.substr(2);
    }
    return {};
}

// The line end before a delimiter belongs to it.
std::string_view without_line_end(std::string_view part) {
    if (part.ends_with('\n')) part.remove_suffix(1);
    return without_cr(part);
}

// "text/plain"; also of "text / plain; x" and "text/plain x".
std::string media_type(std::string_view value) {
    value = value.substr(0, value.find(';'));
    const auto slash = value.find('/');
    if (slash == value.npos) return {};
    const auto type = value.substr(0, slash);
    auto subtype = value.substr(slash + 1);
    subtype.remove_prefix(std::min(subtype.find_first_not_of(" \t"), subtype.size()));
    const auto end = type.find_last_not_of(" \t");
    if (end == type.npos) return {};
    std::string out(type.substr(0, end + 1));
    out.append("/").append(subtype.substr(0, subtype.find_first_of(" \t")));
    std::ranges::transform(out, out.begin(), to_lower);
    return out;
}

}  // namespace

std::string parameter(std::string_view value, std::string_view name) {
    ContinuedValue pieces;
    std::optional<std::string> plain;
    while (auto attribute = next_attribute(value)) {
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

Entity make_entity(const HeaderBlock& header, std::string_view body, std::string_view default_type) {
    const auto value = [&](std::string_view name) {
        return unfold(header.find(name).value_or("").substr(0, kMaxHeader));
    };
    Entity entity;
    entity.content_type = value("Content-Type");
    entity.disposition = value("Content-Disposition");
    entity.encoding = value("Content-Transfer-Encoding");
    entity.type = media_type(entity.content_type);
    if (entity.type.empty()) entity.type = default_type;
    entity.body = body;
    return entity;
}

Entity read_part(std::string_view raw, std::string_view default_type) {
    const auto found = find_part_header(raw);
    return make_entity(parse_header_block(raw.substr(0, found.end)), raw.substr(found.text), default_type);
}

InnerMessage read_inner_message(std::string_view raw) {
    raw.remove_prefix(std::min(raw.find_first_not_of("\r\n"), raw.size()));
    InnerMessage inner{parse_header_block(raw), {}};
    inner.body = raw.substr(inner.header.body);
    return inner;
}

Pieces split_multipart(std::string_view body, std::string_view boundary, std::size_t most) {
    while (boundary.ends_with(' ')) boundary.remove_suffix(1);
    if (boundary.empty()) boundary = guess_boundary(body);
    Pieces pieces;
    std::size_t begin = 0;
    bool in_preamble = true, open = false;
    const auto end_part = [&](std::size_t end) {
        if (in_preamble)
            pieces.preamble = body.substr(begin, end - begin);
        else if (open && pieces.parts.size() >= most)
            pieces.truncated = true;
        else if (open)
            pieces.parts.push_back(body.substr(begin, end - begin));
    };
    for (std::size_t pos = 0; pos < body.size() && !pieces.truncated;) {
        const auto line_begin = pos;
        const auto found = delimiter(next_line(body, pos), boundary);
        if (found == Delimiter::none) continue;
        end_part(line_begin);
        if (open && !pieces.truncated) pieces.parts.back() = without_line_end(pieces.parts.back());
        in_preamble = false;
        open = found == Delimiter::opens;
        begin = pos;
    }
    if (!in_preamble && !pieces.truncated) end_part(body.size());
    return pieces;
}

}  // namespace patchseek::mail
