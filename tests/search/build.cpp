#include "build.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

#include "index/document.hpp"
#include "index/shard_writer.hpp"
#include "mail/message.hpp"
#include "patch/patch.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/store/manifest.hpp"

namespace fs = std::filesystem;
using namespace patchseek;

namespace {

struct Ready {
    Xapian::Document doc;
    store::Text text;
    std::string key, id;
};

Ready prepare(const std::string& raw, index::DocumentBuilder& builder) {
    auto message = mail::parse(raw);
    const auto patch = patch::parse(message.subject, message.body);
    auto record = index::make_record(message, patch);
    record.size = raw.size();
    record.archive = "/mail";
    return {builder.build(message, patch, record), {message.headers, message.body, raw},
            index::order_key(record.date, record.id), record.id};
}

}  // namespace

void build_index(const fs::path& index, const std::vector<std::string>& mails, std::size_t shards) {
    mail::init();
    index::DocumentBuilder builder;
    std::vector<Ready> ready;
    for (const std::string& raw : mails) ready.push_back(prepare(raw, builder));
    std::ranges::stable_sort(ready, {}, &Ready::key);
    store::Manifest manifest{schema::kVersion, 1, 1'600'000'000, {}, {}};
    fs::create_directories(index);
    for (std::size_t shard = 0; shard < shards; ++shard) {
        std::optional<index::ShardWriter> writer;
        for (const Ready& item : ready) {
            if (std::stoull(schema::short_hash(item.id), nullptr, 16) % shards != shard) continue;
            if (!writer) {
                auto created = index::ShardWriter::create(index / "gen-000001" / std::to_string(shard));
                REQUIRE(created);
                writer.emplace(std::move(*created));
            }
            REQUIRE(writer->add(item.doc, item.text, item.text.raw.size()));
        }
        if (!writer) continue;
        auto finished = writer->finish();
        REQUIRE(finished);
        finished->folder = "gen-000001/" + finished->folder;
        manifest.shards.push_back(std::move(*finished));
    }
    REQUIRE(store::write_manifest(index, manifest));
}
