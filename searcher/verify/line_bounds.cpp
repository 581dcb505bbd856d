// SPDX-License-Identifier: GPL-2.0-or-later
#include "line_bounds.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "patchseek/base/ascii.hpp"
#include "patchseek/tokens/analyzer.hpp"

namespace patchseek::verify {
namespace {

// Bytes of lines that are looked through together, which caches hold.
constexpr std::size_t kPart = std::size_t{64} << 10;
// So many different words of a line are remembered.
constexpr std::size_t kMostSeen = 16;
// Of more words, one stands in most lines.
constexpr std::size_t kMostBeginnings = 16;

// As far as a stem leaves its word alone (`sky` is the stem of `skies`, `die` of `dying`).
std::string beginning_of_stem(const std::string& stem) {
    constexpr std::size_t kEnough = 3;
    return stem.substr(0, std::min(kEnough, std::max<std::size_t>(stem.size(), 2) - 1));
}
std::string beginning_of_word(const std::string& word) { return word.substr(0, tokens::Analyzer::kLeastKept); }

bool begins_word(std::string_view text, std::size_t at) {
    return at == 0 || !is_alnum(text[at - 1]) || is_upper(text[at]);
}

// Whether folding never makes a letter or digit of ASCII of a character, and takes no part in how its neighbours fold:
// letters of Greek, Cyrillic, kana, Han and Hangul, dashes, curly quotes, and the wide signs of Han. `text` begins with
// it.
bool stays_foreign(std::string_view text) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto first = byte(0), second = byte(1), third = byte(2);
    if (first == 0xCE || first == 0xCF || first == 0xD0 || first == 0xD1 || first == 0xD3) return true;
    if (first == 0xD2) return second >= 0x8A;
    if (first == 0xE2)
        return second == 0x80 && std::string_view("\x93\x94\x98\x99\x9C\x9D\xA6").find(static_cast<char>(third)) !=
                                     std::string_view::npos;
    if (first == 0xE3) {
        if (second == 0x80) return third <= 0x8F;
        return second == 0x81 || second == 0x83 || (second == 0x82 && (third < 0x99 || third > 0x9C));
    }
    if (first == 0xEF && second == 0xBC)
        return third < 0x90 || (third > 0x99 && third < 0xA1) || (third > 0xBA && third < 0xBF);
    if (first == 0xEA) return second >= 0xB0;
    if (first == 0xED) return second <= 0x9D;
    return (first >= 0xE4 && first <= 0xE9) || first == 0xEB || first == 0xEC;
}

// How many bytes of a character stand at a place, as far as its first says.
std::size_t size_of(std::string_view text, std::size_t at) {
    auto end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    return end - at;
}

// Whether a word that begins at `begin`, ASCII up to a character at `at`, may be folded to one with a beginning: that
// becomes some letters or none, and what is behind it goes on. Letters of Latin become two at most, as U+00DF, signs
// four, as U+3389.
bool may_fold_to(std::string_view beginning, std::string_view text, std::size_t begin, std::size_t at) {
    const std::size_t most = static_cast<unsigned char>(text[at]) < 0xE2 ? 2 : 4;
    const auto before = at - begin;
    if (before >= beginning.size() || !starts_with_any_case(beginning, text.substr(begin, before))) return false;
    const auto next = at + size_of(text, at);
    const bool ends = next == text.size() || (is_ascii(text[next]) && !is_alnum(text[next]) && text[next] != '_');
    if (ends || !is_ascii(text[next])) return !ends || before + most >= beginning.size();
    for (std::size_t letters = 0; letters <= most; ++letters)
        if (before + letters >= beginning.size() || beginning[before + letters] == to_lower(text[next])) return true;
    return false;
}

// The word around a place. Empty where it is longer than others are, or goes on with what is not ASCII.
std::string_view word_around(std::string_view text, std::size_t at) {
    constexpr std::size_t kLongest = tokens::Analyzer::kMaxWord;
    const auto joins = [&](std::size_t i) { return is_alnum(text[i]) || text[i] == '_' || !is_ascii(text[i]); };
    auto begin = at, end = at;
    while (begin > 0 && at - begin <= kLongest && joins(begin - 1)) --begin;
    while (end < text.size() && end - at <= kLongest && joins(end)) ++end;
    const auto word = text.substr(begin, end - begin);
    return word.size() <= kLongest && is_ascii(word) ? word : std::string_view();
}

}  // namespace

LineBounds::LineBounds(const query::HighlightTerms& terms) : patterns_(terms.patterns) {
    std::vector<Beginning> all;
    for (const std::string& word : terms.words)
        all.push_back({beginning_of_word(word), word.size() < tokens::Analyzer::kLeastKept});
    for (const std::string& word : terms.prefixes) all.push_back({beginning_of_word(word)});
    for (const std::string& stem : terms.stems) all.push_back({beginning_of_stem(stem)});
    std::ranges::sort(all, {}, [](const Beginning& one) { return std::tie(one.text, one.whole); });
    for (Beginning& one : all) {
        // Whatever begins with a longer one begins with the shorter.
        if (beginnings_.empty() || !one.text.starts_with(beginnings_.back().text))
            beginnings_.push_back(std::move(one));
        else if (one.text != beginnings_.back().text)
            beginnings_.back().whole = false;
    }
}

