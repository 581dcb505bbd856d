// SPDX-License-Identifier: GPL-2.0-or-later
#include "build.hpp"

#include <doctest/doctest.h>
#include <xapian.h>

#include <algorithm>
#include <optional>

#include "document/document.hpp"
#include "document/indexed.hpp"
#include "mail/message.hpp"
#include "patchseek/patch/patch.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/store/manifest.hpp"
#include "storage/shard_writer.hpp"

namespace fs = std::filesystem;
using namespace patchseek;

namespace {

struct Ready {
    document::Indexed message;
    std::string key, id;
};

Ready prepare(const std::string& raw, std::uint64_t at, document::DocumentBuilder& builder, store::TextWriter& texts) {
    const auto message = mail::parse(raw);
    const auto place = texts.append({message.headers, message.body, raw});
    REQUIRE(place);
    store::Origins origins;
    origins.add({message.digest, *place, raw.size(), message.lists, "", "", false, {{kBuiltArchive, 1, at}}});
    auto made = builder.build(message, patch::parse(message.subject, message.body, message.sender()), origins);
    auto key = made.doc.value(schema::kSlotOrder);
    return {std::move(made), std::move(key), message.ids.front()};
}

}  // namespace

void build_index(const fs::path& index, const std::vector<std::string>& mails, std::size_t shards) {
    document::DocumentBuilder builder;
    fs::create_directories(index / "texts");
    auto texts = store::TextWriter::open(index, 0);
    REQUIRE(texts);
    std::vector<Ready> ready;
    for (const std::string& raw : mails) ready.push_back(prepare(raw, ready.size(), builder, *texts));
    REQUIRE(texts->sync());
    std::ranges::stable_sort(ready, {}, &Ready::key);
    const std::string archive = store::key_name(kBuiltArchive);
    store::Manifest manifest{
        schema::kVersion, 1, 1'600'000'000, {}, {{"/mail", archive, "mbox", mails.size(), true}}, {0}};
    for (std::size_t shard = 0; shard < shards; ++shard) {
        const auto folder = "gen-000001/" + std::to_string(shard);
        std::optional<storage::ShardWriter> writer;
        for (const Ready& item : ready) {
            if (std::stoull(schema::short_hash(item.id), nullptr, 16) % shards != shard) continue;
            if (!writer) writer.emplace(index / folder);
            REQUIRE(writer->add(item.message));
        }
        if (!writer) continue;
        REQUIRE(writer->finish());
        manifest.shards.push_back({folder, true, {}});
    }
    REQUIRE(store::write_manifest(index, manifest));
}
