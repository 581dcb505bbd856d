// SPDX-License-Identifier: GPL-2.0-or-later
#include "mentions.hpp"

#include <algorithm>

#include "patchseek/base/ascii.hpp"
#include "patchseek/base/encoding.hpp"
#include "patchseek/text/fold.hpp"
#include "patchseek/tokens/analyzer.hpp"

namespace patchseek::document {
namespace {

constexpr std::size_t kShortestCommit = 7;
constexpr std::size_t kLongestCommit = 64;
// Nothing that names anything is longer: a search for its end may stop here, and a
// line of millions of openings costs no more than its length.
constexpr std::size_t kLongestName = 2048;

// A word of hex digits. Without a figure it is a word such as "defaced"; of figures
// alone it is a number, unless it is just as long as the ids that people cut or do
// not cut: more is a time, which message ids start with.
bool is_commit(std::string_view word) {
    if (word.size() < kShortestCommit || word.size() > kLongestCommit) return false;
    if (!std::ranges::all_of(word, is_hex)) return false;
    const auto digits = std::ranges::count_if(word, is_digit);
    const bool usual = word.size() == 12 || word.size() == 13 || word.size() >= 40;
    return digits > 0 && (usual || digits < static_cast<std::ptrdiff_t>(word.size()));
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view other) { return equals_any_case(word, other); });
}

// A word of a line, with the one in front of it.
struct Word {
    std::string_view text;
    std::string_view before;  // empty when it is the first
    std::string_view gap;     // what stands between the two
};

// Where a word in front says that a commit follows, letters alone or figures alone are
// one too. git describe writes "v5.4-12-g7dcd57552008".
std::string_view commit_of(const Word& word) {
    if (is_commit(word.text)) return word.text;
    const auto rest = word.text.substr(1);
    if (word.text[0] == 'g' && word.gap.ends_with('-') && is_commit(rest)) return rest;
    const bool announced = word.gap == " " || word.gap == ": ";
    const bool fits = word.text.size() >= kShortestCommit && word.text.size() <= kLongestCommit;
    if (!announced || !fits || !is_one_of(word.before, {"commit", "commits", "fixes"})) return {};
    return std::ranges::all_of(word.text, is_hex) ? word.text : std::string_view();
}

// "bug 12345", "bsc#1234", "LP: #99", "Closes: #12". Without a '#' small numbers count bugs.
bool is_bug(const Word& word) {
    if (word.text.size() > 12 || !std::ranges::all_of(word.text, is_digit)) return false;
    if (word.gap.size() > 3 || word.gap.find_first_not_of(" :#") != word.gap.npos) return false;
    if (!word.gap.ends_with('#'))
        return word.text.size() >= 3 && is_one_of(word.before, {"bug", "bz", "bugzilla", "rhbz"});
    return is_one_of(word.before, {"bug",    "bugs", "bz",    "bugzilla", "rhbz",     "bsc",     "bnc",   "boo",
                                   "lp",     "gh",   "issue", "issues",   "pr",       "ticket",  "close", "closes",
                                   "closed", "fix",  "fixes", "fixed",    "resolves", "resolved"});
}

void add_bug(const Word& word, std::vector<std::string>& out) {
    out.emplace_back(word.text);
    if (word.gap == "#") out.push_back(text::fold(std::string(word.before) + '#' + std::string(word.text)));
}

bool is_cve(std::string_view word) { return equals_any_case(word, "cve"); }

// "CVE-2018-3639" at `pos`, which is on its 'C'.
std::string_view cve_at(std::string_view line, std::size_t pos) {
    std::size_t end = pos + 4;
    while (end < line.size() && (is_digit(line[end]) || line[end] == '-')) ++end;
    const auto text = line.substr(pos, end - pos);
    return text.size() >= 13 && text[8] == '-' && is_digit(text.back()) ? text : std::string_view();
}

bool is_id_char(char c) {
    return is_alnum(c) || std::string_view("@.!#$%&'*+-=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_id(std::string_view id) {
    const auto at = id.find('@');
    return at != id.npos && at > 0 && at + 1 < id.size() && std::ranges::all_of(id, is_id_char);
}

// The number a link to a bug tracker ends in: "…show_bug.cgi?id=1883084", "…/issues/12".
std::string_view linked_bug(std::string_view url) {
    url = url.substr(0, url.find('#'));
    std::size_t begin = url.size();
    while (begin > 0 && is_digit(url[begin - 1])) --begin;
    const auto head = url.substr(0, begin);
    const bool bug = head.ends_with("id=") || head.ends_with("/issues/") || head.ends_with("/bugs/") ||
                     head.ends_with("bug/") || head.ends_with("bugs.debian.org/") || head.ends_with("crbug.com/") ||
                     head.ends_with("/ticket/");
    return bug ? url.substr(begin) : std::string_view();
}

}  // namespace

