// SPDX-License-Identifier: GPL-2.0-or-later
#include "join.hpp"

#include <xapian.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "amendments.hpp"
#include "commit_joins.hpp"
#include "known_messages.hpp"
#include "patchseek/base/file.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/inventory.hpp"
#include "patchseek/store/text_store.hpp"
#include "xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::storage {
namespace {

/// One of the indexes, as it is now.
struct Source {
    fs::path path, data;  ///< absolute, without links
    store::Manifest manifest;
};

/// A document that lives.
struct Entry {
    std::string content;
    std::size_t shard;  ///< place in Rewrite::shards
    Xapian::docid id;
    friend auto operator<=>(const Entry&, const Entry&) = default;  // NOLINT(modernize-use-nullptr)
};

bool same_places(const store::Origins& a, const store::Origins& b) {
    return std::ranges::equal(a.copies, b.copies, [](const store::Copy& one, const store::Copy& other) {
        return one.digest == other.digest && one.origins == other.origins;
    });
}

Result<Source> read_source(const fs::path& given) {
    auto manifest = store::read_manifest(given);
    if (!manifest) return manifest.error();
    if (auto there = store::verify_presence(given, *manifest); !there) return there.error();
    if (!manifest->members.empty())
        return Error{ErrorKind::usage, "index '" + given.native() + "' only links others: name those"};
    std::error_code error;
    Source out{fs::canonical(given, error), {}, {}};
    if (!error) out.data = fs::canonical(store::data_of(given, *manifest), error);
    if (error) return system_error("cannot read '" + given.native() + "'", error.value());
    out.manifest = std::move(*manifest);
    return out;
}

// Sorted by path, each once: what comes of it does not depend on the order in which they are named.
Result<std::vector<Source>> read_sources(const std::vector<fs::path>& indexes) {
    std::vector<Source> out;
    for (const fs::path& index : indexes) {
        auto source = read_source(index);
        if (!source) return source.error();
        if (std::ranges::find(out, source->path, &Source::path) == out.end()) out.push_back(std::move(*source));
    }
    std::ranges::sort(out, {}, &Source::path);
    return out;
}

std::vector<store::Member> members_of(const std::vector<Source>& sources) {
    std::vector<store::Member> out;
    for (const Source& source : sources) out.push_back({source.path.native(), store::digest_of(source.manifest)});
    return out;
}

class Joiner {
public:
    Joiner(IndexFolder& folder, const std::vector<Source>& sources, Joining joining, const MergeOptions& options)
        : folder_(folder), sources_(sources), joining_(joining), options_(options) {}

    Result<Joined> run() {
        const auto done = guarded("cannot join indexes", [&] { return write(); });
        if (!done) return done.error();
        out_.stopped = !*done;
        return std::move(out_);
    }

private:
    bool copies() const { return joining_ == Joining::copied; }
    Result<bool> write();
    void add_shards();
    void gather();
    void find_twice();
    void merge(std::span<const Entry> group);
    Result<store::Manifest> described();
    Result<Done> describe(const Source& source, store::Manifest& out);
    Result<Done> add_repositories(const Source& source, store::Manifest& out);
    void list_files(const Source& source, store::Manifest& out) const;
    store::Origins origins_of(const Entry& entry) const;

