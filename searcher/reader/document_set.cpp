// SPDX-License-Identifier: GPL-2.0-or-later
#include "document_set.hpp"

#include <algorithm>

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

Xapian::Query query_of(std::shared_ptr<const DocumentSet> documents) {
    // release() hands the source to the query, which deletes it with its last copy.
    return Xapian::Query((new DocumentSetSource(std::move(documents)))->release());
}

}  // namespace patchseek::reader
