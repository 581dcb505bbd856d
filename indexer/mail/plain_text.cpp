// SPDX-License-Identifier: GPL-2.0-or-later
#include "plain_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "charset.hpp"
#include "patchseek/base/ascii.hpp"

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

// Whether a diff in `text` has lines that start with just one space. Many mailers
// call a patch flowed and send it as it is; one that flows it puts a space before
// the space of each context line (RFC 3676, 4.4).
bool has_plain_hunk(std::string_view text) {
    bool in_hunk = false;
    for (std::size_t pos = 0; pos < text.size();) {
        const auto end = std::min(text.find('\n', pos), text.size());
        const auto line = text.substr(pos, end - pos);
        if (in_hunk && line.size() > 1 && line[0] == ' ' && line[1] != ' ') return true;
        in_hunk = line.starts_with("@@ -") ||
                  (in_hunk && !line.empty() && std::string_view(" +-").find(line[0]) != line.npos);
        pos = end + 1;
    }
    return false;
}

struct HtmlEntity {
    std::string_view name, text;
};
constexpr auto kEntities = std::to_array<HtmlEntity>({{"amp", "&"},
                                                      {"lt", "<"},
                                                      {"gt", ">"},
                                                      {"quot", "\""},
                                                      {"apos", "'"},
                                                      {"nbsp", " "},
                                                      {"ndash", "–"},
                                                      {"mdash", "—"},
                                                      {"lsquo", "‘"},
                                                      {"rsquo", "’"},
                                                      {"ldquo", "“"},
                                                      {"rdquo", "”"},
                                                      {"bdquo", "„"},
                                                      {"hellip", "…"},
                                                      {"bull", "•"},
                                                      {"euro", "€"},
                                                      {"trade", "™"},
                                                      {"rarr", "→"},
                                                      {"larr", "←"}});
// Those of Latin-1, from U+00A0 on (HTML 4, 24.2).
constexpr auto kLatin = std::to_array<std::string_view>(
    {"nbsp",   "iexcl",  "cent",   "pound",  "curren", "yen",    "brvbar", "sect",   "uml",    "copy",   "ordf",
     "laquo",  "not",    "shy",    "reg",    "macr",   "deg",    "plusmn", "sup2",   "sup3",   "acute",  "micro",
     "para",   "middot", "cedil",  "sup1",   "ordm",   "raquo",  "frac14", "frac12", "frac34", "iquest", "Agrave",
     "Aacute", "Acirc",  "Atilde", "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute", "Ecirc",  "Euml",
     "Igrave", "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute", "Ocirc",  "Otilde", "Ouml",
     "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute", "THORN",  "szlig",  "agrave", "aacute",
     "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil", "egrave", "eacute", "ecirc",  "euml",   "igrave",
     "iacute", "icirc",  "iuml",   "eth",    "ntilde", "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide",
     "oslash", "ugrave", "uacute", "ucirc",  "uuml",   "yacute", "thorn",  "yuml"});

void append_code_point(std::string& out, unsigned point) {
    if (point != 0 && point <= 0x10FFFF && (point < 0xD800 || point >= 0xE000)) append_utf8(out, point);
}

// An entity at `pos` (which is on '&'); returns how many bytes it took, 0 if none.
std::size_t take_entity(std::string_view html, std::size_t pos, std::string& out) {
    const auto end = html.substr(pos, 12).find(';');
    if (end == html.npos) return 0;
    auto name = html.substr(pos + 1, end - 1);
    if (name.starts_with('#')) {
        name.remove_prefix(1);
        const bool hex = name.starts_with('x') || name.starts_with('X');
        if (hex) name.remove_prefix(1);
        unsigned point = 0;
        const auto [stop, error] = std::from_chars(name.data(), name.data() + name.size(), point, hex ? 16 : 10);
        if (error != std::errc() || stop != name.data() + name.size()) return 0;
        append_code_point(out, point);
        return end + 1;
    }
    const auto* const found = std::ranges::find(kEntities, name, &HtmlEntity::name);
    if (found != kEntities.end()) {
        out += found->text;
        return end + 1;
    }
    const auto* const latin = std::ranges::find(kLatin, name);
    if (latin == kLatin.end()) return 0;
    constexpr unsigned kFirstLatin = 0xA0;
    append_code_point(out, kFirstLatin + static_cast<unsigned>(latin - kLatin.begin()));
    return end + 1;
}

