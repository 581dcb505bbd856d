// SPDX-License-Identifier: GPL-2.0-or-later
#include <xapian.h>

#include <algorithm>
#include <optional>
#include <string>

#include "amendments.hpp"
#include "document/indexed.hpp"
#include "merge.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/record.hpp"
#include "rebuilder.hpp"
#include "shard_writer.hpp"
#include "xapian_guard.hpp"

namespace patchseek::storage {
namespace {

/// A message of before, with those of its origins that are taken over.
struct Row {
    std::string order, content;
    store::Origins origins;
};

class Restorer {
public:
    Restorer(IndexFolder& folder, const std::set<std::uint64_t>& archives, const MergeOptions& options)
        : folder_(folder), archives_(archives), options_(options), rebuilder_(folder.data_before()) {}
    Result<Restored> run();

private:
    void gather(const store::Shard& shard);
    Result<Done> write();
    Result<Done> take_over(const KnownMessages& known, Amendments& amendments, const Row& row);

    IndexFolder& folder_;
    const std::set<std::uint64_t>& archives_;
    const MergeOptions& options_;
    Rebuilder rebuilder_;  ///< of the index of before
    std::vector<Row> rows_;
    std::optional<store::TextWriter> texts_;
    std::optional<ShardWriter> writer_;
    std::filesystem::path build_;
    Restored out_;
};

void Restorer::gather(const store::Shard& shard) {
    const auto done = guarded("cannot be read", [&]() -> Result<Done> {
        const auto db = open_shard(folder_.data_before() / shard.folder);
        const auto dead = dead_documents(folder_.data_before(), shard);
        const auto end = db.valuestream_end(schema::kSlotOrigins);
        for (auto it = db.valuestream_begin(schema::kSlotOrigins); it != end; ++it) {
            if (std::ranges::binary_search(dead, it.get_docid())) continue;
            auto origins = value_or_throw(store::Origins::decode(*it));
            for (store::Copy& copy : origins.copies)
                std::erase_if(copy.origins, [&](const store::Origin& one) { return !archives_.contains(one.archive); });
            std::erase_if(origins.copies, [](const store::Copy& copy) { return copy.origins.empty(); });
            if (origins.copies.empty()) continue;
            const auto doc = db.get_document(it.get_docid());
            rows_.push_back(
                {doc.get_value(schema::kSlotOrder), doc.get_value(schema::kSlotContent), std::move(origins)});
        }
        return Done{};
    });
    if (!done) out_.problems.push_back({shard.folder, done.error().message, done.error().kind});
}

Result<Done> Restorer::take_over(const KnownMessages& known, Amendments& amendments, const Row& row) {
    auto moved = row.origins;
    for (store::Copy& copy : moved.copies) {
        const auto text = rebuilder_.texts().view(copy.location);
        if (!text) {
            out_.problems.push_back({"a message of before", text.error().message, text.error().kind});
            return Done{};
        }
        copy.location = value_or_throw(texts_->append(*text));
    }
    ++out_.messages;
    if (known.find(row.content)) {
        for (store::Copy& copy : moved.copies) amendments.add_origin({row.content, std::move(copy)});
        return Done{};
    }
    auto made = rebuilder_.build(row.origins);
    document::set_origins(made, value_or_throw(store::decode(made.doc.data)), moved);
    if (!writer_) writer_.emplace(build_ / "0");
    return writer_->add(made);
}

Result<Done> Restorer::write() {
    const auto numbers = folder_.texts_with_room(1);
    if (!numbers) return numbers.error();
    texts_.emplace(value_or_throw(store::TextWriter::open(folder_.path(), numbers->front())));
    build_ = value_or_throw(folder_.make_build_folder());
    const KnownMessages known(folder_.path(), folder_.manifest());
    Amendments amendments(folder_);
    Progress progress{Progress::Phase::reading};
    progress.total = rows_.size();
    for (const Row& row : rows_) {
        if (is_stop_requested(options_.stop)) return Done{};
        if (auto done = take_over(known, amendments, row); !done) return done;
        progress.done = out_.messages;
        if (options_.on_progress) options_.on_progress(progress);
    }
    value_or_throw(texts_->sync());
    const auto amended = amendments.publish(options_);
    if (!amended) return amended.error();
    if (!writer_) return Done{};
    value_or_throw(writer_->finish());
    return folder_.publish({.build = build_, .added = {{"0", true, {}}}});
}

Result<Restored> Restorer::run() {
    for (const store::Shard& shard : folder_.before().shards) gather(shard);
    if (rows_.empty()) return std::move(out_);
    std::ranges::sort(rows_, {}, &Row::order);
    const auto done = guarded("cannot take over messages", [&] { return write(); });
    if (!done) return done.error();
    out_.stopped = is_stop_requested(options_.stop);
    return std::move(out_);
}

}  // namespace

Result<Restored> restore(IndexFolder& folder, const std::set<std::uint64_t>& archives, const MergeOptions& options) {
    return Restorer(folder, archives, options).run();
}

}  // namespace patchseek::storage
