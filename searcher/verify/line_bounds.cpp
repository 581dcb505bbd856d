// SPDX-License-Identifier: GPL-2.0-or-later
#include "line_bounds.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "patchseek/base/ascii.hpp"
#include "patchseek/text/fold.hpp"
#include "patchseek/text/literal_finder.hpp"
#include "patchseek/tokens/analyzer.hpp"

namespace patchseek::verify {
namespace {

// Of a longer line only the beginning is looked at.
constexpr std::size_t kMostOfLine = std::size_t{64} << 10;
// So many different words of a line are remembered.
constexpr std::size_t kMostSeen = 16;
// Of more words, one stands in most lines.
constexpr std::size_t kMostBeginnings = 32;

// As far as a stem of English leaves its words alone: all but its last letter (`accuraci` is that of `accuracy`), but
// of `dying`, `lying` and `tying` the first alone.
std::string beginning_of_stem(const std::string& stem) {
    if (stem.size() < 2) return stem;
    return stem.substr(0, stem == "die" || stem == "lie" || stem == "tie" ? 1 : stem.size() - 1);
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

// Whether what stands from `at` on, each character folded, begins as `beginning` does.
bool may_fold_to(std::string_view beginning, std::string_view text, std::size_t at) {
    while (!beginning.empty()) {
        if (at == text.size()) return false;
        if (is_ascii(text[at])) {
            if (to_lower(text[at++]) != beginning.front()) return false;
            beginning.remove_prefix(1);
            continue;
        }
        const auto size = size_of(text, at);
        const auto folded = text::fold(text.substr(at, size));
        if (folded.size() >= beginning.size()) return folded.starts_with(beginning);
        if (!eat(beginning, folded)) return false;
        at += size;
    }
    return true;
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
    for (const Beginning& one : beginnings_)
        if (!one.text.empty()) begins_.at(static_cast<unsigned char>(one.text.front())) = true;
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
    const auto is_plain = [](const auto& one) { return one->kind() == query::Pattern::Kind::literal && !one->folds(); };
    return std::ranges::all_of(patterns_, is_plain) && beginnings_.size() <= kMostBeginnings &&
           std::ranges::all_of(beginnings_, bounds);
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
void LineBounds::count(std::size_t number, std::string_view body, std::span<const patch::Line> lines,
                       std::vector<Bound>& out) const {
    const auto& [text, whole] = beginnings_[number];
    const text::LiteralFinder finder(text);
    text::LiteralHits hits(finder, body, lines.front().begin);
    std::vector<std::string_view> seen;  // in the line
    std::size_t line = 0;
    for (auto at = hits.next(); at != body.npos; at = hits.next()) {
        const auto next = at + text.size() < body.size() ? body[at + text.size()] : '\n';
        if (!begins_word(body, at) || (whole && is_alpha(next) && !is_upper(next))) continue;
        const auto before = line;
        while (line + 1 < lines.size() && lines[line + 1].begin <= at) ++line;
        if (line != before) seen.clear();
        if (at - lines[line].begin > kMostOfLine) continue;
        const auto word = word_around(body, at);
        const auto same = [&](std::string_view other) { return equals_any_case(word, other); };
        if (!word.empty() && std::ranges::any_of(seen, same)) continue;
        if (seen.size() < kMostSeen) seen.push_back(word);
        ++out[line].marks;
        out[line].has |= Beginnings{1} << static_cast<unsigned>(number);
    }
}

// Where it stands in a line again and again, it is not known how many marks these are.
void LineBounds::count(const query::Pattern& pattern, std::string_view body, std::span<const patch::Line> lines,
                       std::vector<Bound>& out) const {
    std::size_t line = 0, in_line = 0;
    for (std::size_t from = lines.front().begin; const auto found = pattern.find(body, from);) {
        for (; line + 1 < lines.size() && lines[line + 1].begin <= found->begin; in_line = 0) ++line;
        const bool many = ++in_line == kMostSeen;
        out[line].marks = many || out[line].marks == kUnbounded ? kUnbounded : out[line].marks + 1;
        if (many && line + 1 == lines.size()) return;
        from = many ? lines[line + 1].begin : found->begin + 1;
    }
}

// What the character at `at` is folded to, and what is behind it: whether a word of it may begin as one of the query.
bool LineBounds::may_begin_in(std::string_view line, std::size_t at) const {
    const auto size = size_of(line, at);
    const auto folded = text::fold(line.substr(at, size));
    // Of one character, such as U+00BD, two words may be made.
    for (std::size_t i = 0; i < folded.size(); ++i) {
        const auto rest = std::string_view(folded).substr(i);
        const auto begins = [&](const Beginning& one) {
            if (rest.size() >= one.text.size()) return rest.starts_with(one.text);
            return one.text.starts_with(rest) &&
                   may_fold_to(std::string_view(one.text).substr(rest.size()), line, at + size);
        };
        if (begins_.at(static_cast<unsigned char>(rest.front())) && std::ranges::any_of(beginnings_, begins))
            return true;
    }
    return false;
}

// How many characters of a line may fold to ASCII so that a word begins as one of the query.
std::size_t LineBounds::foldable_in(std::string_view line) const {
    std::size_t out = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (is_ascii(line[at])) continue;
        const auto byte = static_cast<unsigned char>(line[at]);
        const bool leads = byte >= 0xC0 || at == 0 || is_ascii(line[at - 1]);
        if (!leads || stays_foreign(line.substr(at))) continue;
        bool found = may_begin_in(line, at);
        for (auto begin = at; !found && begin > 0 && is_alnum(line[begin - 1]); --begin) {
            if (at - begin > tokens::Analyzer::kMaxWord) break;
            const auto first = static_cast<unsigned char>(to_lower(line[begin - 1]));
            found = begins_.at(first) && begins_word(line, begin - 1) &&
                    std::ranges::any_of(beginnings_, [&](const Beginning& one) {
                        return one.text.size() > at - begin + 1 && may_fold_to(one.text, line, begin - 1);
                    });
        }
        if (found) ++out;
    }
    return out;
}

// What is not ASCII in some lines.
void LineBounds::count_foldable(std::string_view body, std::span<const patch::Line> lines,
                                std::vector<Bound>& out) const {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto line = lines[i].of(body).substr(0, kMostOfLine);
        const auto foldable = is_ascii(line) ? 0 : foldable_in(line);
        // Of one character two words may be made.
        out[i].marks += 2 * foldable;
        if (foldable > 0) out[i].has = kAny;
    }
}

std::vector<LineBounds::Bound> LineBounds::of(std::string_view body, std::span<const patch::Line> lines) const {
    if (lines.empty() || !is_bounded()) return std::vector<Bound>(lines.size(), Bound{kUnbounded, kAny});
    std::vector<Bound> out(lines.size());
    const auto upto = body.substr(0, std::size_t{lines.back().begin} + lines.back().size);
    for (std::size_t i = 0; i < beginnings_.size(); ++i) count(i, upto, lines, out);
    if (!is_ascii(upto.substr(lines.front().begin))) count_foldable(upto, lines, out);
    for (const auto& pattern : patterns_) count(*pattern, upto, lines, out);
    return out;
}

}  // namespace patchseek::verify
