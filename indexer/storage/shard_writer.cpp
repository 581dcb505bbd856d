// SPDX-License-Identifier: GPL-2.0-or-later
#include "shard_writer.hpp"

#include <xapian.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "document/indexed.hpp"
#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/vocabulary.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

using store::VocabularyWord;

// Xapian counts documents to its flush, not bytes, and large flushes are slower
// than small ones: its buffers are trees that fall out of the cache.
constexpr std::size_t kFlushBytes = std::size_t{3} << 20;
/// What a shard keeps of positions before it writes them down: those of some 5,000 messages.
constexpr std::size_t kPositionBytes = std::size_t{24} << 20;

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

ShardWriter::ShardWriter(fs::path folder, std::unique_ptr<Xapian::WritableDatabase> db, std::size_t flush_bytes)
    : folder_(std::move(folder)), db_(std::move(db)), positions_(folder_, kPositionBytes), flush_bytes_(flush_bytes) {}
ShardWriter::ShardWriter(ShardWriter&&) noexcept = default;
ShardWriter& ShardWriter::operator=(ShardWriter&&) noexcept = default;
ShardWriter::~ShardWriter() = default;

Result<ShardWriter> ShardWriter::create(const fs::path& folder, std::size_t flush_bytes) {
    return guarded("cannot make the shard '" + folder.native() + "'", [&]() -> Result<ShardWriter> {
        fs::create_directories(folder.parent_path());
        // Not DB_DANGEROUS: it gains nothing, and hides why a write failed. Lists of terms would serve to change
        // documents.
        const int flags = Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_SYNC | Xapian::DB_NO_TERMLIST;
        auto db = std::make_unique<Xapian::WritableDatabase>(folder.native(), flags);
        return ShardWriter(folder, std::move(db), std::min(flush_bytes, kFlushBytes));
    });
}

Result<Done> ShardWriter::add(const document::Indexed& message, std::size_t bytes) {
    return guarded("cannot write to '" + folder_.native() + "'", [&]() -> Result<Done> {
        const auto id = db_->add_document(message.doc);
        if (auto done = positions_.add(id, message.positions); !done) return done;
        unflushed_ += bytes;
        if (unflushed_ >= flush_bytes_) {
            db_->commit();
            unflushed_ = 0;
        }
        return Done{};
    });
}

Result<Done> ShardWriter::finish() {
    return guarded("cannot finish the shard '" + folder_.native() + "'", [&]() -> Result<Done> {
        db_->set_metadata("schema", std::to_string(schema::kVersion));
        db_->commit();
        const auto last = db_->get_lastdocid();
        db_->close();
        return positions_.finish(last);
    });
}

Result<Done> pack_shards(const std::vector<fs::path>& shards, const fs::path& folder) {
    return guarded("cannot pack '" + folder.native() + "'", [&]() -> Result<Done> {
        Xapian::Database all;
        for (const fs::path& shard : shards) all.add_database(open_shard(shard));
        all.compact(folder.native(), Xapian::Compactor::FULL);
        if (auto done = store::pack_positions(shards, folder); !done) return done;
        return write_vocabulary(folder);
    });
}

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

Result<Done> pack_all(const std::vector<std::vector<fs::path>>& lists, const fs::path& build) {
    std::vector<std::optional<Error>> errors(lists.size());
    in_parallel(lists.size(), [&](std::size_t i) {
        if (lists[i].empty()) return;
        if (auto done = pack_shards(lists[i], build / std::to_string(i)); !done) errors[i] = done.error();
    });
    for (const auto& error : errors)
        if (error) return *error;
    return Done{};
}

}  // namespace patchseek::storage
