// SPDX-License-Identifier: GPL-2.0-or-later
#include "reader/document_set.hpp"

#include <doctest/doctest.h>

#include <string>

#include "reader/deadline.hpp"

using namespace patchseek;

namespace {

Xapian::WritableDatabase some_messages(int count) {
    Xapian::WritableDatabase db(std::string(), Xapian::DB_BACKEND_INMEMORY);
    for (int i = 0; i < count; ++i) {
        Xapian::Document document;
        document.add_term("word");
        if (i % 2 == 0) document.add_term("even");
        db.add_document(document);
    }
    return db;
}

/// Every message; with the one of number `end` all time is over.
class Slow : public Xapian::PostingSource {
public:
    Slow(reader::Deadline& deadline, Xapian::docid end) : deadline_(deadline), end_(end) {}
    void init(const Xapian::Database& db) override { last_ = db.get_lastdocid(); }
    Xapian::doccount get_termfreq_min() const override { return last_; }
    Xapian::doccount get_termfreq_est() const override { return last_; }
    Xapian::doccount get_termfreq_max() const override { return last_; }
    void next(double) override {
        if (++here_ == end_) deadline_.stop();
    }
    bool at_end() const override { return here_ > last_; }
    Xapian::docid get_docid() const override { return here_; }

private:
    reader::Deadline& deadline_;
    Xapian::docid end_, last_ = 0, here_ = 0;
};

std::size_t found(const Xapian::Database& db, const Xapian::Query& query) {
    Xapian::Enquire enquire(db);
    enquire.set_query(query);
    return enquire.get_mset(0, db.get_doccount()).size();
}

}  // namespace

TEST_CASE("a query within time finds what it finds without") {
    const auto db = some_messages(1000);
    reader::Deadline deadline;
    const Xapian::Query word("word"), even("even"), none("nothing");
    for (const auto& query : {word, even, none, Xapian::Query(Xapian::Query::OP_AND_NOT, word, even), Xapian::Query()})
        CHECK(found(db, reader::in_time(query, deadline)) == found(db, query));
    deadline.start(100);
    CHECK(found(db, reader::in_time(word, deadline)) == 1000);
}

TEST_CASE("what was found when time is over is left, and what is excluded stays so") {
    const auto db = some_messages(10'000);
    const Xapian::Query even("even");
    for (const Xapian::docid end : {1u, 500u, 5000u}) {
        reader::Deadline deadline;
        Slow slow(deadline, end);
        const Xapian::Query query(Xapian::Query::OP_AND_NOT, Xapian::Query(&slow), even);
        const auto some = found(db, reader::in_time(query, deadline));
        CAPTURE(end);
        CHECK(some >= (end > 128 ? end / 2 - 64 : 0));
        CHECK(some <= end / 2 + 64);
    }
}
