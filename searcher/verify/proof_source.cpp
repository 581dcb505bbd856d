// SPDX-License-Identifier: GPL-2.0-or-later
#include "proof_source.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <optional>

#include "patchseek/base/parallel.hpp"
#include "proof.hpp"

namespace patchseek::verify {
namespace {

// More cores than this wait for memory, and a server has others to serve.
constexpr std::size_t kMostThreads = 8;
// So few, with no more bytes than these, are read sooner than threads start.
constexpr std::size_t kWorthThreads = 32;
constexpr double kBytesWorthThreads = 512 << 10;
constexpr std::size_t kMostAhead = 2048;
// Where each read takes a round trip, many take hardly longer than one.
constexpr std::size_t kFirstOfFar = 48;
// Waking others costs as much as reading some.
constexpr std::size_t kHandful = 16;
// Of so many, those whose texts lie together are proven one after another, by one thread: what it decodes for one has
// its neighbours too.
constexpr std::size_t kSorted = 256;
constexpr std::size_t kNeighbours = 8;

}  // namespace

void KeptTexts::keep(std::size_t shard, const std::string& place, const store::TextView& text) {
    const auto size = text.headers.size() + text.body.size();
    // Whose it is to copy the text; meanwhile others may keep theirs.
    const auto room = [&]() -> store::Text* {
        const std::lock_guard lock(mutex_);
        if (size > left_) return nullptr;
        const auto [one, is_new] = texts_.try_emplace({shard, place});
        if (is_new) left_ -= size;
        return is_new ? &one->second : nullptr;
    }();
    if (room) *room = {std::string(text.headers), std::string(text.body), {}};
}

const store::Text* KeptTexts::find(std::size_t shard, const std::string& place) const {
    const auto known = texts_.find({shard, place});
    return known == texts_.end() ? nullptr : &known->second;
}

ProofSource::ProofSource(reader::Database& database, reader::Deadline& deadline, ProofScope& scope,
                         Xapian::Query candidates, query::Proof proof)
    : database_(database),
      deadline_(deadline),
      scope_(scope),
      candidate_query_(std::move(candidates)),
      proof_(std::move(proof)) {}

std::vector<Xapian::docid> ProofSource::all_candidates() const {
    Xapian::Enquire enquire(db_);
    enquire.set_query(candidate_query_);
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    enquire.set_docid_order(Xapian::Enquire::ASCENDING);
    const auto found = enquire.get_mset(0, db_.get_doccount());
    std::vector<Xapian::docid> out;
    for (auto it = found.begin(); it != found.end(); ++it) out.push_back(*it);
    std::ranges::sort(out);
    return out;
}

void ProofSource::init(const Xapian::Database& db) {
    db_ = db;
    shard_ = database_.shard_with(db.get_uuid())->number;
    position_ = 0;
    ahead_.clear();
    next_ahead_ = 1;
    here_ = 0;
    stands_ = false;
    if (!scope_.some()) {
        candidates_ = all_candidates();
        const bool reads_texts = !proof_.path && proof_.trailer.empty();
        if (reads_texts && !scope_.claim(candidates_.size()))
            throw reader::Failure{{ErrorKind::busy, "too many texts to read"}};
        return;
    }
    const auto it = scope_.some()->find(db.get_uuid());
    candidates_ = it == scope_.some()->end() ? std::vector<Xapian::docid>() : it->second;
    next_ahead_ = candidates_.size();
}

bool ProofSource::proves(const Candidate& candidate, store::TextReader& texts) {
    if (deadline_.passed()) {
        if (proof_.on_timeout == query::OnTimeout::error) throw reader::Failure{{ErrorKind::busy, "out of time"}};
        return proof_.on_timeout == query::OnTimeout::included;
    }
    std::optional<store::Record> record;
    std::optional<store::TextView> text;
    const auto read = [](auto& into, auto&& from) -> decltype(*into)& {
        if (into) return *into;
        auto result = from();
        // An answer without a message that cannot be read would look like a whole one;
        // through the matcher only an exception leads out.
        if (!result) throw reader::Failure{result.error()};
        return into.emplace(std::move(*result));
    };
    const StoredMessage message{
        [&]() -> const store::Record& { return read(record, [&] { return store::decode(candidate.record); }); },
        [&] { return read(text, [&] { return reader::text_at(texts, candidate.place); }); }, candidate.record};
    const bool held = holds(proof_, message);
    if (held && text && scope_.some()) scope_.kept.keep(shard_, candidate.place, *text);
    return held;
}

// Whether threads are worth their start for the next candidates.
bool ProofSource::are_many(std::size_t count) const {
    if (count >= kWorthThreads) return true;
    auto size = db_.valuestream_begin(schema::kSlotSize);
    const auto end = db_.valuestream_end(schema::kSlotSize);
    double bytes = 0;
    for (const auto id : std::span(candidates_).subspan(position_, count)) {
        if (size != end) size.skip_to(id);
        if (size != end && size.get_docid() == id) bytes += Xapian::sortable_unserialise(*size);
    }
    return bytes > kBytesWorthThreads;
}

// One for each thread.
std::vector<store::TextReader*> ProofSource::readers_for(std::size_t count) {
    auto& shard = *database_.shards[shard_];
    // What was read ahead takes no time to read; more readers would open the same files again.
    if (database_.ahead) return {shard.texts};
    std::vector<store::TextReader*> out;
    const std::size_t threads = count > 1 && are_many(count) ? std::min<std::size_t>(processors(), kMostThreads) : 1;
    for (std::size_t i = 0; i < threads; ++i) out.push_back(&database_.reader(i, shard));
    return out;
}

void ProofSource::read_ahead(std::size_t count) {
    if (!database_.ahead) return;
    std::vector<reader::Ahead::Document> documents;
    for (std::size_t i = 0; i < count; ++i) documents.push_back({shard_, candidates_[position_ + i]});
    database_.read_ahead(documents, reader::TextParts::headers_and_body);
}

// Proves candidates from position_ on, on several threads if they are many. Of Xapian only this thread may read, so it
// hands the others what they need, some candidates after others, before it helps them.
void ProofSource::prove_ahead() {
    const std::size_t least = database_.ahead ? kFirstOfFar : 1;
    const std::size_t count = std::min(std::max(least, next_ahead_), candidates_.size() - position_);
    std::vector<Candidate> candidates(count);
    for (std::size_t i = 0; i < count; ++i) candidates[i].number = position_ + i;
    std::atomic<std::size_t> ready = 0, next = 0;
    const auto have = [&](std::size_t number) {
        ready = number;
        ready.notify_all();
    };
    ahead_from_ = position_;
    ahead_.assign(count, 0);
    const auto readers = readers_for(count);
    const std::size_t threads = readers.size();
    const std::size_t handful = std::clamp(count / (4 * threads), kHandful, kSorted);
    const std::size_t neighbours = threads == 1 ? count : std::min(count / threads / 2 + 1, kNeighbours);
    read_ahead(count);
    std::vector<std::exception_ptr> failures(threads);
    in_parallel(threads, [&](std::size_t thread) {
        try {
            for (std::size_t i = 0; thread == 0 && i < count; i = std::min(i + handful, count)) {
                read_candidates(std::span(candidates).subspan(i, std::min(handful, count - i)));
                have(std::min(i + handful, count));
            }
            for (std::size_t begin = 0; (begin = next.fetch_add(neighbours)) < count;) {
                const std::size_t end = std::min(begin + neighbours, count);
                for (auto now = ready.load(); now < end; now = ready.load()) ready.wait(now);
                for (std::size_t i = begin; i < end; ++i)
                    ahead_[candidates[i].number - position_] = proves(candidates[i], *readers[thread]) ? 1 : 0;
            }
        } catch (...) {
            failures[thread] = std::current_exception();
            // Nobody waits for what does not come; the first failure is the one that is told.
            if (thread == 0) have(count);
        }
    });
    for (const auto& failure : failures)
        if (failure) std::rethrow_exception(failure);
    next_ahead_ = std::min(2 * next_ahead_, kMostAhead);
}

// Reads what is needed of some, and puts them in the order in which their texts lie. The values of documents in order
// are read together.
void ProofSource::read_candidates(std::span<Candidate> into) {
    auto place = db_.valuestream_begin(schema::kSlotText);
    const auto end = db_.valuestream_end(schema::kSlotText);
    for (Candidate& one : into) {
        const auto id = candidates_[one.number];
        one.record = db_.get_document(id, Xapian::DOC_ASSUME_VALID).get_data();
        if (place != end) place.skip_to(id);
        if (place != end && place.get_docid() == id) one.place = *place;
    }
    std::ranges::sort(into, {}, &Candidate::place);
}

// Whether the candidate at position_ is proven. Who jumps over candidates may jump again.
bool ProofSource::proven_here() {
    const std::size_t end = ahead_from_ + ahead_.size();
    if (position_ < ahead_from_ || position_ >= end) {
        if (position_ != end) next_ahead_ = 1;
        prove_ahead();
    }
    return ahead_[position_ - ahead_from_] != 0;
}

void ProofSource::settle_from(Xapian::docid id) {
    const auto from = candidates_.begin() + static_cast<std::ptrdiff_t>(position_);
    position_ = static_cast<std::size_t>(std::lower_bound(from, candidates_.end(), id) - candidates_.begin());
}

void ProofSource::advance_to(Xapian::docid id) {
    settle_from(id);
    while (position_ < candidates_.size() && !proven_here()) ++position_;
    stands_ = position_ < candidates_.size();
    here_ = stands_ ? candidates_[position_] : id;
}

void ProofSource::next(double) { advance_to(here_ + 1); }

void ProofSource::skip_to(Xapian::docid id, double) {
    if (id > here_ || !stands_) advance_to(std::max(id, here_ + !stands_));
}

// A false answer leaves the source at `id`, on no document: the next call moves on
// from there, so no candidate behind it is proven before it is needed. At the end the
// answer must be true: after a false one Xapian 1.4 asks again, of a source it has let go.
bool ProofSource::check(Xapian::docid id, double) {
    if (id <= here_) return stands_;
    settle_from(id);
    here_ = id;
    if (at_end()) return true;
    stands_ = candidates_[position_] == id && proven_here();
    return stands_;
}

}  // namespace patchseek::verify
