#include "sorted_copy.hpp"

#include <algorithm>
#include <optional>

#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/store/origins.hpp"
#include "shard_writer.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

/// A term of a document is some bytes of mail, as ShardWriter counts.
constexpr std::size_t kBytesPerTerm = 8;

struct Row {
    std::string key;  ///< of kSlotOrder
    std::uint32_t shard;
    Xapian::docid id;
};

std::vector<Row> rows_of(const fs::path& index, const std::vector<std::string>& shards) {
    std::vector<Row> rows;
    for (std::uint32_t i = 0; i < shards.size(); ++i) {
        const Xapian::Database db((index / shards[i]).native(), Xapian::DB_BACKEND_GLASS);
        for (auto it = db.valuestream_begin(schema::kSlotOrder); it != db.valuestream_end(schema::kSlotOrder); ++it)
            rows.push_back({*it, i, it.get_docid()});
    }
    std::ranges::sort(rows, {}, &Row::key);
    return rows;
}

std::size_t lane_of(const Row& row, std::size_t workers) {
    return std::stoull(schema::short_hash(row.key), nullptr, 16) % workers;
}

void move_texts(Xapian::Document& doc, store::TextReader& from, store::TextWriter& to) {
    auto origins = value_or_throw(store::Origins::decode(doc.get_value(schema::kSlotOrigins)));
    for (store::Copy& copy : origins.copies)
        copy.place = value_or_throw(to.append_frame(value_or_throw(from.read_frame(copy.place))));
    doc.add_value(schema::kSlotOrigins, origins.encode());
    doc.add_value(schema::kSlotText, origins.copies.front().place.encode());
}

/// One new shard.
struct Copier {
    const fs::path& index;
    const std::vector<std::string>& shards;
    const std::vector<Row>& rows;
    const Stop* stop;

    Result<bool> run(std::size_t worker, std::size_t workers, const fs::path& to,
                     std::optional<std::uint32_t> number) const {
        std::vector<Xapian::Database> from;
        for (const std::string& shard : shards) from.emplace_back((index / shard).native(), Xapian::DB_BACKEND_GLASS);
        store::TextReader reader(index);
        std::optional<store::TextWriter> texts;
        if (number) texts.emplace(value_or_throw(store::TextWriter::open(index, *number)));
        auto writer = value_or_throw(ShardWriter::create(to));
        for (const Row& row : rows) {
            if (is_stop_requested(stop)) return false;
            if (lane_of(row, workers) != worker) continue;
            auto doc = from[row.shard].get_document(row.id);
            if (texts) move_texts(doc, reader, *texts);
            value_or_throw(writer.add(doc, kBytesPerTerm * doc.termlist_count()));
        }
        value_or_throw(writer.finish());
        if (texts) value_or_throw(texts->sync());
        return true;
    }
};

}  // namespace

Result<bool> copy_sorted(const fs::path& index, const std::vector<std::string>& shards, const std::vector<fs::path>& to,
                         const std::vector<std::uint32_t>& texts, const Stop* stop) {
    const auto rows = rows_of(index, shards);
    std::vector<std::optional<Result<bool>>> results(to.size());
    in_parallel(to.size(), [&](std::size_t i) {
        results[i] = guarded("cannot copy documents", [&]() -> Result<bool> {
            const auto number = texts.empty() ? std::nullopt : std::optional(texts[i]);
            return Copier{index, shards, rows, stop}.run(i, to.size(), to[i], number);
        });
    });
    for (const auto& result : results)
        if (!*result || !**result) return *result;
    return true;
}

}  // namespace patchseek::storage
