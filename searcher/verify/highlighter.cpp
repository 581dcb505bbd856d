// SPDX-License-Identifier: GPL-2.0-or-later
#include "highlighter.hpp"

#include <algorithm>
#include <utility>

#include "proof.hpp"

namespace patchseek::verify {
namespace {

void sort_unique(std::vector<std::string>& words) {
    std::ranges::sort(words);
    words.erase(std::unique(words.begin(), words.end()), words.end());
}

/// Places of a pattern, without those it finds nothing at (`x*`).
void find_all(const query::Pattern& pattern, std::string_view text, std::vector<reader::Mark>& out) {
    for (std::size_t from = 0; const auto found = pattern.find(text, from);) {
        if (found->end > found->begin) out.push_back({found->begin, found->end});
        from = std::max(found->end, found->begin + 1);
    }
}

/// Which areas of lines a part was asked of.
schema::Areas asked_of(const query::Wanted& wanted) {
    constexpr auto kLines = schema::kWholeBody & ~schema::bit(schema::Area::path);
    schema::Areas out = 0;
    for (const schema::AreaInfo& info : schema::kAreaTable)
        if (std::ranges::find(wanted.scopes, info.prefix, &query::Scope::prefix) != wanted.scopes.end())
            out |= schema::bit(info.area) & kLines;
    return out;
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

}  // namespace

Highlighter::Highlighter(query::HighlightTerms terms, tokens::Analyzer& analyzer)
    : terms_(std::move(terms)), bounds_(terms_), analyzer_(analyzer) {
    sort_unique(terms_.words);
    sort_unique(terms_.stems);
    std::ranges::stable_sort(terms_.wanted, {}, &query::Wanted::frequency);
    for (const std::string& word : terms_.words) words_[word].marked = true;
    for (const std::string& word : terms_.prefixes) prefixes_[word].marked = true;
    for (const std::string& word : terms_.stems) stems_[word].marked = true;
    std::size_t place = 0;
    for (const query::Wanted& wanted : terms_.wanted) {
        asked_.push_back(asked_of(wanted));
        for (std::size_t i = 0; i < wanted.words.size(); ++i, ++place) {
            (wanted.prefix ? prefixes_ : words_)[wanted.words[i]].places.push_back(place);
            if (i < wanted.stems.size()) stems_[wanted.stems[i]].places.push_back(place);
            beginnings_.push_back(bounds_.of_word(wanted.words[i], i < wanted.stems.size() ? wanted.stems[i] : ""));
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
    return bounds_.may_have_marks(text) ? all_marks(text) : std::vector<reader::Mark>();
}

std::vector<reader::Mark> Highlighter::all_marks(std::string_view text) {
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

}  // namespace patchseek::verify