    IndexFolder& folder_;
    const std::vector<Source>& sources_;
    Joining joining_;
    const MergeOptions& options_;
    Rewrite plan_{};
    std::vector<Xapian::Database> shards_;  ///< of the plan
    /// From so many shards of the plan on they are no part of the index: copies of one of those before, in which other
    /// documents are dead.
    std::size_t parts_ = 0;
    std::vector<Entry> entries_;
    /// By path, when the index was updated that knows them, and the size of what it knows.
    std::map<std::string, std::pair<std::int64_t, std::uint64_t>> repositories_;
    std::set<std::string> shared_;  ///< keys of archives that several have read
    Joined out_;
};

// An index and its copy have shards with one name; there must be no two of a name in one index.
void Joiner::add_shards() {
    std::set<std::string> names;
    std::vector<store::Shard> copies;
    for (const Source& source : sources_)
        for (store::Shard shard : source.manifest.shards) {
            shard.home = source.data.native();
            shard.folder = (source.data / shard.folder).native();
            if (!shard.dead.empty()) shard.dead = (source.data / shard.dead).native();
            const bool is_new = names.insert(open_shard(shard.folder).get_uuid()).second;
            (is_new || joining_ == Joining::copied ? plan_.shards : copies).push_back(std::move(shard));
        }
    parts_ = plan_.shards.size();
    plan_.shards.insert(plan_.shards.end(), copies.begin(), copies.end());
    for (const store::Shard& shard : plan_.shards) shards_.push_back(open_shard(shard.folder));
    plan_.index = folder_.path();
    plan_.parts.assign(plan_.shards.size(), joining_ == Joining::copied ? Rewrite::Part::all : Rewrite::Part::changed);
}

void Joiner::gather() {
    std::map<std::string, std::vector<std::uint32_t>> dead;  // by names
    for (std::size_t i = 0; i < shards_.size(); ++i) {
        const auto own = dead_documents(plan_.index, plan_.shards[i]);
        const auto first = dead.try_emplace(shards_[i].get_uuid(), own).first;
        const auto lives = [&](Xapian::docid id) { return !std::ranges::binary_search(own, id); };
        const auto known = [&](Xapian::docid id) { return !std::ranges::binary_search(first->second, id); };
        const auto end = shards_[i].valuestream_end(schema::kSlotContent);
        for (auto it = shards_[i].valuestream_begin(schema::kSlotContent); it != end; ++it)
            if (lives(it.get_docid()) && (i < parts_ || !known(it.get_docid())))
                entries_.push_back({*it, i, it.get_docid()});
    }
    std::ranges::sort(entries_);
}

store::Origins Joiner::origins_of(const Entry& entry) const {
    return value_or_throw(
        store::Origins::decode(shards_[entry.shard].get_document(entry.id).get_value(schema::kSlotOrigins)));
}

// One document is left of a message: one that knows all places already, if there is such a one.
void Joiner::merge(std::span<const Entry> group) {
    std::vector<store::Origins> origins;
    for (const Entry& entry : group) origins.push_back(origins_of(entry));
    store::Origins all = origins.front();
    for (const store::Origins& one : origins)
        for (const store::Copy& copy : one.copies) all.add(copy);
    std::size_t kept = 0;
    while (kept < group.size() && !(group[kept].shard < parts_ && same_places(origins[kept], all))) ++kept;
    const bool changes = kept == group.size();
    if (changes) kept = 0;
    Change change;
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (i == kept) continue;
        for (const store::Copy& copy : origins[i].copies) {
            change.added.push_back(copy);
            change.from.push_back(group[i].shard);
        }
        if (group[i].shard >= parts_) continue;
        auto& gone = plan_.changes[{group[i].shard, group[i].id}].removed;
        for (const store::Copy& copy : origins[i].copies)
            gone.insert(gone.end(), copy.origins.begin(), copy.origins.end());
        std::ranges::sort(gone);
    }
    if (changes) plan_.changes[{group[kept].shard, group[kept].id}] = std::move(change);
}

void Joiner::find_twice() {
    for (std::size_t begin = 0, end = 0; begin < entries_.size(); begin = end) {
        while (end < entries_.size() && entries_[end].content == entries_[begin].content) ++end;
        ++out_.messages;
        if (end - begin > 1) ++out_.twice;
        if (end - begin > 1 || entries_[begin].shard >= parts_) merge(std::span(entries_).subspan(begin, end - begin));
    }
    entries_.clear();
}

Result<Done> Joiner::add_repositories(const Source& source, store::Manifest& out) {
    for (store::Repository repository : source.manifest.repositories) {
        auto& [updated, size] = repositories_.try_emplace(repository.path, INT64_MIN, 0).first->second;
        // Of those of one second, the one that knows more of it.
        const auto* file = store::find_file(source.manifest, repository.file);
        const std::pair<std::int64_t, std::uint64_t> own(source.manifest.updated, file ? file->size : 0);
        auto known = std::ranges::find(out.repositories, repository.path, &store::Repository::path);
        const bool is_newer = known == out.repositories.end() || known->file.empty() ||
                              (!repository.file.empty() && own > std::pair(updated, size));
        if (!is_newer) continue;
        std::tie(updated, size) = own;
        if (!repository.file.empty() && copies()) {
            const auto bytes = read_file(source.data / repository.file);
            if (!bytes) return bytes.error();
            repository.file = commits_file(repository, folder_.manifest().generation + 1);
            if (auto put = folder_.put_commits(repository.file, *bytes); !put) return put;
        } else if (!repository.file.empty()) {
            repository.file = (source.data / repository.file).native();
        }
        if (known == out.repositories.end())
            out.repositories.push_back(std::move(repository));
        else
            *known = std::move(repository);
    }
    return Done{};
}

