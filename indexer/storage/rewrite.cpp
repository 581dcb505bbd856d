// SPDX-License-Identifier: GPL-2.0-or-later
#include "rewrite.hpp"

#include <xapian.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "document/indexed.hpp"
#include "mail/message.hpp"
#include "patchseek/base/parallel.hpp"
#include "patchseek/patch/patch.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/store/record.hpp"
#include "rebuilder.hpp"
#include "shard_writer.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

/// A document that is made anew.
struct Row {
    std::string key;  ///< of kSlotOrder
    std::size_t shard;
    Xapian::docid id;
};

std::vector<Row> rows_of(const Rewrite& rewrite) {
    std::vector<Row> rows;
    for (std::size_t i = 0; i < rewrite.shards.size(); ++i) {
        if (rewrite.parts[i] == Rewrite::Part::nothing) continue;
        const auto db = open_shard(rewrite.index / rewrite.shards[i].folder);
        const auto dead = dead_documents(rewrite.index, rewrite.shards[i]);
        for (auto it = db.valuestream_begin(schema::kSlotOrder); it != db.valuestream_end(schema::kSlotOrder); ++it) {
            const auto id = it.get_docid();
            if (rewrite.parts[i] == Rewrite::Part::changed && !rewrite.changes.contains({i, id})) continue;
            if (!std::ranges::binary_search(dead, id)) rows.push_back({*it, i, id});
        }
    }
    std::ranges::sort(rows, {}, &Row::key);
    return rows;
}

std::size_t writer_of(const Row& row, std::size_t writers) {
    return writers == 1 ? 0 : std::stoull(schema::short_hash(row.key), nullptr, 16) % writers;
}

/// Writes down a document of a shard as dead: its terms, by which frequencies are corrected, and its number.
class DeadWriter {
public:
    explicit DeadWriter(const fs::path& folder) : writer_(folder) {}
    void add(const glass::Document& doc, Xapian::docid id) {
        document::Indexed dead;
        dead.doc.terms = doc.terms;
        dead.doc.values[schema::kSlotNumber] = Xapian::sortable_serialise(id);
        value_or_throw(writer_.add(dead));
    }
    void finish() { value_or_throw(writer_.finish()); }

private:
    ShardWriter writer_;
};

/// One thread's share: the documents of one of the new shards.
class Share {
public:
    Share(const Rewrite& rewrite, std::size_t number)
        : rewrite_(rewrite), number_(number), dead_(rewrite.shards.size()) {
        for (const store::Shard& shard : rewrite.shards) {
            from_.push_back(open_shard(rewrite.index / shard.folder));
            auto& home = homes_[shard.home];
            if (!home) home = std::make_unique<Rebuilder>(rewrite.index / shard.home);
            rebuilders_.push_back(home.get());
        }
        if (!rewrite.texts.empty())
            texts_.emplace(value_or_throw(store::TextWriter::open(rewrite.index, rewrite.texts[number])));
    }

    void add(const Row& row);
    void finish() {
        if (writer_) value_or_throw(writer_->finish());
        for (const auto& dead : dead_)
            if (dead) dead->finish();
        if (texts_) value_or_throw(texts_->sync());
    }
    bool made() const { return writer_.has_value(); }
    std::optional<fs::path> dead(std::size_t shard) const {
        return dead_[shard] ? std::optional(dead_path(shard)) : std::nullopt;
    }

private:
    fs::path dead_path(std::size_t shard) const {
        return rewrite_.scratch / ("dead-" + std::to_string(shard) + '-' + std::to_string(number_));
    }
    /// Of a copy that a message has after a change, where its text lies.
    Rebuilder& rebuilder(std::size_t shard, const store::Origins& before, const Change* change,
                         const store::Copy& copy) {
        if (!change || before.copy_of(copy.digest)) return *rebuilders_[shard];
        const auto added = std::ranges::find(change->added, copy.digest, &store::Copy::digest);
        const auto place = static_cast<std::size_t>(added - change->added.begin());
        return *rebuilders_[place < change->from.size() ? change->from[place] : shard];
    }
    void put(const document::Indexed& message) {
        if (!writer_) writer_.emplace(rewrite_.to[number_]);
        value_or_throw(writer_->add(message));
    }

