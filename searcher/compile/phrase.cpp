// SPDX-License-Identifier: GPL-2.0-or-later
#include <utility>

#include "boolean.hpp"

namespace patchseek::compile {
namespace {

/// It leaves check() to skip_to(): OR of Xapian 1.4 does not stand its false answers.
class PhraseSource : public Xapian::PostingSource {
public:
    PhraseSource(Phrase phrase, std::shared_ptr<reader::ShardPositions> positions)
        : phrase_(std::move(phrase)), positions_(std::move(positions)) {}

    PostingSource* clone() const override { return new PhraseSource(phrase_, positions_); }
    void init(const Xapian::Database& shard) override;
    Xapian::doccount get_termfreq_min() const override { return 0; }
    Xapian::doccount get_termfreq_est() const override { return words_.most() / 2; }
    Xapian::doccount get_termfreq_max() const override { return words_.most(); }
    void next(double) override { advance_to(here_ + 1); }
    void skip_to(Xapian::docid id, double) override {
        if (id > here_) advance_to(id);
    }
    bool at_end() const override { return ended_; }
    Xapian::docid get_docid() const override { return here_; }
    std::string get_description() const override;

private:
    void advance_to(Xapian::docid id);

    Phrase phrase_;
    std::shared_ptr<reader::ShardPositions> positions_;
    reader::CommonDocuments words_;
    Xapian::docid here_ = 0;
    bool ended_ = false;
};

void PhraseSource::init(const Xapian::Database& shard) {
    std::vector<store::PositionList> lists;
    for (const std::string& term : phrase_.terms) {
        lists.push_back(positions_->find(shard, term));
        if (lists.back().documents() == 0) break;
    }
    words_ = reader::CommonDocuments(std::move(lists));
    here_ = 0;
    ended_ = words_.most() == 0;
}

void PhraseSource::advance_to(Xapian::docid id) {
    while (!ended_) {
        here_ = words_.seek(id);
        ended_ = here_ == 0;
        if (ended_) return;
        const auto& at = words_.positions();
        if (phrase_.ordered ? reader::in_order(at, phrase_.window) : reader::are_near(at, phrase_.window)) return;
        id = here_ + 1;
    }
}

std::string PhraseSource::get_description() const {
    std::string out = phrase_.ordered ? "PHRASE" : "NEAR";
    if (phrase_.window != phrase_.terms.size()) out += ' ' + std::to_string(phrase_.window);
    for (const std::string& term : phrase_.terms) out += ' ' + term;
    return out;
}

}  // namespace

Xapian::Query phrase_query(Phrase phrase, std::shared_ptr<reader::ShardPositions> positions) {
    return Xapian::Query((new PhraseSource(std::move(phrase), std::move(positions)))->release());
}

}  // namespace patchseek::compile
