// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "boolean.hpp"
#include "patchseek/schema/terms.hpp"

namespace patchseek::compile {
namespace {

Xapian::doccount most_of(const reader::SignedDocuments& documents, const Xapian::Database& shard) {
    return std::min(shard.get_doccount(), documents.most());
}

/// It leaves check() to skip_to(): OR of Xapian 1.4 does not stand its false answers.
class PhraseSource : public Xapian::PostingSource {
public:
    PhraseSource(std::vector<Phrase> phrases, std::shared_ptr<reader::ShardPositions> positions,
                 std::vector<std::uint32_t> signed_words, bool is_proven)
        : phrases_(std::move(phrases)),
          positions_(std::move(positions)),
          signed_words_(std::move(signed_words)),
          is_proven_(is_proven) {}

    PostingSource* clone() const override { return new PhraseSource(phrases_, positions_, signed_words_, is_proven_); }
    void init(const Xapian::Database& shard) override;
    Xapian::doccount get_termfreq_min() const override { return 0; }
    Xapian::doccount get_termfreq_est() const override { return most_ / 2; }
    Xapian::doccount get_termfreq_max() const override { return most_; }
    void next(double) override { advance_to(here_ + 1); }
    void skip_to(Xapian::docid id, double) override {
        if (id > here_) advance_to(id);
    }
    bool at_end() const override { return here_ == kEnd; }
    Xapian::docid get_docid() const override { return here_; }
    std::string get_description() const override;

private:
    static constexpr Xapian::docid kEnd = UINT32_MAX;
    /// The messages that have all words of a phrase.
    struct Candidates {
        const Phrase* phrase;
        std::optional<reader::CommonDocuments> words{};  ///< nothing until it is asked for
        Xapian::docid next = 0;                          ///< kEnd: none is left
    };
    reader::CommonDocuments words_of(const Phrase& phrase) const;
    void advance_to(Xapian::docid id);
    Xapian::docid next_candidate(Xapian::docid id);
    Xapian::docid next_of_some(Xapian::docid id);
    bool stands_here();
    bool holds(Candidates& one);

    std::vector<Phrase> phrases_;
    std::shared_ptr<reader::ShardPositions> positions_;
    std::vector<std::uint32_t> signed_words_;  ///< their numbers; none: all documents
    bool is_proven_;
    std::string shard_;                                       ///< its UUID
    std::shared_ptr<const std::vector<Xapian::docid>> some_;  ///< null: all
    std::vector<Xapian::docid> truncated_;  ///< if is_proven_, of some_ those that have text which no word is known of
    std::optional<reader::SignedDocuments> signed_;
    std::vector<Candidates> candidates_;
    Xapian::doccount most_ = 0;
    Xapian::docid here_ = 0;
};

reader::CommonDocuments PhraseSource::words_of(const Phrase& phrase) const {
    std::vector<store::PositionList> lists;
    for (const std::string& term : phrase.terms) {
        lists.push_back(positions_->find(shard_, term));
        if (lists.back().documents() == 0) return {};
    }
    return reader::CommonDocuments(std::move(lists));
}

void PhraseSource::init(const Xapian::Database& shard) {
    shard_ = shard.get_uuid();
    some_ = positions_->looked_at(shard_);
    signed_.reset();
    candidates_.clear();
    truncated_.clear();
    here_ = most_ = 0;
    if (some_ && some_->empty()) return;
    if (!signed_words_.empty()) signed_.emplace(*positions_, shard_, signed_words_);
    if (some_ && is_proven_) {
        const auto term = schema::term(schema::field::is, "truncated");
        std::set_intersection(shard.postlist_begin(term), shard.postlist_end(term), some_->begin(), some_->end(),
                              std::back_inserter(truncated_));
    }
    const bool lists = !some_ && !signed_;
    for (const Phrase& phrase : phrases_) {
        Candidates one{&phrase, lists ? std::optional(words_of(phrase)) : std::nullopt};
        if (one.words && one.words->most() == 0) continue;
        most_ = std::min(shard.get_doccount(), most_ + (one.words ? one.words->most() : 0));
        candidates_.push_back(std::move(one));
    }
    if (!lists) most_ = some_ ? static_cast<Xapian::doccount>(some_->size()) : most_of(*signed_, shard);
}

// The first message from `id` on that has all words of one of the phrases.
Xapian::docid PhraseSource::next_candidate(Xapian::docid id) {
    auto nearest = kEnd;
    for (Candidates& one : candidates_) {
        if (one.next < id) {
            const auto found = one.words->seek(id);
            one.next = found == 0 ? kEnd : found;
        }
        nearest = std::min(nearest, one.next);
    }
    return nearest;
}

bool PhraseSource::holds(Candidates& one) {
    const auto& at = one.words->positions();
    return one.phrase->ordered ? reader::in_order(at, one.phrase->window) : reader::are_near(at, one.phrase->window);
}

// The first from `id` on of those that are looked at and have the signed words.
Xapian::docid PhraseSource::next_of_some(Xapian::docid id) {
    for (;;) {
        if (some_) {
            const auto next = std::ranges::lower_bound(*some_, id);
            if (next == some_->end()) return kEnd;
            id = *next;
        }
        const auto found = signed_ ? signed_->seek(id) : id;
        if (found == 0) return kEnd;
        if (found == id || !some_) return found;
        id = found;
    }
}

// Whether the message stood on, one of some, has a phrase. Where one has stood it is looked for first: the lists of
// most others need not even be opened.
bool PhraseSource::stands_here() {
    if (some_ && is_proven_ && !std::ranges::binary_search(truncated_, here_)) return true;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        Candidates& one = candidates_[i];
        if (!one.words) one.words = words_of(*one.phrase);
        if (!one.words->has(here_) || !holds(one)) continue;
        std::swap(one, candidates_.front());
        return true;
    }
    return false;
}

void PhraseSource::advance_to(Xapian::docid id) {
    const auto stands = [&](Candidates& one) { return one.next == here_ && holds(one); };
    while (here_ != kEnd) {
        const bool some = some_ || signed_;
        here_ = some ? next_of_some(id) : next_candidate(id);
        if (here_ == kEnd || (some ? stands_here() : std::ranges::any_of(candidates_, stands))) return;
        id = here_ + 1;
    }
}

std::string PhraseSource::get_description() const {
    std::string out;
    for (const Phrase& phrase : phrases_) {
        out += (out.empty() ? "" : " OR ") + std::string(phrase.ordered ? "PHRASE" : "NEAR");
        if (phrase.window != phrase.terms.size()) out += ' ' + std::to_string(phrase.window);
        for (const std::string& term : phrase.terms) out += ' ' + term;
    }
    return out;
}

/// What has some signed words, or may have them; without weight.
class SignedSource : public Xapian::PostingSource {
public:
    SignedSource(std::vector<std::uint32_t> numbers, std::shared_ptr<reader::ShardPositions> positions)
        : numbers_(std::move(numbers)), positions_(std::move(positions)) {}

