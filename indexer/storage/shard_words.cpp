#include "shard_words.hpp"

#include <xapian.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "patchseek/store/vocabulary.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

using store::VocabularyWord;

Xapian::Database open_shard(const fs::path& shard) {
    return Xapian::Database(shard.native(), Xapian::DB_BACKEND_GLASS);
}

/// The words of a shard in ascending order, each once: the terms of all areas, which are as many sorted lists, merged.
class ShardWords {
public:
    explicit ShardWords(const Xapian::Database& db) {
        for (std::size_t i = 0; i < store::kVocabularyAreas; ++i) {
            const std::string prefix(store::vocabulary_prefix(i));
            List list{db.allterms_begin(prefix), db.allterms_end(prefix), prefix.size(), i, {}};
            // The prefix alone is no word.
            if (list.read() && (!list.word.empty() || list.next())) push(std::move(list));
        }
    }
    /// False at the end. The word's text is valid until the next call.
    bool next(VocabularyWord& out) {
        if (lists_.empty()) return false;
        word_ = lists_.front().word;
        out = {word_, 0};
        while (!lists_.empty() && lists_.front().word == word_) {
            std::ranges::pop_heap(lists_, later);
            List list = std::move(lists_.back());
            lists_.pop_back();
            out.areas |= schema::Areas{1} << list.bit;
            if (list.next()) push(std::move(list));
        }
        return true;
    }

private:
    struct List {
        Xapian::TermIterator at, end;
        std::size_t prefix;
        std::size_t bit;
        std::string word;
        bool read() {
            if (at == end) return false;
            word = (*at).substr(prefix);
            return true;
        }
        bool next() {
            ++at;
            return read();
        }
    };
    static bool later(const List& one, const List& other) { return one.word > other.word; }
    void push(List list) {
        lists_.push_back(std::move(list));
        std::ranges::push_heap(lists_, later);
    }

    std::vector<List> lists_;  // a heap, the least word on top
    std::string word_;
};

}  // namespace

Result<Done> write_vocabulary(const fs::path& shard) {
    const auto db = open_shard(shard);
    auto writer = store::VocabularyWriter::create(shard);
    if (!writer) return writer.error();
    ShardWords words(db);
    for (VocabularyWord word; words.next(word);)
        if (auto done = writer->add(word); !done) return done;
    return writer->finish(db.get_lastdocid());
}

Result<bool> vocabulary_is_whole(const fs::path& shard) {
    const auto db = open_shard(shard);
    const auto written = store::Vocabulary::open(shard, db.get_lastdocid());
    if (!written) return written.error();
    if (!*written) return true;
    ShardWords words(db);
    VocabularyWord wanted;
    bool more = words.next(wanted);
    (*written)->words([&](const VocabularyWord& there) {
        const bool found = more && wanted.text == there.text && (wanted.areas & ~there.areas) == 0;
        if (found) more = words.next(wanted);
        return more;
    });
    return !more;
}

}  // namespace patchseek::storage
