// SPDX-License-Identifier: GPL-2.0-or-later
#include "highlighter.hpp"

#include <algorithm>
#include <tuple>

#include "patchseek/base/ascii.hpp"
#include "patchseek/patch/line_area.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/text/fold.hpp"
#include "proof.hpp"

namespace patchseek::verify {
namespace {

// A very long body is not read to its end for three lines.
constexpr std::size_t kMaxLines = 20'000;
constexpr std::size_t kMaxLine = 2'000;
// Of more words, one stands in most lines.
constexpr std::size_t kMostBeginnings = 16;

struct Candidate {
    std::size_t order;
    double rank;
    std::vector<bool> shows;  ///< by HighlightTerms::wanted
    reader::Snippet snippet;
};

bool is_asked_of(const query::Wanted& wanted, schema::Area area) {
    const auto& prefix = schema::info(area).prefix;
    return std::ranges::any_of(wanted.scopes, [&](const query::Scope& scope) { return scope.prefix == prefix; });
}

/// The candidate that shows most of what is still wanted, among those that show `part`; null if none does.
Candidate* best_for(std::size_t part, std::vector<Candidate>& found, const std::vector<bool>& shown) {
    Candidate* best = nullptr;
    std::tuple<std::size_t, double, std::size_t> best_value;
    for (Candidate& one : found) {
        if (!one.shows[part]) continue;
        std::size_t fresh = 0;
        for (std::size_t i = 0; i < shown.size(); ++i) fresh += one.shows[i] && !shown[i] ? 1 : 0;
        const std::tuple value(fresh, one.rank, kMaxLines - one.order);
        if (!best || value > best_value) best = &one, best_value = value;
    }
    return best;
}

/// Puts those first that show each part of the query; returns how many these are, at most `most`.
std::size_t put_evidence_first(std::vector<Candidate>& found, std::size_t parts, std::size_t most) {
    std::vector<bool> shown(parts, false);
    std::size_t kept = 0;
    for (std::size_t part = 0; part < parts && kept < most; ++part) {
        if (shown[part]) continue;
        Candidate* best = best_for(part, found, shown);
        if (!best) continue;
        for (std::size_t i = 0; i < parts; ++i) shown[i] = shown[i] || best->shows[i];
        std::iter_swap(found.begin() + static_cast<std::ptrdiff_t>(kept++), found.begin() + (best - found.data()));
    }
    return kept;
}

void sort_unique(std::vector<std::string>& words) {
    std::ranges::sort(words);
    words.erase(std::unique(words.begin(), words.end()), words.end());
}

std::size_t distinct(std::string_view text, const std::vector<reader::Mark>& marks) {
    if (marks.size() < 2) return marks.size();
    std::vector<std::string> seen;
    for (const reader::Mark& mark : marks) seen.push_back(text::fold(text.substr(mark.begin, mark.end - mark.begin)));
    sort_unique(seen);
    return seen.size();
}

/// Places of a pattern, without those it finds nothing at (`x*`).
void find_all(const query::Pattern& pattern, std::string_view text, std::vector<reader::Mark>& out) {
    for (std::size_t from = 0; const auto found = pattern.find(text, from);) {
        if (found->end > found->begin) out.push_back({found->begin, found->end});
        from = std::max(found->end, found->begin + 1);
    }
}

/// In order, none inside another.
std::vector<reader::Mark> joined(std::vector<reader::Mark> marks) {
    std::ranges::sort(marks, {}, [](const reader::Mark& mark) { return std::pair(mark.begin, mark.end); });
    std::vector<reader::Mark> out;
    for (const reader::Mark& mark : marks) {
        if (!out.empty() && mark.begin < out.back().end)
            out.back().end = std::max(out.back().end, mark.end);
        else
            out.push_back(mark);
    }
    return out;
}

/// Texts of which one stands in every line that has one of the terms: their beginnings, as far as a stem leaves its
/// word alone (`sky` is the stem of `skies`, `die` of `dying`).
std::vector<std::string> beginnings_of(const query::HighlightTerms& terms) {
    constexpr std::size_t kEnough = 3;
    std::vector<std::string> out;
    for (const auto* words : {&terms.words, &terms.prefixes})
        for (const std::string& word : *words) out.push_back(word.substr(0, tokens::Analyzer::kLeastKept));
    for (const std::string& stem : terms.stems)
        out.push_back(stem.substr(0, std::min(kEnough, std::max<std::size_t>(stem.size(), 2) - 1)));
    sort_unique(out);
    return out;
}

}  // namespace

Highlighter::Highlighter(query::HighlightTerms terms, tokens::Analyzer& analyzer)
    : terms_(std::move(terms)), analyzer_(analyzer) {
    sort_unique(terms_.words);
    sort_unique(terms_.stems);
    std::ranges::stable_sort(terms_.wanted, {}, &query::Wanted::frequency);
    beginnings_ = beginnings_of(terms_);
    for (const std::string& word : terms_.words) words_[word].marked = true;
    for (const std::string& word : terms_.prefixes) prefixes_[word].marked = true;
    for (const std::string& word : terms_.stems) stems_[word].marked = true;
    std::size_t place = 0;
    for (const query::Wanted& wanted : terms_.wanted) {
        for (std::size_t i = 0; i < wanted.words.size(); ++i, ++place) {
            (wanted.prefix ? prefixes_ : words_)[wanted.words[i]].places.push_back(place);
            if (i < wanted.stems.size()) stems_[wanted.stems[i]].places.push_back(place);
        }
    }
    has_.resize(place);
}

Highlighter::Meaning& Highlighter::Words::operator[](const std::string& word) {
    if (!word.empty()) begins.at(static_cast<unsigned char>(word.front())) = true;
    return meanings[word];
}

const Highlighter::Meaning* Highlighter::Words::find(std::string_view word) const {
    if (word.empty() || !begins.at(static_cast<unsigned char>(word.front()))) return nullptr;
    const auto it = meanings.find(word);
    return it == meanings.end() ? nullptr : &it->second;
}

// To look for some letters costs a tenth of cutting a line into words. What is not ASCII is folded first.
bool Highlighter::may_have_marks(std::string_view text) {
    if (beginnings_.size() > kMostBeginnings || !is_ascii(text)) return true;
    line_.assign(text);
    for (char& c : line_) c = to_lower(c);
    const auto stands = [&](const std::string& beginning) {
        for (auto at = line_.find(beginning); at != line_.npos; at = line_.find(beginning, at + 1))
            if (at == 0 || !is_alnum(text[at - 1]) || is_upper(text[at])) return true;
        return false;
    };
    const auto matches = [&](const auto& pattern) { return pattern->find(text, 0).has_value(); };
    return std::ranges::any_of(beginnings_, stands) || std::ranges::any_of(terms_.patterns, matches);
}

// Notes what a word tells.
void Highlighter::look_up(const tokens::Token& token, bool& marked) {
    const auto note = [&](const Meaning& meaning) {
        marked = marked || meaning.marked;
        for (const std::size_t place : meaning.places) has_[place] = 1;
    };
    if (const auto* meaning = words_.find(token.term)) note(*meaning);
    for (const auto& [prefix, meaning] : prefixes_.meanings)
        if (token.term.starts_with(prefix)) note(meaning);
    // No word and its stem begin with different letters.
    if (token.part || token.term.empty() || !stems_.begins.at(static_cast<unsigned char>(token.term.front()))) return;
    if (const auto* meaning = stems_.find(analyzer_.stem(token.term))) note(*meaning);
}

// Marks of the words alone.
std::vector<reader::Mark> Highlighter::words_of(std::string_view text) {
    std::vector<reader::Mark> out;
    std::ranges::fill(has_, 0);
    analyzer_.analyze(text, [&](const tokens::Token& token) {
        bool marked = false;
        look_up(token, marked);
        // The parts of an identifier come after it, with its range: one mark is enough.
        if (marked && (out.empty() || out.back().begin != token.begin)) out.push_back({token.begin, token.end});
    });
    return out;
}

std::vector<reader::Mark> Highlighter::marks(std::string_view text) {
    if (!may_have_marks(text)) return {};
    auto out = words_of(text);
    if (terms_.patterns.empty()) return out;
    for (const auto& pattern : terms_.patterns) find_all(*pattern, text, out);
    return joined(std::move(out));
}

std::vector<std::size_t> Highlighter::matched(const std::vector<patch::FileChange>& files) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto match = [&](const patch::PathPattern& pattern) { return matches(pattern, files[i]); };
        if (std::ranges::any_of(terms_.paths, match)) out.push_back(i);
    }
    return out;
}