std::string linked_id(std::string_view url) {
    for (auto cut = url.find('/', 3); cut != url.npos; cut = url.find_first_of("/=", cut + 1)) {
        const auto part = url.substr(cut + 1, std::min(url.find_first_of("/?#&", cut + 1), url.size()) - cut - 1);
        if (auto id = percent_decoded(part); is_id(id)) return id;
    }
    return {};
}

namespace {

void add_links(std::string_view line, std::vector<std::string>& out) {
    for (auto pos = line.find("://"); pos != line.npos; pos = line.find("://", pos)) {
        auto url = line.substr(pos, kLongestName);
        url = url.substr(0, url.find_first_of(" \t<>\"')"));
        pos += std::max<std::size_t>(url.size(), 1);
        while (!url.empty() && std::string_view(".,;:").find(url.back()) != std::string_view::npos)
            url.remove_suffix(1);
        if (const auto id = linked_id(url); !id.empty()) out.push_back(text::fold(id));
        if (const auto bug = linked_bug(url); !bug.empty()) out.emplace_back(bug);
    }
}

// The word of letters that stands in front of a place, "cf." without its dot.
std::string_view word_before(std::string_view line, std::size_t pos) {
    while (pos > 0 && (line[pos - 1] == ' ' || line[pos - 1] == '.' || line[pos - 1] == ':')) --pos;
    auto begin = pos;
    while (begin > 0 && std::isalpha(static_cast<unsigned char>(line[begin - 1]))) --begin;
    return line.substr(begin, pos - begin);
}

// Programs make ids of times and counters with signs between: an address has no such name.
bool is_made_by_program(std::string_view id) {
    const auto name = id.substr(0, id.find('@'));
    return std::ranges::count_if(name, is_digit) >= 6 && name.find_first_of(".-+") != name.npos;
}

// Ids in <>. An address looks the same: the name of a header or a word in front tells that one is an id, or the id
// itself where no name stands in front of it.
void add_bracketed(std::string_view line, std::vector<std::string>& out) {
    const auto named = std::min({line.find("essage-"), line.find("In-Reply-To"), line.find("References")});
    for (auto open = line.find('<'); open != line.npos; open = line.find('<', open + 1)) {
        const auto rest = line.substr(open + 1, kLongestName);
        const auto id = rest.substr(0, rest.find_first_of("<>"));
        if (id.size() == rest.size() || rest[id.size()] != '>' || id.find('@') == id.npos) continue;
        const auto before = word_before(line, open);
        const bool announced = is_one_of(before, {"cf", "in", "see", "message", "msg", "mail", "id", "ref", "also"});
        if (open > named || announced || (is_made_by_program(id) && is_id(id))) out.push_back(text::fold(id));
    }
}

// An id without <>: behind "Message-Id:" at the front of a line, or behind notmuch's
// "id:" and public-inbox's "mid:" anywhere.
void add_bare(std::string_view line, std::vector<std::string>& out) {
    const bool header = line.size() > 11 && is_one_of(line.substr(0, 11), {"message-id:"});
    for (auto pos = line.find(':'); pos != line.npos; pos = line.find(':', pos + 1)) {
        auto begin = pos;
        while (begin > 0 && tokens::is_word_byte(line[begin - 1]) && pos - begin < 6) --begin;
        const bool named = is_one_of(line.substr(begin, pos - begin), {"id", "mid", "msgid"});
        if (!(header && pos == 10) && !named) continue;
        auto rest = line.substr(pos + 1, kLongestName);
        if (header) rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        rest = rest.substr(0, rest.find_first_of(" \t<>()\",;"));
        while (rest.ends_with('.')) rest.remove_suffix(1);
        if (is_id(rest)) out.push_back(text::fold(rest));
    }
}

}  // namespace

std::vector<std::string> mentions(std::string_view line) {
    std::vector<std::string> out;
    Word word;
    std::size_t gap_begin = 0;
    for (std::size_t pos = 0; pos < line.size();) {
        if (!tokens::is_word_byte(line[pos])) {
            ++pos;
            continue;
        }
        const std::size_t begin = pos;
        while (pos < line.size() && tokens::is_word_byte(line[pos])) ++pos;
        word = {line.substr(begin, pos - begin), word.text, line.substr(gap_begin, begin - gap_begin)};
        gap_begin = pos;
        if (const auto commit = commit_of(word); !commit.empty()) out.push_back(text::fold(commit));
        if (is_bug(word)) add_bug(word, out);
        if (is_cve(word.text) && begin + 4 < line.size())
            if (const auto cve = cve_at(line, begin); !cve.empty()) out.push_back(text::fold(cve));
    }
    if (line.find("://") != line.npos) add_links(line, out);
    if (line.find('<') != line.npos) add_bracketed(line, out);
    if (line.find('@') != line.npos) add_bare(line, out);
    return out;
}

}  // namespace patchseek::document
