#include "status.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "known_messages.hpp"
#include "patchseek/base/base64.hpp"
#include "patchseek/text/visible.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

std::string utc(std::int64_t seconds) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::uint64_t size_of(const fs::path& folder) {
    std::uint64_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;  // a writer may be at work
        if (it->is_regular_file(ignored))
            if (const auto size = it->file_size(ignored); !ignored) bytes += size;
    }
    return bytes;
}

std::string_view settled(const store::Archive& archive) {
    return archive.settled ? "" : ", its last reading did not come to its end";
}

}  // namespace

Result<Status> status(const fs::path& index) {
    return guarded("cannot read the index", [&]() -> Result<Status> {
        auto manifest = store::read_manifest(index);
        if (!manifest) return manifest.error();
        Status out{index.native(), std::move(*manifest), 0, size_of(index)};
        out.messages = KnownMessages(index, out.manifest).messages();
        return out;
    });
}

std::string as_text(const Status& status) {
    std::string out =
        fmt::format("index     {}\nschema    {}\nmessages  {}\nsize      {:.1f} MB in {} shards\nupdated   {}\n",
                    text::visible(status.path, text::Breaks::blank), status.manifest.schema, status.messages,
                    static_cast<double>(status.bytes) / 1e6, status.manifest.shards.size(),
                    status.manifest.updated == 0 ? "never to its end" : utc(status.manifest.updated));
    for (const store::Archive& archive : status.manifest.archives)
        out += fmt::format("archive   {} ({}, {} messages{})\n", text::visible(archive.path, text::Breaks::blank),
                           archive.kind, archive.messages, settled(archive));
    return out;
}

std::string as_json(const Status& status) {
    using nlohmann::ordered_json;
    ordered_json archives = ordered_json::array();
    for (const store::Archive& archive : status.manifest.archives) {
        ordered_json& one = archives.emplace_back(ordered_json::object());
        one["path"] = text::valid_utf8(archive.path);
        if (one["path"] != archive.path) one["path_bytes"] = base64(archive.path);
        one["kind"] = archive.kind;
        one["messages"] = archive.messages;
        one["settled"] = archive.settled;
    }
    ordered_json out{{"schema", 1},
                     {"index", text::valid_utf8(status.path)},
                     {"index_schema", status.manifest.schema},
                     {"messages", status.messages},
                     {"bytes", status.bytes},
                     {"shards", status.manifest.shards.size()},
                     {"updated", utc(status.manifest.updated)},
                     {"archives", std::move(archives)}};
    if (status.manifest.updated == 0) out.erase("updated");
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace patchseek::storage