// Which parts of the query a line of an area shows, whose words were the last that were looked up.
std::vector<bool> Highlighter::shown(std::string_view text, schema::Area area) const {
    std::vector<bool> out;
    for (auto begin = has_.begin(); const query::Wanted& wanted : terms_.wanted) {
        const auto end = begin + static_cast<std::ptrdiff_t>(wanted.words.size());
        const bool all = std::find(begin, end, 0) == end && is_asked_of(wanted, area);
        out.push_back(all && (!wanted.pattern || wanted.pattern->find(text, 0)));
        begin = end;
    }
    return out;
}

std::vector<reader::Snippet> Highlighter::snippets(std::string_view body, std::size_t limit) {
    if (terms_.words.empty() && terms_.prefixes.empty() && terms_.patterns.empty()) return {};
    std::vector<Candidate> found;
    const auto lines = patch::classify(body);
    for (std::size_t i = 0; i < std::min(lines.size(), kMaxLines); ++i) {
        const auto area = patch::area_of(lines[i].kind);
        if (!area || *area == schema::Area::path) continue;
        const auto whole = lines[i].of(body);
        const auto text = patch::content_of(lines[i], body).substr(0, kMaxLine);
        auto hits = marks(text);
        if (hits.empty()) continue;
        auto shows = shown(text, *area);
        // What stands where nobody asked for it is shown for want of better.
        const double asked = std::ranges::find(shows, true) == shows.end() ? 0.5 : 1;
        const double rank = asked * static_cast<double>(distinct(text, hits)) * (0.2 + schema::info(*area).weight);
        // The renderer is given the line with its sign, so that `++i` keeps both.
        const std::size_t shift = static_cast<std::size_t>(text.data() - whole.data());
        for (reader::Mark& mark : hits) mark = {mark.begin + shift, mark.end + shift};
        found.push_back({i, rank, std::move(shows), {patch::letter(lines[i].kind), {}, std::move(hits)}});
    }
    const auto evidence = put_evidence_first(found, terms_.wanted.size(), 2 * limit);
    const auto kept = std::min(std::max(limit, evidence), found.size());
    std::ranges::partial_sort(
        found.begin() + static_cast<std::ptrdiff_t>(evidence), found.begin() + static_cast<std::ptrdiff_t>(kept),
        found.end(),
        [](const Candidate& a, const Candidate& b) { return a.rank != b.rank ? a.rank > b.rank : a.order < b.order; });
    found.resize(kept);
    std::ranges::sort(found, {}, &Candidate::order);
    std::vector<reader::Snippet> out;
    for (Candidate& candidate : found) {
        out.push_back(std::move(candidate.snippet));
        out.back().text = lines[candidate.order].of(body).substr(0, kMaxLine);
    }
    return out;
}

}  // namespace patchseek::verify
