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

namespace patchseek::index {
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

std::size_t lane_of(const Row& row, std::size_t lanes) {
    return std::stoull(schema::short_hash(row.key), nullptr, 16) % lanes;
}

void move_texts(Xapian::Document& doc, store::TextReader& from, store::TextWriter& to) {
    auto origins = must(store::Origins::decode(doc.get_value(schema::kSlotOrigins)));
    for (store::Copy& copy : origins.copies) copy.place = must(to.append_frame(must(from.read_frame(copy.place))));
    doc.add_value(schema::kSlotOrigins, origins.encode());
    doc.add_value(schema::kSlotPlace, origins.copies.front().place.encode());
}

/// One new shard.
struct Copier {
    const fs::path& index;
    const std::vector<std::string>& shards;
    const std::vector<Row>& rows;
    const Stop* stop;

    Result<bool> run(std::size_t lane, std::size_t lanes, const fs::path& to,
                     std::optional<std::uint32_t> number) const {
        std::vector<Xapian::Database> from;
        for (const std::string& shard : shards) from.emplace_back((index / shard).native(), Xapian::DB_BACKEND_GLASS);
        store::TextReader reader(index);
        std::optional<store::TextWriter> texts;
        if (number) texts.emplace(must(store::TextWriter::open(index, *number)));
        auto writer = must(ShardWriter::create(to));
        for (const Row& row : rows) {
            if (asked(stop)) return false;
            if (lane_of(row, lanes) != lane) continue;
            auto doc = from[row.shard].get_document(row.id);
            if (texts) move_texts(doc, reader, *texts);
            must(writer.add(doc, kBytesPerTerm * doc.termlist_count()));
        }
        must(writer.finish());
        if (texts) must(texts->sync());
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

}  // namespace patchseek::index
