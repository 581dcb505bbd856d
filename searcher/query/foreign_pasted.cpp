#include <algorithm>
#include <array>

#include "foreign_syntax.hpp"
#include "patchseek/text/code_point.hpp"

namespace patchseek::query {
namespace {

bool is_hex(std::string_view text) {
    constexpr std::size_t kShortest = 7, kLongest = 64;
    return text.size() >= kShortest && text.size() <= kLongest && std::ranges::all_of(text, [](char c) {
               return text::is_ascii_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
}

bool is_number(std::string_view text) { return !text.empty() && std::ranges::all_of(text, text::is_ascii_digit); }

/// `%40` as '@'.
std::string without_percents(std::string_view text) {
    const auto value = [](char c) {
        if (text::is_ascii_digit(c)) return c - '0';
        const char low = text::ascii_lower(c);
        return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool coded = text[i] == '%' && i + 2 < text.size() && value(text[i + 1]) >= 0 && value(text[i + 2]) >= 0;
        if (!coded) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(value(text[i + 1]) * 16 + value(text[i + 2]));
        i += 2;
    }
    return out;
}

std::vector<std::string> split(std::string_view text, std::string_view at) {
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

/// Without brackets around it and what a sentence or a mail program puts beside.
std::string_view trimmed(std::string_view word) {
    for (const std::string_view head : {"mailto:", "news:", "cid:", "mid:", "id:"})
        if (word.starts_with(head)) word.remove_prefix(head.size());
    while (!word.empty() && std::string_view("<([\"'").find(word.front()) != word.npos) word.remove_prefix(1);
    while (!word.empty() && std::string_view(">)]\"',;.!?/").find(word.back()) != word.npos) word.remove_suffix(1);
    return word;
}

}  // namespace

std::vector<std::string> named_by(std::string_view word) {
    std::vector<std::string> out;
    const auto add = [&](std::string part) {
        if (std::ranges::find(out, part) == out.end()) out.push_back(std::move(part));
    };
    const std::string_view core = trimmed(word);
    const auto scheme = core.find("://");
    if (scheme == core.npos) {
        const auto id = without_percents(core);
        if (id.find('@') != id.npos && id.find('/') == id.npos) add("id:" + id);
        if (is_hex(core)) add("mentions:" + std::string(core)), add("blob:" + std::string(core));
        // v2.30.0-14-g1a2b3c4, as git describes a commit.
        if (const auto dash = core.rfind("-g"); dash != core.npos && is_hex(core.substr(dash + 2)))
            add("mentions:" + std::string(core.substr(dash + 2)));
        return out;
    }
    // An address of the web: ids stand between its slashes or behind an equals sign.
    for (const std::string& part : split(core.substr(scheme + 3), "/?=&#;")) {
        const auto id = without_percents(part);
        if (id.find('@') != id.npos) add("id:" + std::string(trimmed(id)));
        if (is_hex(id)) add("mentions:" + id);
        if (is_number(id) && core.find("patch") != core.npos) add("pwid:" + id);
    }
    return out;
}

std::vector<std::string> other_spellings(std::string_view word) {
    std::vector<std::string> out;
    const auto add = [&](std::string part) {
        if (!part.empty() && part != word && std::ranges::find(out, part) == out.end()) out.push_back(std::move(part));
    };
    // An expression without its label, or without its slashes.
    std::string_view bare = word.starts_with("re:") ? word.substr(3) : word;
    if (bare.size() > 2 && bare.front() == '/' && bare.back() == '/') bare = bare.substr(1, bare.size() - 2);
    const bool odd = bare.find(".*") != bare.npos || bare.find('\\') != bare.npos || bare.starts_with('^');
    if (odd || bare.size() != word.size()) add("re:/" + std::string(bare) + '/');
    const auto star = word.find_first_of("*?");
    const auto is_part = [](char c) {
        return c == '_' || text::is_ascii_digit(c) || text::is_ascii_letter(c) || c == '*' || c == '?';
    };
    if (star != word.npos && std::ranges::all_of(word, is_part) && word.size() > 2) {
        std::string expression;
        for (const char c : word) expression += c == '*' ? "\\w*" : c == '?' ? "\\w" : std::string(1, c);
        add("re:/\\b" + expression + "\\b/");
    }
    // f(), *p, &x, `name'
    const auto is_word = [](char c) { return c == '_' || text::is_ascii_digit(c) || text::is_ascii_letter(c); };
    const auto first = std::ranges::find_if(word, is_word);
    const auto last = std::ranges::find_if(word.rbegin(), word.rend(), is_word);
    if (first == word.end()) return out;
    const std::string_view core(first, last.base());
    add(std::string(core));
    std::string joined(core), parted(core);
    std::ranges::replace_if(
        joined, [&](char c) { return c == '-' || c == '.' || c == ':'; }, '_');
    add(joined);
    std::ranges::replace(parted, '_', '-');
    add(parted);
    std::ranges::replace_if(
        parted, [&](char c) { return !is_word(c); }, ' ');
    add(parted.find(' ') == parted.npos ? parted : '"' + parted + '"');
    return out;
}

}  // namespace patchseek::query