// What is not ASCII is folded first.
bool LineBounds::may_have_marks(std::string_view text) {
    if (beginnings_.size() > kMostBeginnings || !is_ascii(text)) return true;
    line_.assign(text);
    make_lower(line_);
    const auto stands = [&](const Beginning& beginning) {
        for (auto at = line_.find(beginning.text); at != line_.npos; at = line_.find(beginning.text, at + 1))
            if (begins_word(text, at)) return true;
        return false;
    };
    const auto matches = [&](const auto& pattern) { return pattern->find(text, 0).has_value(); };
    return std::ranges::any_of(beginnings_, stands) || std::ranges::any_of(patterns_, matches);
}

bool LineBounds::is_bounded() const {
    const auto bounds = [](const Beginning& one) { return !one.text.empty() && is_ascii(std::string_view(one.text)); };
    return patterns_.empty() && beginnings_.size() <= kMostBeginnings && std::ranges::all_of(beginnings_, bounds);
}

LineBounds::Beginnings LineBounds::beginning_of(const std::string& word) const {
    const auto is_of = [&](const Beginning& one) { return word.starts_with(one.text); };
    const auto at = std::ranges::find_if(beginnings_, is_of) - beginnings_.begin();
    return static_cast<std::size_t>(at) < kMostBeginnings ? Beginnings{1} << static_cast<unsigned>(at) : kAny;
}

LineBounds::Beginnings LineBounds::of_word(const std::string& word, const std::string& stem) const {
    const auto of_word = beginning_of(word);
    return stem.empty() ? of_word : of_word | beginning_of(beginning_of_stem(stem));
}

// Counts what may be a word that begins so. The same letters again are no other mark.
void LineBounds::count(std::size_t number, const Part& part, const std::vector<patch::Line>& lines,
                       std::vector<Bound>& out) const {
    const auto& [text, whole] = beginnings_[number];
    const auto& [raw, small, first, last] = part;
    std::vector<std::string_view> seen;  // in the line
    auto line = first;
    for (auto at = small.find(text); at != small.npos; at = small.find(text, at + 1)) {
        const auto next = at + text.size() < raw.size() ? raw[at + text.size()] : '\n';
        if (!begins_word(raw, at) || (whole && is_alpha(next) && !is_upper(next))) continue;
        const auto before = line;
        while (line + 1 < last && lines[line + 1].begin - lines[first].begin <= at) ++line;
        if (line != before) seen.clear();
        const auto word = word_around(small, at);
        if (!word.empty() && std::ranges::find(seen, word) != seen.end()) continue;
        if (seen.size() < kMostSeen) seen.push_back(word);
        ++out[line].marks;
        out[line].has |= Beginnings{1} << static_cast<unsigned>(number);
    }
}

// How many characters of a line may fold to ASCII so that a word begins as one of the query.
std::size_t LineBounds::foldable_in(std::string_view line) const {
    std::size_t out = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const auto byte = static_cast<unsigned char>(line[at]);
        const bool leads = byte >= 0xC0 || (byte >= 0x80 && (at == 0 || is_ascii(line[at - 1])));
        if (!leads || stays_foreign(line.substr(at))) continue;
        bool may_be = false;
        for (auto begin = at; !may_be; --begin) {
            if (begin == at || begins_word(line, begin))
                may_be = std::ranges::any_of(
                    beginnings_, [&](const Beginning& one) { return may_fold_to(one.text, line, begin, at); });
            if (begin == 0 || !is_alnum(line[begin - 1]) || at - begin > tokens::Analyzer::kMaxWord) break;
        }
        if (may_be) ++out;
    }
    return out;
}

// What is not ASCII in some lines.
void LineBounds::count_foldable(const Part& part, const std::vector<patch::Line>& lines,
                                std::vector<Bound>& out) const {
    if (is_ascii(part.raw)) return;
    for (auto i = part.first; i < part.last; ++i) {
        const auto line = part.raw.substr(lines[i].begin - lines[part.first].begin, lines[i].size);
        const auto foldable = is_ascii(line) ? 0 : foldable_in(line);
        // Of one character two words may be made.
        out[i].marks += 2 * foldable;
        if (foldable > 0) out[i].has = kAny;
    }
}

std::vector<LineBounds::Bound> LineBounds::of(std::string_view body, const std::vector<patch::Line>& lines,
                                              std::size_t wanted) {
    if (!is_bounded()) return std::vector<Bound>(wanted, Bound{kUnbounded, kAny});
    std::vector<Bound> out(wanted);
    for (std::size_t first = 0, last = 0; first < wanted; first = last) {
        const auto end = [&] { return std::size_t{lines[last].begin} + lines[last].size - lines[first].begin; };
        std::size_t size = 0;
        for (; last < wanted && (last == first || end() <= kPart); ++last) size = std::min(end(), kPart);
        const auto raw = body.substr(lines[first].begin, size);
        line_.assign(raw);
        make_lower(line_);
        const Part part{raw, line_, first, last};
        for (std::size_t i = 0; i < beginnings_.size(); ++i) count(i, part, lines, out);
        count_foldable(part, lines, out);
    }
    return out;
}

}  // namespace patchseek::verify