    const Rewrite& rewrite_;
    std::size_t number_;
    std::map<std::string, std::unique_ptr<Rebuilder>> homes_;
    std::vector<Rebuilder*> rebuilders_;  ///< of each shard, those of its home
    std::vector<Xapian::Database> from_;
    std::optional<store::TextWriter> texts_;
    std::optional<ShardWriter> writer_;
    std::vector<std::unique_ptr<DeadWriter>> dead_;
};

void Share::add(const Row& row) {
    const auto old = from_[row.shard].get_document(row.id).get_value(schema::kSlotOrigins);
    const auto before = value_or_throw(store::Origins::decode(old));
    auto after = before;
    const auto it = rewrite_.changes.find({row.shard, row.id});
    const Change* change = it == rewrite_.changes.end() ? nullptr : &it->second;
    if (change) change->apply(after);
    const bool dies = rewrite_.parts[row.shard] == Rewrite::Part::changed;
    std::optional<document::Indexed> made;
    if (dies) {
        made = rebuilders_[row.shard]->build(before);
        auto& dead = dead_[row.shard];
        if (!dead) dead = std::make_unique<DeadWriter>(dead_path(row.shard));
        dead->add(made->doc, row.id);
    }
    if (after.copies.empty()) return;
    const bool same = dies && before.copies.front().digest == after.copies.front().digest;
    if (!same) made = rebuilder(row.shard, before, change, after.copies.front()).build(after);
    if (texts_)
        for (store::Copy& copy : after.copies) {
            auto& texts = rebuilder(row.shard, before, change, copy).texts();
            copy.location = value_or_throw(texts_->append(value_or_throw(texts.view(copy.location))));
        }
    if (same || texts_) document::set_origins(*made, value_or_throw(store::decode(made->doc.data)), after);
    put(*made);
}

}  // namespace

bool Change::apply(store::Origins& origins) const {
    bool changes = false;
    for (const store::Copy& copy : added) changes = origins.add(copy) || changes;
    return origins.remove(removed) || changes;
}

std::size_t documents_of(const Rewrite& rewrite) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < rewrite.shards.size(); ++i)
        if (rewrite.parts[i] == Rewrite::Part::all)
            out += open_shard(rewrite.index / rewrite.shards[i].folder).get_doccount() -
                   dead_documents(rewrite.index, rewrite.shards[i]).size();
    for (const auto& change : rewrite.changes) out += rewrite.parts[change.first.first] == Rewrite::Part::changed;
    return out;
}

std::optional<Rewritten> rewrite(const Rewrite& rewrite) {
    const auto rows = rows_of(rewrite);
    const auto writers = rewrite.to.size();
    Rewritten out{std::vector<bool>(writers), std::vector<std::vector<fs::path>>(rewrite.shards.size())};
    std::vector<std::optional<Result<bool>>> results(writers);
    std::mutex mutex;
    in_parallel(writers, [&](std::size_t i) {
        results[i] = guarded("cannot write documents anew", [&]() -> Result<bool> {
            Share share(rewrite, i);
            for (const Row& row : rows) {
                if (is_stop_requested(rewrite.stop)) return false;
                if (writer_of(row, writers) != i) continue;
                share.add(row);
                if (!rewrite.on_document) continue;
                const std::lock_guard lock(mutex);
                rewrite.on_document();
            }
            share.finish();
            const std::lock_guard lock(mutex);
            out.made[i] = share.made();
            for (std::size_t shard = 0; shard < rewrite.shards.size(); ++shard)
                if (auto dead = share.dead(shard)) out.dead[shard].push_back(std::move(*dead));
            return true;
        });
    });
    for (auto& result : results)
        if (!value_or_throw(std::move(*result))) return std::nullopt;
    return out;
}

void pack_dead(const std::vector<fs::path>& parts, const fs::path& folder) {
    Xapian::Database all;
    for (const fs::path& part : parts) all.add_database(open_shard(part));
    all.compact(folder.native());
}

// Of rebuilder.hpp.
document::Indexed Rebuilder::build(const store::Origins& origins) {
    const store::Copy& copy = origins.copies.front();
    const auto text = value_or_throw(texts_.view(copy.location));
    const auto message = mail::parse(text.raw, {copy.title, copy.from, copy.cut});
    return builder_.build(message, patch::parse(message.subject, message.body, message.sender()), origins);
}

}  // namespace patchseek::storage