    PostingSource* clone() const override { return new SignedSource(numbers_, positions_); }
    void init(const Xapian::Database& shard) override {
        documents_.emplace(*positions_, shard.get_uuid(), numbers_);
        most_ = most_of(*documents_, shard);
        here_ = 0;
    }
    Xapian::doccount get_termfreq_min() const override { return 0; }
    Xapian::doccount get_termfreq_est() const override { return most_ / 2; }
    Xapian::doccount get_termfreq_max() const override { return most_; }
    void next(double) override { go_to(here_ + 1); }
    void skip_to(Xapian::docid id, double) override {
        if (id > here_) go_to(id);
    }
    bool at_end() const override { return here_ == kEnd; }
    Xapian::docid get_docid() const override { return here_; }
    std::string get_description() const override { return "Signed words"; }

private:
    static constexpr Xapian::docid kEnd = UINT32_MAX;
    void go_to(Xapian::docid id) {
        const auto found = here_ == kEnd ? 0 : documents_->seek(id);
        here_ = found == 0 ? kEnd : found;
    }

    std::vector<std::uint32_t> numbers_;
    std::shared_ptr<reader::ShardPositions> positions_;
    std::optional<reader::SignedDocuments> documents_;
    Xapian::doccount most_ = 0;
    Xapian::docid here_ = 0;
};

std::vector<std::uint32_t> numbers_of(const std::vector<std::string>& signed_words) {
    std::vector<std::uint32_t> numbers;
    for (const std::string& word : signed_words) numbers.push_back(schema::signed_number(word));
    return numbers;
}

}  // namespace

Xapian::Query phrase_query(std::vector<Phrase> phrases, std::shared_ptr<reader::ShardPositions> positions,
                           const std::vector<std::string>& signed_words, bool is_proven) {
    if (!positions) {
        std::vector<Xapian::Query> out;
        for (const Phrase& one : phrases)
            out.emplace_back(one.ordered ? Xapian::Query::OP_PHRASE : Xapian::Query::OP_NEAR, one.terms.begin(),
                             one.terms.end(), static_cast<Xapian::termcount>(one.window));
        return {Xapian::Query::OP_OR, out.begin(), out.end()};
    }
    auto* const source =
        new PhraseSource(std::move(phrases), std::move(positions), numbers_of(signed_words), is_proven);
    return Xapian::Query(source->release());
}

Xapian::Query with_signed_words(const Xapian::Query& found, const std::vector<std::string>& signed_words,
                                const std::shared_ptr<reader::ShardPositions>& positions) {
    if (!positions || signed_words.empty()) return found;
    auto* const source = new SignedSource(numbers_of(signed_words), positions);
    return {Xapian::Query::OP_FILTER, found, Xapian::Query(source->release())};
}

}  // namespace patchseek::compile