void Joiner::list_files(const Source& source, store::Manifest& out) const {
    std::set<std::string> others;  // files that only the member itself needs
    for (const store::Archive& archive : source.manifest.archives) others.insert(archive.state);
    others.insert(source.manifest.relations);
    for (const store::File& file : source.manifest.files)
        if (!others.contains(file.path))
            out.files.push_back({(source.data / file.path).native(), file.size, file.checksum});
}

Result<Done> Joiner::describe(const Source& source, store::Manifest& out) {
    for (store::Archive archive : source.manifest.archives) {
        const auto state =
            archive.state.empty() ? Result<std::string>(std::string()) : read_file(source.data / archive.state);
        archive.state.clear();
        if (copies() && state && !state->empty()) {
            auto put = folder_.put_state(store::at_of(archive.key), *state);
            if (!put) return put.error();
            archive.state = std::move(*put);
        }
        const auto known = std::ranges::find(out.archives, archive.key, &store::Archive::key);
        if (known == out.archives.end()) {
            out.archives.push_back(std::move(archive));
            continue;
        }
        // They need not have read the same.
        known->settled = false;
        known->state.clear();
        shared_.insert(archive.key);
    }
    out.updated = std::max(out.updated, source.manifest.updated);
    return add_repositories(source, out);
}

// What the index is, but for its shards and texts.
Result<store::Manifest> Joiner::described() {
    store::Manifest out;
    for (const Source& source : sources_) {
        if (auto done = describe(source, out); !done) return done.error();
        if (!copies()) list_files(source, out);
    }
    std::ranges::sort(out.files, {}, &store::File::path);
    if (!copies()) out.members = members_of(sources_);
    return out;
}

Result<bool> Joiner::write() {
    if (!folder_.holds()) folder_.hold();
    auto now = described();
    if (!now) return now.error();
    add_shards();
    gather();
    find_twice();
    const auto edit = [&](store::Manifest& manifest) {
        if (!copies())
            manifest.shards.assign(plan_.shards.begin(), plan_.shards.begin() + static_cast<std::ptrdiff_t>(parts_));
        manifest.archives = now->archives;
        manifest.repositories = now->repositories;
        manifest.members = now->members;
        manifest.files = now->files;
        manifest.updated = now->updated;
    };
    if (auto done = folder_.publish({.edit = edit}); !done) return done.error();
    if (copies() || !plan_.changes.empty()) {
        const auto written = write_rewritten(folder_, std::move(plan_), options_, Texts::moved);
        if (!written || !*written) return written;
    }
    const auto count = [&](store::Manifest& manifest) {
        const KnownMessages known(folder_.path(), manifest);
        for (store::Archive& archive : manifest.archives)
            if (shared_.contains(archive.key)) archive.messages = known.count(store::at_of(archive.key));
    };
    const auto published = folder_.release({.edit = shared_.empty() ? std::function<void(store::Manifest&)>() : count,
                                            .refresh_relations = true,
                                            .problems = &out_.problems});
    if (!published) return published.error();
    return true;
}

// What stands where the index is to be: nothing, or what may be replaced.
Result<IndexFolder> open_target(const fs::path& target, const std::vector<Source>& sources, Joining joining,
                                const Opening& opening) {
    const auto before = store::read_manifest(target);
    if (!before && before.error().kind == ErrorKind::no_input) return IndexFolder::open(target, opening);
    if (!before) return before.error();
    std::error_code error;
    const auto path = fs::canonical(target, error);
    const bool is_member = std::ranges::find(sources, path, &Source::path) != sources.end();
    if (joining == Joining::copied ? !is_member : before->members.empty())
        return Error{ErrorKind::cannot_create,
                     joining == Joining::copied
                         ? "'" + target.native() +
                               "' is an index already; name it among those that are joined, too, "
                               "and it keeps what it has"
                         : "'" + target.native() + "' is an index of its own; name another folder"};
    return IndexFolder::open_anew(target, opening);
}

}  // namespace

Result<Joined> join(const fs::path& target, const std::vector<fs::path>& indexes, Joining joining, Opening opening,
                    const MergeOptions& options) {
    opening.linked = joining == Joining::linked;
    if (indexes.empty()) return Error{ErrorKind::usage, "no indexes named to be joined"};
    auto sources = read_sources(indexes);
    if (!sources) return sources.error();
    auto folder = open_target(target, *sources, joining, opening);
    if (!folder) return folder.error();
    // They may have changed while another writer was waited for, and that may have done what is to be done.
    sources = read_sources(indexes);
    if (!sources) return sources.error();
    if (joining == Joining::linked && folder->before().members == members_of(*sources) &&
        store::verify_presence(target, folder->before()))
        return Joined{};
    return Joiner(*folder, *sources, joining, options).run();
}

}  // namespace patchseek::storage
