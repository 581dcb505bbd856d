// SPDX-License-Identifier: GPL-2.0-or-later
#include "alternatives.hpp"

#include <algorithm>
#include <array>

#include "patchseek/base/ascii.hpp"
#include "patchseek/base/encoding.hpp"
#include "patchseek/schema/schema.hpp"

namespace patchseek::query {
namespace {

/// Collects the texts of an answer: none is empty, stands twice or is the text that was given.
class Alternatives {
public:
    explicit Alternatives(std::string_view given) : given_(given) {}
    void add(std::string text) {
        if (!text.empty() && text != given_ && std::ranges::find(texts_, text) == texts_.end())
            texts_.push_back(std::move(text));
    }
    std::vector<std::string> take() { return std::move(texts_); }

private:
    std::string_view given_;
    std::vector<std::string> texts_;
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// The words of a query; blanks between quotes do not separate.
std::vector<std::string> split_words(std::string_view query) {
    std::vector<std::string> out(1);
    bool inside = false;
    for (const char c : query) {
        inside = inside != (c == '"');
        if (c != ' ' || inside)
            out.back() += c;
        else if (!out.back().empty())
            out.emplace_back();
    }
    if (out.back().empty()) out.pop_back();
    return out;
}

std::string join(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : " ") + part;
    return out;
}

/// With plain quotes, dashes and colons for those that word processors put in their place.
std::string without_typography(std::string_view query) {
    std::string out(query);
    for (const std::string_view quote : {"“", "”", "„", "«", "»", "＂"}) out = replaced(out, quote, "\"");
    for (const std::string_view quote : {"‘", "’", "`", "´"}) out = replaced(out, quote, "'");
    for (const std::string_view dash : {"–", "—", "−", "‐"}) out = replaced(out, dash, "-");
    return replaced(replaced(out, "：", ":"), "\xC2\xA0", " ");
}

/// `'a b'` as "a b".
std::string with_double_quotes(std::string_view query) {
    std::string out(query);
    for (auto begin = out.find('\''); begin != out.npos;) {
        const auto end = out.find('\'', begin + 1);
        const bool starts = begin == 0 || out[begin - 1] == ' ' || out[begin - 1] == ':' || out[begin - 1] == '(';
        if (end == out.npos) break;
        if (starts) out[begin] = out[end] = '"';
        begin = out.find('\'', starts ? end + 1 : begin + 1);
    }
    return out;
}

/// Operators of other languages, and ours in small letters, as ours in capitals.
std::string with_operators(std::string_view query) {
    struct Sign {
        std::string_view typed, meant;
    };
    static constexpr auto kSigns =
        std::to_array<Sign>({{"&&", "AND"}, {"&", "AND"}, {"||", "OR"}, {"|", "OR"}, {"!", "NOT"}, {",", "OR"}});
    auto parts = split_words(query);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::string& part = parts[i];
        const bool between = i > 0 && i + 1 < parts.size();
        for (const Sign& sign : kSigns)
            if (part == sign.typed && (between || sign.meant == "NOT")) part = sign.meant;
        if (between && (equals_any_case(part, "and") || equals_any_case(part, "or") || equals_any_case(part, "xor")))
            std::ranges::transform(part, part.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 32) : c; });
        if (i + 1 < parts.size() && equals_any_case(part, "not")) part = "NOT";
        if (part.size() > 1 && part[0] == '!' && is_alpha(part[1])) part = "NOT " + part.substr(1);
        // `a but not b` is `a AND NOT b`.
        if (part.starts_with("NOT") && i > 0 &&
            (equals_any_case(parts[i - 1], "but") || equals_any_case(parts[i - 1], "and")))
            parts[i - 1] = "AND";
    }
    return join(parts);
}

/// `date:oct 26 2020` and `date:last week` with dots for the blanks; the date of most words first.
void add_dates_with_dots(std::string_view query, Alternatives& out) {
    const auto parts = split_words(query);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto colon = parts[i].find(':');
        const auto* field = schema::find_field(std::string_view(parts[i]).substr(0, std::min(colon, parts[i].size())));
        if (colon == std::string::npos || !field || field->kind != schema::FieldKind::date) continue;
        for (std::size_t more = std::min<std::size_t>(3, parts.size() - i - 1); more > 0; --more) {
            std::string date = parts[i];
            for (std::size_t j = 1; j <= more; ++j) date += '.' + parts[i + j];
            std::erase(date, ',');
            std::vector<std::string> all(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(i));
            all.push_back(std::move(date));
            all.insert(all.end(), parts.begin() + static_cast<std::ptrdiff_t>(i + more + 1), parts.end());
            out.add(join(all));
        }
    }
}

