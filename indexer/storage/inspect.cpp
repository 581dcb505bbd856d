// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <xapian.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "known_messages.hpp"
#include "patchseek/base/encoding.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/schema/terms.hpp"
#include "patchseek/store/inventory.hpp"
#include "patchseek/text/json_text.hpp"
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

std::string refs_of(const store::Repository& repository) {
    std::string out;
    for (const std::string& ref : repository.refs) out += (out.empty() ? "" : ", ") + ref;
    return out.empty() ? "HEAD" : out;
}

std::string_view settled(const store::Archive& archive) {
    return archive.settled ? "" : ", its last reading did not come to its end";
}

void add_count(std::vector<Counted>& all, const std::string& name, std::uint64_t messages) {
    if (messages == 0) return;
    const auto it = std::ranges::find(all, name, &Counted::name);
    if (it != all.end())
        it->messages += messages;
    else
        all.push_back({name, messages});
}

// Of the messages of a shard that live.
void add_contents(const fs::path& index, const store::Shard& shard, Status& out) {
    const auto all = open_shard(index / shard.folder);
    const auto numbers = dead_documents(index, shard);
    const auto dead = numbers.empty() ? Xapian::Database() : open_shard(index / shard.dead);
    const auto count = [&](const std::string& term) { return all.get_termfreq(term) - dead.get_termfreq(term); };
    for (const char* kind : {"patch", "cover", "pull", "reply"})
        add_count(out.kinds, kind, count(schema::term(schema::field::is->prefix, kind)));
    const std::string prefix(schema::field::list->prefix);
    for (auto it = all.allterms_begin(prefix); it != all.allterms_end(prefix); ++it)
        add_count(out.lists, (*it).substr(prefix.size()), count(*it));
    const auto add_date = [&](const std::string& value) {
        const auto time = static_cast<std::int64_t>(Xapian::sortable_unserialise(value));
        out.oldest = std::min(out.oldest.value_or(INT64_MAX), time);
        out.newest = std::max(out.newest.value_or(INT64_MIN), time);
    };
    if (numbers.empty()) {
        // Absent values are none of the two.
        for (const auto& bound :
             {all.get_value_lower_bound(schema::kSlotDate), all.get_value_upper_bound(schema::kSlotDate)})
            if (!bound.empty()) add_date(bound);
        return;
    }
    const auto end = all.valuestream_end(schema::kSlotDate);
    for (auto it = all.valuestream_begin(schema::kSlotDate); it != end; ++it)
        if (!std::ranges::binary_search(numbers, it.get_docid())) add_date(*it);
}

/// "9 patch, 2 cover": what there is most of first as the caller has it, at most `most`.
std::string listed(const std::vector<Counted>& all, std::size_t most) {
    std::string out;
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i)
        out +=
            fmt::format("{}{} {}", i > 0 ? ", " : "", all[i].messages, text::visible(all[i].name, text::Breaks::blank));
    return all.size() > most ? out + fmt::format(" and {} more", all.size() - most) : out;
}

}  // namespace

Result<Status> status(const fs::path& index) {
    return guarded("cannot read the index", [&]() -> Result<Status> {
        auto manifest = store::read_manifest(index);
        if (!manifest) return manifest.error();
        Status out{index.native(), std::move(*manifest), 0, size_of(index)};
        const auto data = store::data_of(index, out.manifest);
        if (auto there = store::verify_presence(index, out.manifest); !there) return there.error();
        out.messages = KnownMessages(data, out.manifest).messages();
        for (const store::Shard& shard : out.manifest.shards) add_contents(data, shard, out);
        std::ranges::stable_sort(out.lists, std::greater<>(), &Counted::messages);
        return out;
    });
}

std::string as_text(const Status& status) {
    std::string out =
        fmt::format("index     {}\nschema    {}\nmessages  {}\n", text::visible(status.path, text::Breaks::blank),
                    status.manifest.schema, status.messages);
    if (!status.kinds.empty()) out += "kinds     " + listed(status.kinds, status.kinds.size()) + '\n';
    if (status.oldest && status.newest)
        out += fmt::format("dates     {} to {}\n", utc(*status.oldest), utc(*status.newest));
    if (!status.lists.empty()) out += "lists     " + listed(status.lists, 5) + '\n';
    out += fmt::format("size      {:.1f} MB in {} shards\nupdated   {}\n", static_cast<double>(status.bytes) / 1e6,
                       status.manifest.shards.size(),
                       status.manifest.updated != 0 ? utc(status.manifest.updated)
                       : status.messages == 0       ? "not yet"
                                                    : "no run has ended yet; what it brought so far is found");
    for (const store::Archive& archive : status.manifest.archives)
        out += fmt::format("archive   {} ({}, {} messages{})\n", text::visible(archive.path, text::Breaks::blank),
                           archive.kind, archive.messages, settled(archive));
    for (const store::Repository& repository : status.manifest.repositories)
        out += fmt::format("git       {} ({}, {} commits{})\n", text::visible(repository.path, text::Breaks::blank),
                           text::visible(refs_of(repository), text::Breaks::blank), repository.commits,
                           repository.file.empty() ? ", not yet read" : "");
    return out;
}

namespace {

nlohmann::ordered_json counts_of(const std::vector<Counted>& all) {
    auto out = nlohmann::ordered_json::object();
    for (const Counted& one : all) out[text::valid_utf8(one.name)] = one.messages;
    return out;
}

}  // namespace

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
    ordered_json repositories = ordered_json::array();
    for (const store::Repository& repository : status.manifest.repositories) {
        ordered_json& one = repositories.emplace_back(ordered_json::object());
        one["path"] = text::valid_utf8(repository.path);
        if (one["path"] != repository.path) one["path_bytes"] = base64(repository.path);
        one["refs"] = repository.refs.empty() ? std::vector<std::string>{"HEAD"} : repository.refs;
        one["commits"] = repository.commits;
        one["read"] = !repository.file.empty();
    }
    ordered_json out{{"schema", 1},
                     {"index", text::valid_utf8(status.path)},
                     {"index_schema", status.manifest.schema},
                     {"messages", status.messages},
                     {"kinds", counts_of(status.kinds)},
                     {"lists", counts_of(status.lists)},
                     {"bytes", status.bytes},
                     {"shards", status.manifest.shards.size()},
                     {"updated", utc(status.manifest.updated)},
                     {"archives", std::move(archives)}};
    if (!status.manifest.repositories.empty()) out["repositories"] = std::move(repositories);
    if (status.manifest.updated == 0) out.erase("updated");
    if (status.oldest) out["oldest"] = utc(*status.oldest);
    if (status.newest) out["newest"] = utc(*status.newest);
    return text::harmless_json(out.dump(-1, ' ', false, ordered_json::error_handler_t::replace)) + '\n';
}

}  // namespace patchseek::storage
