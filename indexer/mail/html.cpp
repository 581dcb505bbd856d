#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "body.hpp"
#include "charset.hpp"

namespace patchseek::mail {
namespace {

struct Entity {
    std::string_view name, text;
};
constexpr auto kEntities = std::to_array<Entity>({{"amp", "&"},
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
    const auto* const found = std::ranges::find(kEntities, name, &Entity::name);
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
        const auto c = static_cast<unsigned char>(html[i]);
        if (!std::isalnum(c) && !(c == '/' && name.empty())) break;
        name += static_cast<char>(std::tolower(c));
    }
    return name;
}

bool breaks_line(std::string_view tag) {
    static constexpr auto kBlocks =
        std::to_array<std::string_view>({"br", "p", "/p", "div", "/div", "tr", "/tr", "li", "/ul", "/ol", "pre", "/pre",
                                         "h1", "h2", "h3", "blockquote"});
    return std::ranges::find(kBlocks, tag) != kBlocks.end();
}

}  // namespace

std::string text_of_html(std::string_view html) {
    std::string out;
    for (std::size_t pos = 0; pos < html.size();) {
        if (html[pos] == '&') {
            if (const auto taken = take_entity(html, pos, out)) {
                pos += taken;
                continue;
            }
        }
        if (html[pos] != '<') {
            out += html[pos++];
            continue;
        }
        const auto tag = tag_name(html, pos);
        std::size_t end = html.find('>', pos);
        if (tag == "style" || tag == "script") {
            const auto close = html.find(tag == "style" ? "</style" : "</script", pos);
            end = close == html.npos ? html.npos : html.find('>', close);
        } else if (html.substr(pos, 4) == "<!--") {
            const auto close = html.find("-->", pos);
            end = close == html.npos ? close : close + 2;
        }
        if (breaks_line(tag) && !out.empty() && out.back() != '\n') out += '\n';
        pos = end == html.npos ? html.size() : end + 1;
    }
    return out;
}

}  // namespace patchseek::mail
