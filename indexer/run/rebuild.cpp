// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <set>

#include "patchseek/base/file.hpp"
#include "patchseek/base/parallel.hpp"
#include "patchseek/schema/schema.hpp"
#include "patchseek/store/origins.hpp"
#include "run.hpp"
#include "storage/commit_joins.hpp"
#include "storage/known_messages.hpp"
#include "storage/merge.hpp"
#include "storage/xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::run {
namespace {

/// One rebuilding of an index whose folder was opened anew.
class Rebuild {
public:
    Rebuild(storage::IndexFolder& folder, const Request& request) : folder_(folder), request_(request) {}
    Result<Report> run();

private:
    bool stopped() const { return storage::is_stop_requested(request_.stop); }
    storage::MergeOptions merging() const {
        return {request_.jobs ? request_.jobs : processors(), request_.stop, request_.on_progress};
    }
    std::vector<const store::Archive*> unread() const;
    Result<Done> take_over();
    Result<Done> read_repositories();
    Result<std::vector<store::Archive>> entries_of(const std::vector<const store::Archive*>& archives);

    storage::IndexFolder& folder_;
    const Request& request_;
    Report report_;
};

bool is_there(const std::string& path) {
    std::error_code error;
    return path != "-" && fs::exists(path, error);
}

// Archives of before that this run did not read.
std::vector<const store::Archive*> Rebuild::unread() const {
    std::vector<const store::Archive*> out;
    for (const store::Archive& archive : folder_.before().archives) {
        const auto& now = folder_.manifest().archives;
        const auto it = std::ranges::find(now, archive.path, &store::Archive::path);
        const bool was_read = it != now.end() && (it->settled || it->messages > 0);
        if (!was_read) out.push_back(&archive);
    }
    return out;
}

// As the manifest of before had them, with what they held when they were last read.
Result<std::vector<store::Archive>> Rebuild::entries_of(const std::vector<const store::Archive*>& archives) {
    std::vector<store::Archive> out;
    for (const store::Archive* archive : archives) {
        store::Archive& entry = out.emplace_back(*archive);
        entry.state.clear();
        const auto state = archive->state.empty() ? Result<std::string>(std::string())
                                                  : read_file(folder_.data_before() / archive->state);
        entry.settled = archive->settled && state;
        if (!state || state->empty()) continue;
        auto put = folder_.put_state(store::at_of(archive->key), *state);
        if (!put) return put.error();
        entry.state = std::move(*put);
    }
    return out;
}

Result<Done> Rebuild::take_over() {
    const auto archives = unread();
    if (archives.empty()) return Done{};
    if (folder_.before().schema != schema::kVersion)
        return Error{ErrorKind::no_input, "archive '" + archives.front()->path +
                                              "' cannot be read, and what the index holds of it is of another schema; "
                                              "bring it back, or --remove it with the program that made the index"};
    std::set<std::uint64_t> keys;
    for (const store::Archive* archive : archives) keys.insert(store::at_of(archive->key));
    auto restored = storage::restore(folder_, keys, merging());
    if (!restored) return restored.error();
    report_.added += restored->messages;
    for (const archive::Problem& problem : restored->problems)
        report_.failures.push_back({ErrorKind::data, problem.name + ": " + problem.what});
    auto entries = entries_of(archives);
    if (!entries) return entries.error();
    const auto counted = storage::guarded("cannot read the index", [&]() -> Result<Done> {
        const storage::KnownMessages known(folder_.path(), folder_.manifest());
        for (store::Archive& entry : *entries) entry.messages = known.count(store::at_of(entry.key));
        return Done{};
    });
    if (!counted) return counted;
    return folder_.publish({.edit = [&](store::Manifest& manifest) {
        for (store::Archive& entry : *entries)
            *std::ranges::find(manifest.archives, entry.path, &store::Archive::path) = std::move(entry);
    }});
}

// Those that are gone stay as they were known.
Result<Done> Rebuild::read_repositories() {
    auto inner = request_;
    inner.repositories.clear();
    inner.refs.clear();
    auto repositories = folder_.manifest().repositories;
    if (repositories.empty()) return Done{};
    for (const store::Repository& repository : repositories)
        if (is_there(repository.path)) inner.repositories.emplace_back(repository.path);
    if (auto done = update_repositories(folder_, inner, false, report_); !done) return done;
    repositories = folder_.manifest().repositories;
    for (store::Repository& repository : repositories) {
        const auto& before = folder_.before().repositories;
        const auto known = std::ranges::find(before, repository.path, &store::Repository::path);
        if (!repository.file.empty() || known == before.end() || known->file.empty()) continue;
        const auto bytes = read_file(folder_.data_before() / known->file);
        if (!bytes) continue;
        repository.file = storage::commits_file(repository, folder_.manifest().generation + 1);
        repository.commits = known->commits;
        if (auto put = folder_.put_commits(repository.file, *bytes); !put) return put;
    }
    return folder_.publish({.edit = [&](store::Manifest& manifest) { manifest.repositories = repositories; }});
}

Result<Report> Rebuild::run() {
    std::vector<fs::path> archives;
    for (const store::Archive& archive : folder_.before().archives)
        if (is_there(archive.path)) archives.emplace_back(archive.path);
    auto inner = request_;
    inner.commit_every = 0;
    auto read = read_archives(folder_, inner, archives);
    if (!read) return read;
    report_ = std::move(*read);
    if (!stopped())
        if (auto done = take_over(); !done) return done.error();
    if (!stopped())
        if (auto done = read_repositories(); !done) return done.error();
    if (!stopped())
        if (auto done = storage::merge_when_it_pays(folder_, merging()); !done) return done.error();
    report_.stopped = stopped();
    if (report_.stopped) return std::move(report_);
    const auto edit = [&](store::Manifest& manifest) { manifest.updated = request_.now; };
    const auto done = folder_.release({.edit = edit, .refresh_relations = true, .problems = &report_.problems});
    if (!done) return done.error();
    folder_.remove_before();
    report_.archives = folder_.manifest().archives.size();
    return std::move(report_);
}

}  // namespace

Result<Report> rebuild_index(const Request& request) {
    auto folder = storage::IndexFolder::open_anew(request.index, request.opening);
    if (!folder) return folder.error();
    return Rebuild(*folder, request).run();
}

}  // namespace patchseek::run
