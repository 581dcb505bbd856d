// SPDX-License-Identifier: GPL-2.0-or-later
#include "document_set.hpp"

#include <algorithm>

#include "deadline.hpp"

namespace patchseek::reader {
namespace {

class DocumentSetSource : public Xapian::PostingSource {
public:
    explicit DocumentSetSource(std::shared_ptr<const DocumentSet> documents) : documents_(std::move(documents)) {}

    PostingSource* clone() const override { return new DocumentSetSource(documents_); }
    void init(const Xapian::Database& shard) override {
        const auto it = documents_->find(shard.get_uuid());
        ids_ = it == documents_->end() ? nullptr : &it->second;
        at_ = 0;
        started_ = false;
    }
    Xapian::doccount get_termfreq_min() const override { return count(); }
    Xapian::doccount get_termfreq_est() const override { return count(); }
    Xapian::doccount get_termfreq_max() const override { return count(); }
    void next(double) override {
        if (std::exchange(started_, true)) ++at_;
    }
    void skip_to(Xapian::docid id, double) override {
        started_ = true;
        if (ids_)
            at_ = static_cast<std::size_t>(std::lower_bound(ids_->begin() + here(), ids_->end(), id) - ids_->begin());
    }
    bool at_end() const override { return at_ >= count(); }
    Xapian::docid get_docid() const override { return (*ids_)[at_]; }
    std::string get_description() const override { return "Documents"; }

private:
    Xapian::doccount count() const { return ids_ ? static_cast<Xapian::doccount>(ids_->size()) : 0; }
    std::ptrdiff_t here() const { return static_cast<std::ptrdiff_t>(at_); }

    std::shared_ptr<const DocumentSet> documents_;
    const std::vector<Xapian::docid>* ids_ = nullptr;  // of the shard this copy serves
    std::size_t at_ = 0;
    bool started_ = false;
};

}  // namespace

std::shared_ptr<const std::vector<Xapian::docid>> of_shard(const std::shared_ptr<const DocumentSet>& some,
                                                           std::string_view uuid) {
    static const std::vector<Xapian::docid> none;
    if (!some) return nullptr;
    const auto it = some->find(uuid);
    return {some, it == some->end() ? &none : &it->second};
}

Xapian::Query query_of(std::shared_ptr<const DocumentSet> documents) {
    // release() hands the source to the query, which deletes it with its last copy.
    return Xapian::Query((new DocumentSetSource(std::move(documents)))->release());
}

namespace {

/// All documents, as long as there is time.
class Remaining : public Xapian::PostingSource {
public:
    explicit Remaining(Deadline& deadline) : deadline_(deadline) {}
    PostingSource* clone() const override { return new Remaining(deadline_); }
    void init(const Xapian::Database& db) override {
        messages_ = db.get_doccount();
        last_ = db.get_lastdocid();
        here_ = 0;
        ended_ = false;
    }
    Xapian::doccount get_termfreq_min() const override { return messages_; }
    Xapian::doccount get_termfreq_est() const override { return messages_; }
    Xapian::doccount get_termfreq_max() const override { return messages_; }
    void next(double) override { go_to(here_ + 1); }
    void skip_to(Xapian::docid id, double) override {
        if (id > here_) go_to(id);
    }
    bool check(Xapian::docid id, double least) override {
        skip_to(id, least);
        return true;
    }
    bool at_end() const override { return ended_; }
    Xapian::docid get_docid() const override { return here_; }
    std::string get_description() const override { return "while there is time"; }

private:
    void go_to(Xapian::docid id) {
        constexpr std::size_t kBetween = 64;  // the clock is read so seldom
        here_ = id;
        ended_ = ended_ || id > last_ || (asked_++ % kBetween == 0 && deadline_.passed());
    }

    Deadline& deadline_;
    Xapian::doccount messages_ = 0;
    Xapian::docid last_ = 0, here_ = 0;
    std::size_t asked_ = 0;
    bool ended_ = false;
};

}  // namespace

Xapian::Query in_time(const Xapian::Query& query, Deadline& deadline) {
    if (query.empty()) return query;
    // release() hands the source to the query, which deletes it with its last copy.
    return {Xapian::Query::OP_FILTER, query, Xapian::Query((new Remaining(deadline))->release())};
}

}  // namespace patchseek::reader
