#include "proof_source.hpp"

#include <algorithm>
#include <optional>

#include "haystack.hpp"

namespace patchseek::search {

void ProofSource::init(const Xapian::Database& db) {
    db_ = db;
    shard_ = database_.shard_with(db.get_uuid());
    position_ = 0;
    here_ = 0;
    stands_ = false;
    candidates_.clear();
    Xapian::Enquire enquire(db);
    enquire.set_query(narrow_);
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    enquire.set_docid_order(Xapian::Enquire::ASCENDING);
    const auto found = enquire.get_mset(0, db.get_doccount());
    for (auto it = found.begin(); it != found.end(); ++it) candidates_.push_back(*it);
    std::ranges::sort(candidates_);
}

bool ProofSource::proven(Xapian::docid id) {
    if (deadline_.passed()) {
        if (proof_.doubt == query::Doubt::ends) throw Failure{{ErrorKind::busy, "out of time"}};
        return proof_.doubt == query::Doubt::holds;
    }
    const auto doc = db_.get_document(id);
    if (!shard_) throw Failure{{ErrorKind::internal, "a shard of no known name"}};
    std::optional<store::Record> record;
    std::optional<store::Text> text;
    const auto read = [](auto& into, auto&& from) -> decltype(*into)& {
        if (into) return *into;
        auto result = from();
        // An answer without a message that cannot be read would look like a whole one;
        // through the matcher only an exception leads out.
        if (!result) throw Failure{result.error()};
        return into.emplace(std::move(*result));
    };
    const Stored message{
        [&]() -> const store::Record& { return read(record, [&] { return store::decode(doc.get_data()); }); },
        [&]() -> const store::Text& { return read(text, [&] { return shard_->text_of(doc); }); }};
    return holds(proof_, message);
}

void ProofSource::settle_from(Xapian::docid id) {
    const auto from = candidates_.begin() + static_cast<std::ptrdiff_t>(position_);
    position_ = static_cast<std::size_t>(std::lower_bound(from, candidates_.end(), id) - candidates_.begin());
}

void ProofSource::advance_to(Xapian::docid id) {
    settle_from(id);
    while (position_ < candidates_.size() && !proven(candidates_[position_])) ++position_;
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
    stands_ = candidates_[position_] == id && proven(id);
    return stands_;
}

}  // namespace patchseek::search
