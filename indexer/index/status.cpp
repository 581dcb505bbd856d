#include "status.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace fs = std::filesystem;

namespace patchseek::index {
namespace {

std::string utc(std::int64_t seconds) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

}  // namespace

Result<Status> status(const fs::path& index) {
    auto manifest = store::read_manifest(index);
    if (!manifest) return manifest.error();
    Status out{index.native(), std::move(*manifest), 0, 0};
    for (const store::Shard& shard : out.manifest.shards) {
        out.messages += shard.messages;
        std::error_code error;
        for (fs::recursive_directory_iterator it(index / shard.folder, error), end; !error && it != end;
             it.increment(error))
            if (const auto size = it->file_size(error); !error) out.bytes += size;
    }
    return out;
}

std::string as_text(const Status& status) {
    std::string out =
        fmt::format("index     {}\nschema    {}\nmessages  {}\nsize      {:.1f} MB in {} shards\nupdated   {}\n",
                    status.path, status.manifest.schema, status.messages, static_cast<double>(status.bytes) / 1e6,
                    status.manifest.shards.size(), utc(status.manifest.updated));
    for (const store::Archive& archive : status.manifest.archives)
        out += fmt::format("archive   {} ({}, {} messages)\n", archive.path, archive.kind, archive.messages);
    return out;
}

std::string as_json(const Status& status) {
    using nlohmann::ordered_json;
    ordered_json archives = ordered_json::array();
    for (const store::Archive& archive : status.manifest.archives)
        archives.push_back({{"path", archive.path}, {"kind", archive.kind}, {"messages", archive.messages}});
    ordered_json out{{"schema", 1},
                     {"index", status.path},
                     {"index_schema", status.manifest.schema},
                     {"messages", status.messages},
                     {"bytes", status.bytes},
                     {"shards", status.manifest.shards.size()},
                     {"updated", utc(status.manifest.updated)},
                     {"archives", std::move(archives)}};
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace patchseek::index
