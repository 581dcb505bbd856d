#include "mentions.hpp"

#include <algorithm>
#include <cctype>

#include "patchseek/text/analyzer.hpp"

namespace patchseek::index {
namespace {

constexpr std::size_t kShortestCommit = 7;
constexpr std::size_t kLongestCommit = 64;
// Nothing that names anything is longer: a search for its end may stop here, and a
// line of millions of openings costs no more than its length.
constexpr std::size_t kLongestName = 2048;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

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

bool is_cve(std::string_view word) {
    return word.size() == 3 && (word[0] | 0x20) == 'c' && (word[1] | 0x20) == 'v' && (word[2] | 0x20) == 'e';
}

// "CVE-2018-3639" at `pos`, which is on its 'C'.
std::string_view cve_at(std::string_view line, std::size_t pos) {
    std::size_t end = pos + 4;
    while (end < line.size() && (is_digit(line[end]) || line[end] == '-')) ++end;
    const auto text = line.substr(pos, end - pos);
    return text.size() >= 13 && text[8] == '-' && is_digit(text.back()) ? text : std::string_view();
}

bool is_id_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view("@.!#$%&'*+-=?^_`{|}~").find(c) != std::string_view::npos;
}

// The component with an '@' of a link to a mail archive; "/T/#u" may follow it. The
// host is none: it can hold a user's name.
std::string_view linked_id(std::string_view url) {
    for (auto slash = url.find('/', 3); slash != url.npos; slash = url.find('/', slash + 1)) {
        const auto id = url.substr(slash + 1, std::min(url.find_first_of("/?#", slash + 1), url.size()) - slash - 1);
        const auto at = id.find('@');
        if (at == id.npos || at == 0 || at + 1 == id.size()) continue;
        return std::ranges::all_of(id, is_id_char) ? id : std::string_view();
    }
    return {};
}

// The number a link to a bug tracker ends in: "…show_bug.cgi?id=1883084", "…/issues/12".
std::string_view linked_bug(std::string_view url) {
    url = url.substr(0, url.find('#'));
    std::size_t begin = url.size();
    while (begin > 0 && is_digit(url[begin - 1])) --begin;
    const auto head = url.substr(0, begin);
    const bool bug =
        head.ends_with("id=") || head.ends_with("/issues/") || head.ends_with("/bugs/") || head.ends_with("+bug/");
    return bug ? url.substr(begin) : std::string_view();
}

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

// Ids in <>. An address looks the same; only names of headers tell, and what stands
// behind one of those is an id.
void add_bracketed(std::string_view line, std::vector<std::string>& out) {
    const auto named = std::min(line.find("essage-"), line.find("In-Reply-To"));
    if (named == line.npos) return;
    for (auto open = line.find('<', named); open != line.npos; open = line.find('<', open + 1)) {
        const auto rest = line.substr(open + 1, kLongestName);
        const auto id = rest.substr(0, rest.find_first_of("<>"));
        if (id.size() < rest.size() && rest[id.size()] == '>' && id.find('@') != id.npos) out.push_back(text::fold(id));
    }
}

}  // namespace

std::vector<std::string> mentions(std::string_view line) {
    std::vector<std::string> out;
    for (std::size_t pos = 0; pos < line.size();) {
        if (!text::is_word_byte(line[pos])) {
            ++pos;
            continue;
        }
        const std::size_t begin = pos;
        while (pos < line.size() && text::is_word_byte(line[pos])) ++pos;
        const auto word = line.substr(begin, pos - begin);
        if (is_commit(word)) {
            out.push_back(text::fold(word));
        } else if (is_cve(word) && begin + 4 < line.size()) {
            if (const auto cve = cve_at(line, begin); !cve.empty()) out.push_back(text::fold(cve));
        }
    }
    if (line.find("://") != line.npos) add_links(line, out);
    if (line.find('<') != line.npos) add_bracketed(line, out);
    return out;
}

}  // namespace patchseek::index
