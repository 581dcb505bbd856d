// SPDX-License-Identifier: GPL-2.0-or-later
#include "lexicon.hpp"

#include <string.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>

#include "patchseek/base/parallel.hpp"
#include "patchseek/base/spelling.hpp"
#include "patchseek/tokens/analyzer.hpp"

namespace patchseek::reader {
namespace {

using store::Vocabulary;
using store::VocabularyWord;

/// The bit of a vocabulary that stands for a prefix; nothing for prefixes of other terms than words of areas.
std::optional<std::size_t> bit_of(std::string_view prefix) {
    for (std::size_t bit = 0; bit < store::kVocabularyAreas; ++bit)
        if (store::vocabulary_prefix(bit) == prefix) return bit;
    return std::nullopt;
}

bool has_piece(std::string_view word, std::string_view piece, Vocabulary::At at) {
    if (tokens::is_cut_word(word)) return true;
    if (at.begins && at.ends) return word == piece;
    if (at.begins) return word.starts_with(piece);
    if (at.ends) return word.ends_with(piece);
    return ::memmem(word.data(), word.size(), piece.data(), piece.size()) != nullptr;
}

/// What is wanted of each list, looked for in all of them at the same time. Nothing where that is too much to be kept,
/// or there is one list.
template <class Words>
std::optional<std::vector<std::vector<VocabularyWord>>> found_at_once(const std::vector<Vocabulary>& lists,
                                                                      const Words& words) {
    constexpr std::size_t kMost = 16'384;  // words
    if (lists.size() < 2) return std::nullopt;
    std::vector<std::vector<VocabularyWord>> out(lists.size());
    for_each_in_parallel(lists.size(), [&](std::size_t i) {
        words(lists[i], [&](const VocabularyWord& word) {
            out[i].push_back(word);
            return out[i].size() < kMost;
        });
    });
    const auto is_whole = [](const auto& some) { return some.size() < kMost; };
    return std::ranges::all_of(out, is_whole) ? std::optional(std::move(out)) : std::nullopt;
}

/// False when `visit` has said so.
template <class Wanted, class Visit>
bool walk(const Xapian::Database& db, const std::string& prefix, std::size_t index, const Wanted& wanted,
          const Visit& visit) {
    const auto end = db.allterms_end(prefix);
    for (auto it = db.allterms_begin(prefix); it != end; ++it) {
        const std::string term = *it;
        const auto word = std::string_view(term).substr(prefix.size());
        if (!word.empty() && wanted(word) && !visit(word, index)) return false;
    }
    return true;
}

}  // namespace

const WordLists& Lexicon::lists() const {
    if (!lists_->opened) lists_->opened = lists_->open();
    return *lists_->opened;
}

template <class Words, class Wanted>
void Lexicon::look(const std::vector<std::string>& prefixes, const Words& words, const Wanted& wanted,
                   const Visit& visit) const {
    std::vector<std::pair<std::size_t, schema::Areas>> listed;
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
        const auto bit = bit_of(prefixes[i]);
        if (bit) listed.emplace_back(i, schema::Areas{1} << *bit);
        if (!walk(bit ? lists().rest : db(), prefixes[i], i, wanted, visit)) return;
    }
    bool goes_on = true;
    const Vocabulary::Visit each = [&](const VocabularyWord& word) {
        for (const auto& [index, area] : listed)
            if (goes_on && (word.areas & area) != 0) goes_on = visit(word.text, index);
        return goes_on;
    };
    if (listed.empty()) return;
    const auto& vocabularies = lists().vocabularies;
    if (const auto found = found_at_once(vocabularies, words)) {
        for (const auto& some : *found)
            if (goes_on) std::ranges::all_of(some, each);
        return;
    }
    for (const Vocabulary& list : vocabularies)
        if (goes_on) words(list, each);
}

void Lexicon::with(std::string_view piece, Vocabulary::At at, const std::vector<std::string>& prefixes,
                   const Visit& visit) const {
    bool goes_on = true;
    look(
        prefixes,
        [&](const Vocabulary& list, const Vocabulary::Visit& each) {
            list.with(piece, at, each);
            if (goes_on) list.cut_words(each);
        },
        [&](std::string_view word) { return has_piece(word, piece, at); },
        [&](std::string_view word, std::size_t prefix) { return goes_on = visit(word, prefix); });
}

void Lexicon::near(std::string_view text, std::size_t limit, const std::vector<std::string>& prefixes,
                   const Visit& visit) const {
    // One change of a letter takes at most one kind of letters away.
    const auto kinds_of = [](std::string_view word) {
        std::uint32_t out = 0;
        for (const char c : word) out |= std::uint32_t{1} << (static_cast<unsigned char>(c) & 31U);
        return out;
    };
    const auto kinds = kinds_of(text);
    const auto is_near = [&](std::string_view word) {
        if (word.size() + limit < text.size() || text.size() + limit < word.size()) return false;
        const auto there = kinds_of(word);
        if (std::popcount(kinds & ~there) > static_cast<int>(limit)) return false;
        if (std::popcount(there & ~kinds) > static_cast<int>(limit)) return false;
        return edit_distance(text, word, limit) <= limit;
    };
    look(
        prefixes,
        [&](const Vocabulary& list, const Vocabulary::Visit& each) {
            list.words([&](const VocabularyWord& word) { return !is_near(word.text) || each(word); });
        },
        is_near, visit);
}

}  // namespace patchseek::reader
