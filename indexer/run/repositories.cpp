// SPDX-License-Identifier: GPL-2.0-or-later
#include "run.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "archive/git_history.hpp"
#include "commits/history.hpp"
#include "patchseek/store/origins.hpp"
#include "storage/commit_joins.hpp"

namespace fs = std::filesystem;

namespace patchseek::run {
namespace {

Result<store::Repository> named_repository(const store::Manifest& manifest, const Request& request,
                                           const fs::path& given) {
    std::error_code error;
    const auto path = fs::canonical(given, error);
    if (error) return Error{ErrorKind::no_input, "cannot read '" + given.native() + "': " + error.message()};
    const auto place = find_repository(manifest, path);
    auto out = place < manifest.repositories.size()
                   ? manifest.repositories[place]
                   : store::Repository{path.native(), store::key_name(archive::archive_key(path)), {}, {}, 0};
    if (!request.refs.empty()) out.refs = request.refs;
    return out;
}

// Of an index that has not read it before, or whose file is damaged, an empty one.
Result<commits::History> known_history(const storage::IndexFolder& folder, const store::Repository& repository) {
    if (repository.file.empty()) return commits::History();
    auto history = commits::History::open(folder.path() / repository.file);
    if (!history && (history.error().kind == ErrorKind::data || history.error().kind == ErrorKind::no_input))
        return commits::History();
    return history;
}

// Writes the file of its commits if they changed.
Result<Done> update(storage::IndexFolder& folder, const Request& request, store::Repository& repository,
                    Report& report) {
    auto history = known_history(folder, repository);
    if (!history) return history.error();
    const commits::History::Options options{repository.refs, [&](std::uint64_t read) {
                                                storage::Progress progress{storage::Progress::Phase::finding};
                                                progress.archive = repository.path;
                                                progress.done = read;
                                                if (request.on_progress) request.on_progress(progress);
                                                return !storage::is_stop_requested(request.stop);
                                            }};
    const auto change = history->update(repository.path, options);
    if (!change) return change.error();
    report.commits += change->read;
    report.problems.insert(report.problems.end(), change->problems.begin(), change->problems.end());
    if (!change->changed && !repository.file.empty()) return Done{};
    repository.file = storage::commits_file(repository, folder.manifest().generation + 1);
    repository.commits = history->commits().size();
    return folder.put_commits(repository.file, history->encoded());
}

Result<Done> publish(storage::IndexFolder& folder, const Request& request, std::vector<store::Repository> repositories,
                     std::vector<archive::Problem>& problems) {
    return folder.publish({.edit =
                               [&](store::Manifest& manifest) {
                                   manifest.updated = request.now;
                                   manifest.repositories = std::move(repositories);
                               },
                           .refresh_relations = true,
                           .problems = &problems});
}

}  // namespace

Result<Done> note_repositories(storage::IndexFolder& folder, const Request& request) {
    auto repositories = folder.manifest().repositories;
    const auto known = repositories.size();
    for (const fs::path& path : request.repositories) {
        auto repository = named_repository(folder.manifest(), request, path);
        const bool is_new = repository && std::ranges::find(repositories, repository->path, &store::Repository::path) ==
                                              repositories.end();
        if (is_new && archive::GitHistory::open(repository->path)) repositories.push_back(std::move(*repository));
    }
    if (repositories.size() == known) return Done{};
    return folder.publish(
        {.edit = [&](store::Manifest& manifest) { manifest.repositories = std::move(repositories); }});
}

Result<Done> update_repositories(storage::IndexFolder& folder, const Request& request, bool all, Report& report) {
    auto repositories = folder.manifest().repositories;
    std::vector<store::Repository> wanted;
    bool unread = false;
    if (all) wanted = repositories;
    for (const fs::path& path : request.repositories) {
        auto repository = named_repository(folder.manifest(), request, path);
        const auto same = [&](const store::Repository& one) { return repository && one.path == repository->path; };
        if (repository && std::ranges::any_of(wanted, same))
            *std::ranges::find_if(wanted, same) = std::move(*repository);
        else if (repository)
            wanted.push_back(std::move(*repository));
        else
            report.failures.push_back(repository.error());
    }
    for (store::Repository& repository : wanted) {
        if (storage::is_stop_requested(request.stop)) break;
        if (request.on_progress) request.on_progress({storage::Progress::Phase::finding, repository.path});
        const auto it = std::ranges::find(repositories, repository.path, &store::Repository::path);
        if (auto done = update(folder, request, repository, report); !done) {
            if (done.error().kind == ErrorKind::busy && storage::is_stop_requested(request.stop)) break;
            report.failures.push_back(done.error());
            // One that was noted and cannot be read is none.
            if (it != repositories.end() && it->file.empty()) {
                repositories.erase(it);
                unread = true;
            }
            continue;
        }
        ++report.repositories;
        if (it == repositories.end())
            repositories.push_back(std::move(repository));
        else
            *it = std::move(repository);
    }
    report.stopped = report.stopped || storage::is_stop_requested(request.stop);
    if (report.repositories == 0 && !unread) return Done{};
    return publish(folder, request, std::move(repositories), report.problems);
}

std::size_t find_repository(const store::Manifest& manifest, const fs::path& given) {
    std::error_code error;
    const fs::path path = given.has_filename() ? given : given.parent_path();  // "folder/"
    const auto canonical = fs::weakly_canonical(path, error), absolute = fs::absolute(path, error).lexically_normal();
    const auto it = std::ranges::find_if(manifest.repositories, [&](const store::Repository& one) {
        return one.path == path.native() || one.path == canonical.native() || one.path == absolute.native();
    });
    return static_cast<std::size_t>(it - manifest.repositories.begin());
}

Result<Done> forget_repository(storage::IndexFolder& folder, const Request& request, std::size_t place) {
    auto repositories = folder.manifest().repositories;
    repositories.erase(repositories.begin() + static_cast<std::ptrdiff_t>(place));
    std::vector<archive::Problem> ignored;
    return publish(folder, request, std::move(repositories), ignored);
}

}  // namespace patchseek::run