bool is_hex(std::string_view text) {
    constexpr std::size_t kShortest = 7, kLongest = 64;
    return text.size() >= kShortest && text.size() <= kLongest && std::ranges::all_of(text, [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
}

bool is_number(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

/// The pieces of a text between the bytes `at`, none empty.
std::vector<std::string> split_at(std::string_view text, std::string_view at) {
    std::vector<std::string> out(1);
    for (const char c : text) {
        if (at.find(c) == at.npos)
            out.back() += c;
        else if (!out.back().empty())
            out.emplace_back();
    }
    if (out.back().empty()) out.pop_back();
    return out;
}

/// Without the label before it, the brackets around it and the signs of a sentence beside it.
std::string_view undecorated(std::string_view word) {
    for (const std::string_view head : {"mailto:", "news:", "cid:", "mid:", "id:"})
        if (word.starts_with(head)) word.remove_prefix(head.size());
    while (!word.empty() && std::string_view("<([\"'").find(word.front()) != word.npos) word.remove_prefix(1);
    while (!word.empty() && std::string_view(">)]\"',;.!?/").find(word.back()) != word.npos) word.remove_suffix(1);
    return word;
}

/// `svm.c:123:4`, `svm.c,` and `svm.c(12)` without what stands behind the path.
std::string_view without_line_number(std::string_view path) {
    while (!path.empty() && std::string_view(",;:.!?)'\"").find(path.back()) != path.npos) path.remove_suffix(1);
    for (auto colon = path.rfind(':'); colon != path.npos && colon > 0; colon = path.rfind(':')) {
        const auto behind = path.substr(colon + 1);
        if (!std::ranges::all_of(behind, [](char c) { return is_digit(c) || c == '-'; })) {
            // `HEAD:svm.c`, `v5.4:mm/slab.c`
            path.remove_prefix(colon + 1);
            break;
        }
        path = path.substr(0, colon);
    }
    if (const auto bracket = path.find_first_of("(@#"); bracket != path.npos && bracket > 0)
        path = path.substr(0, bracket);
    return path;
}

/// `x.{c,h}` and `x.[ch]` as "(file:x.c OR file:x.h)"; empty for a path without such brackets.
std::string written_out_glob(std::string_view path) {
    const auto open = path.find_first_of("{[");
    if (open == path.npos) return {};
    const bool brace = path[open] == '{';
    const auto close = path.find(brace ? '}' : ']', open);
    if (close == path.npos || close < open + 2 || close - open > 40) return {};
    const auto inside = path.substr(open + 1, close - open - 1);
    std::string out, one;
    const auto add = [&] {
        out += (out.empty() ? "(file:" : " OR file:") + std::string(path.substr(0, open)) + one +
               std::string(path.substr(close + 1));
        one.clear();
    };
    for (const char c : inside) {
        if (brace && c == ',') {
            add();
        } else {
            one += c;
            if (!brace) add();
        }
    }
    if (brace) add();
    return out + ')';
}

}  // namespace

std::vector<std::string> alternative_queries(std::string_view query) {
    // A longer query was made by a program, which writes what it means.
    constexpr std::size_t kLongest = 1000;
    if (query.size() > kLongest) return {};
    Alternatives out(query);
    const std::string plain = without_typography(query);
    out.add(plain);
    out.add(with_double_quotes(plain));
    out.add(with_operators(plain));
    add_dates_with_dots(plain, out);
    // Quoted twice: once for the shell, and once for us.
    const bool whole = plain.size() > 2 && plain.front() == '"' && plain.find('"', 1) == plain.size() - 1;
    if (whole && plain.find(':') != plain.npos) out.add(plain.substr(1, plain.size() - 2));
    if (plain.find("\\\"") != plain.npos) out.add(replaced(plain, "\\\"", "\""));
    return out.take();
}

bool is_web_address(std::string_view word) {
    if (starts_with_any_case(word, "http://") || starts_with_any_case(word, "https://")) return true;
    const auto slash = word.find('/');
    if (slash == word.npos || word.find('/', slash + 1) == word.npos) return false;
    if (percent_decoded(word.substr(slash)).find('@') == std::string::npos) return false;
    const auto host = word.substr(0, slash);
    const auto dot = host.rfind('.');
    if (dot == host.npos || dot == 0 || host.size() - dot < 3) return false;
    return std::ranges::all_of(host.substr(dot + 1), is_alpha) &&
           std::ranges::all_of(host, [](char c) { return is_alpha(c) || is_digit(c) || c == '.' || c == '-'; });
}

std::vector<std::string> pasted_references(std::string_view word) {
    Alternatives out("");
    const std::string_view core = undecorated(word);
    const auto scheme = core.find("://");
    if (scheme == core.npos && !is_web_address(core)) {
        const auto id = percent_decoded(core);
        if (id.find('@') != id.npos && id.find('/') == id.npos) out.add("id:" + id);
        if (is_hex(core)) out.add("mentions:" + std::string(core)), out.add("blob:" + std::string(core));
        // v2.30.0-14-g1a2b3c4, as git describes a commit.
        if (const auto dash = core.rfind("-g"); dash != core.npos && is_hex(core.substr(dash + 2)))
            out.add("mentions:" + std::string(core.substr(dash + 2)));
        return out.take();
    }
    // An address of the web: ids stand between its slashes or behind an equals sign.
    for (const std::string& part : split_at(scheme == core.npos ? core : core.substr(scheme + 3), "/?=&#;")) {
        const auto id = percent_decoded(part);
        if (id.find('@') != id.npos) out.add("id:" + std::string(undecorated(id)));
        if (is_hex(id)) out.add("mentions:" + id);
        if (is_number(id) && core.find("patch") != core.npos) out.add("pwid:" + id);
    }
    return out.take();
}

std::vector<std::string> alternative_words(std::string_view word) {
    Alternatives out(word);
    // An expression without its label, or without its slashes.
    std::string_view bare = word.starts_with("re:") ? word.substr(3) : word;
    if (bare.size() > 2 && bare.front() == '/' && bare.back() == '/') bare = bare.substr(1, bare.size() - 2);
    const bool odd = bare.find(".*") != bare.npos || bare.find('\\') != bare.npos || bare.starts_with('^');
    if (odd || bare.size() != word.size()) out.add("re:/" + std::string(bare) + '/');
    const auto star = word.find_first_of("*?");
    const auto is_part = [](char c) { return c == '_' || is_digit(c) || is_alpha(c) || c == '*' || c == '?'; };
    if (star != word.npos && std::ranges::all_of(word, is_part) && word.size() > 2) {
        std::string expression;
        for (const char c : word) expression += c == '*' ? "\\w*" : c == '?' ? "\\w" : std::string(1, c);
        out.add("re:/\\b" + expression + "\\b/");
    }
    // The middle of a name.
    const bool name = star == word.npos && word.find('_') != word.npos && std::ranges::all_of(word, is_part);
    if (name && word.size() > 4) out.add("re:/" + std::string(word) + '/');
    // f(), *p, &x, `name'
    const auto is_word = [](char c) { return c == '_' || is_digit(c) || is_alpha(c); };
    const auto first = std::ranges::find_if(word, is_word);
    const auto last = std::ranges::find_if(word.rbegin(), word.rend(), is_word);
    if (first == word.end()) return out.take();
    const std::string_view core(first, last.base());
    out.add(std::string(core));
    std::string underscored(core), separated(core);
    std::ranges::replace_if(
        underscored, [&](char c) { return c == '-' || c == '.' || c == ':'; }, '_');
    out.add(underscored);
    std::ranges::replace(separated, '_', '-');
    out.add(separated);
    std::ranges::replace_if(
        separated, [&](char c) { return !is_word(c); }, ' ');
    out.add(separated.find(' ') == separated.npos ? separated : '"' + separated + '"');
    return out.take();
}

std::vector<std::string> alternative_paths(std::string_view path) {
    Alternatives out(path);
    std::string clean(without_line_number(path));
    std::ranges::replace(clean, '\\', '/');
    for (auto at = clean.find("//"); at != clean.npos; at = clean.find("//")) clean.erase(at, 1);
    while (clean.starts_with("./")) clean.erase(0, 2);
    while (clean.starts_with("../")) clean.erase(0, 3);
    const bool diff = clean.starts_with("a/") || clean.starts_with("b/");
    if (diff) out.add(clean.substr(1));
    out.add(clean);
    std::string low = diff ? clean.substr(1) : clean;
    std::ranges::transform(low, low.begin(), to_lower);
    out.add(low);
    const bool glob = clean.find_first_of("*?") != clean.npos;
    const auto name = clean.substr(clean.rfind('/') + 1);
    if (clean.ends_with('/')) {
        out.add(clean.substr(0, clean.size() - 1));
    } else if (!glob) {
        out.add((diff ? clean.substr(1) : clean) + '/');
        if (name.starts_with('.')) out.add(clean.substr(0, clean.size() - name.size()) + '*' + name);
        if (name.find('.') == name.npos && name.size() > 1) out.add(clean + ".*");
    }
    if (glob) {
        // What people mean by a star often crosses folders.
        const auto slash = clean.rfind('/');
        if (slash != clean.npos && clean.find("**") == clean.npos)
            out.add(clean.substr(0, slash) + "/**" +
                    (clean.substr(slash) == "/*" ? std::string() : clean.substr(slash)));
        if (name.find('.') == name.npos && !name.ends_with('*')) out.add(clean + '*');
    }
    out.add(written_out_glob(path));
    return out.take();
}

}  // namespace patchseek::query