std::string tag_name(std::string_view html, std::size_t pos) {
    std::string name;
    for (std::size_t i = pos + 1; i < html.size() && name.size() < 12; ++i) {
        const char c = html[i];
        if (!is_alnum(c) && !(c == '/' && name.empty())) break;
        name += to_lower(c);
    }
    return name;
}

bool breaks_line(std::string_view tag) {
    static constexpr auto kBlocks =
        std::to_array<std::string_view>({"br", "p", "/p", "div", "/div", "tr", "/tr", "li", "/ul", "/ol", "pre", "/pre",
                                         "h1", "h2", "h3", "blockquote", "/blockquote"});
    return std::ranges::find(kBlocks, tag) != kBlocks.end();
}

/// The text of a page as it grows. What stands in a <blockquote> is quoted as in plain mail, so that nothing of it is
/// taken for the sender's own words.
class HtmlText {
public:
    void add(std::string_view text) {
        for (const char c : text) {
            if (c != '\n' && at_start() && depth_ > 0) out_.append(std::min(depth_, kMostSigns), '>').append(" ");
            out_ += c;
        }
    }
    void tag(std::string_view name) {
        if (breaks_line(name) && !at_start()) out_ += '\n';
        if (name == "blockquote") ++depth_;
        if (name == "/blockquote" && depth_ > 0) --depth_;
    }
    std::string take() && { return std::move(out_); }

private:
    /// A quote of a quote of a quote is told no deeper: a page of short lines must not grow to a multiple of itself.
    static constexpr std::size_t kMostSigns = 3;

    bool at_start() const { return out_.empty() || out_.back() == '\n'; }

    std::string out_;
    std::size_t depth_ = 0;
};

/// Behind the tag at `pos`, and behind all of what is no text: styles, scripts, comments.
std::size_t behind_tag(std::string_view html, std::size_t pos) {
    const auto tag = tag_name(html, pos);
    auto end = html.find('>', pos);
    if (tag == "style" || tag == "script") {
        const auto close = html.find(tag == "style" ? "</style" : "</script", pos);
        end = close == html.npos ? close : html.find('>', close);
    } else if (html.substr(pos, 4) == "<!--") {
        const auto close = html.find("-->", pos);
        end = close == html.npos ? close : close + 2;
    }
    return end == html.npos ? html.size() : end + 1;
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

std::string unflow(std::string_view text, bool delete_space) {
    std::string out;
    out.reserve(text.size());
    bool joining = false;
    std::size_t depth = 0;
    for (std::size_t pos = 0; pos < text.size();) {
        const auto end = std::min(text.find('\n', pos), text.size());
        auto line = text.substr(pos, end - pos);
        pos = end + 1;
        const std::size_t quotes = std::min(line.find_first_not_of('>'), line.size());
        auto content = line.substr(quotes);
        const bool stuffed = content.starts_with(' ');
        if (stuffed) content.remove_prefix(1);
        if (joining && quotes != depth) {
            out += '\n';
            joining = false;
        }
        if (!joining) out.append(quotes, '>').append(quotes > 0 && stuffed ? " " : "");
        depth = quotes;
        const bool signature = content == "-- ";
        joining = content.ends_with(' ') && !signature;
        if (joining && delete_space) content.remove_suffix(1);
        out += content;
        if (!joining && (end < text.size())) out += '\n';
    }
    return out;
}

std::string unflow_prose(std::string text, bool delete_space) {
    return has_plain_hunk(text) ? text : unflow(text, delete_space);
}

std::string text_of_html(std::string_view html) {
    HtmlText text;
    for (std::size_t pos = 0; pos < html.size();) {
        std::string entity;
        const auto taken = html[pos] == '&' ? take_entity(html, pos, entity) : 0;
        if (taken > 0) {
            text.add(entity);
            pos += taken;
        } else if (html[pos] != '<') {
            text.add(html.substr(pos, 1));
            ++pos;
        } else {
            text.tag(tag_name(html, pos));
            pos = behind_tag(html, pos);
        }
    }
    return std::move(text).take();
}

}  // namespace patchseek::mail
