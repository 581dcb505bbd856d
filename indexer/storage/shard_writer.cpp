// SPDX-License-Identifier: GPL-2.0-or-later
#include "shard_writer.hpp"

#include <xapian.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "document/indexed.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/vocabulary.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

using store::VocabularyWord;

/// So many parts of a shard are joined to one: each takes two descriptors while that is done.
constexpr std::size_t kMostParts = 8;

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

ShardWriter::ShardWriter(fs::path folder, std::size_t memory)
    : folder_(std::move(folder)),
      memory_(std::clamp(memory, kLeastMemory, kMostMemory)),
      positions_(folder_, memory_) {}

fs::path ShardWriter::next_part() { return folder_ / ("part-" + std::to_string(named_++)); }

Result<Done> ShardWriter::begin_part() {
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error) return system_error("cannot create '" + folder_.native() + "'", error.value());
    parts_.push_back(next_part());
    auto created = glass::DatabaseWriter::create(parts_.back());
    if (!created) return created.error();
    database_.emplace(std::move(*created));
    return Done{};
}

Result<Done> ShardWriter::add(const document::Indexed& message) {
    if (!database_)
        if (auto done = begin_part(); !done) return done;
    if (auto added = database_->add(message.doc); !added) return added.error();
    if (auto done = positions_.add(++last_, message.positions); !done) return done;
    return database_->bytes() < memory_ ? Result<Done>(Done{}) : put_aside();
}

Result<Done> ShardWriter::put_aside() {
    auto done = database_->finish({{"schema", std::to_string(schema::kVersion)}});
    database_.reset();
    if (!done || parts_.size() < kMostParts) return done;
    auto whole = next_part();
    done = join_parts(whole);
    parts_.assign(1, std::move(whole));
    return done;
}

Result<Done> ShardWriter::join_parts(const fs::path& to) {
    return guarded("cannot join the parts of '" + folder_.native() + "'", [&]() -> Result<Done> {
        {
            Xapian::Database all;
            for (const fs::path& part : parts_) all.add_database(open_shard(part));
            all.compact(to.native());
        }
        for (const fs::path& part : parts_) fs::remove_all(part);
        return Done{};
    });
}

// A single part is what a shard is made of.
Result<Done> ShardWriter::join_all() {
    if (parts_.size() > 1) return join_parts(folder_);
    return guarded("cannot finish the shard '" + folder_.native() + "'", [&]() -> Result<Done> {
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(parts_.front())) files.push_back(entry.path());
        for (const fs::path& file : files) fs::rename(file, folder_ / file.filename());
        fs::remove(parts_.front());
        return Done{};
    });
}

Result<Done> ShardWriter::finish() {
    if (!database_ && parts_.empty())
        if (auto done = begin_part(); !done) return done;
    if (database_)
        if (auto done = put_aside(); !done) return done;
    if (auto done = join_all(); !done) return done;
    return positions_.finish(last_);
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
