// SPDX-License-Identifier: GPL-2.0-or-later
#include "run.hpp"

#include <algorithm>

#include "archive_delta.hpp"
#include "build.hpp"
#include "mail/message.hpp"
#include "memory.hpp"
#include "patchseek/base/parallel.hpp"
#include "storage/amendments.hpp"
#include "storage/merge.hpp"
#include "storage/xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::run {
namespace {

/// Less mail than this is indexed or lost whole.
constexpr std::uint64_t kShortRun = std::uint64_t{8} << 20;

unsigned jobs_of(const Request& request) { return request.jobs ? request.jobs : processors(); }

/// A folder that is removed with this.
struct Scratch {
    explicit Scratch(fs::path at) : path(std::move(at)) {}
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    fs::path path;
    ~Scratch() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

storage::MergeOptions merge_options(const Request& request) {
    return {std::max(jobs_of(request), processors()), request.stop, request.on_progress};
}

/// One run over archives of an index that is held open.
class Run {
public:
    Run(storage::IndexFolder& folder, const Request& request) : folder_(folder), request_(request) {}
    Result<Report> run(const std::vector<fs::path>& archives);

private:
    bool stopped() const { return storage::is_stop_requested(request_.stop); }
    Result<Done> scan(const std::vector<fs::path>& archives);
    bool has_changes() const;
    void unsettle(store::Manifest& manifest) const;
    bool is_short() const;
    void report_commit() const;
    Result<Done> build_entries();
    Result<Done> amend();
    Result<Done> settle(bool release);
    bool unsettled_archive(std::uint32_t archive) const;

    storage::IndexFolder& folder_;
    const Request& request_;
    ArchiveDelta delta_;
    std::size_t found_ = 0;  ///< messages to be read
    BuildReport built_;
    Report report_;
    std::optional<Scratch> spool_;  ///< for what is unpacked to be read
};

store::Archive& entry_of(store::Manifest& manifest, const archive::Archive& archive) {
    auto it = std::ranges::find(manifest.archives, archive.path.native(), &store::Archive::path);
    if (it == manifest.archives.end())
        it =
            manifest.archives.insert(it, {archive.path.native(), store::key_name(archive.key), archive.kind, 0, false});
    it->kind = archive.kind;
    return *it;
}

Result<Done> Run::scan(const std::vector<fs::path>& archives) {
    auto folder = folder_.make_build_folder();
    if (!folder) return folder.error();
    spool_.emplace(*folder);
    return storage::guarded("cannot read the index", [&]() -> Result<Done> {
        const storage::KnownMessages known(folder_.path(), folder_.manifest());
        for (const fs::path& path : archives) {
            if (stopped()) break;
            if (request_.on_progress) request_.on_progress({storage::Progress::Phase::finding, path.native()});
            scan_archive(delta_, folder_, known, path, request_.kind, spool_->path);
        }
        found_ = delta_.catalog.entries.size();
        return Done{};
    });
}

// Whether the documents will change, or the list of archives.
bool Run::has_changes() const {
    return found_ > 0 || !delta_.gone.empty() ||
           std::ranges::any_of(delta_.catalog.archives, [&](const archive::Archive& archive) {
               const auto& known = folder_.manifest().archives;
               const auto it = std::ranges::find(known, archive.path.native(), &store::Archive::path);
               return it == known.end() || !it->settled;
           });
}

// From here on until settle(), a kill leaves archives that the next run reads again whole.
void Run::unsettle(store::Manifest& manifest) const {
    for (const archive::Archive& archive : delta_.catalog.archives) entry_of(manifest, archive).settled = false;
}

// Whether all of it is published as one, at its end.
bool Run::is_short() const {
    std::uint64_t bytes = 0;
    for (const archive::Entry& entry : delta_.catalog.entries) bytes += entry.span.size;
    return bytes < kShortRun && request_.commit_every == 0 && !folder_.manifest().shards.empty();
}

void Run::report_commit() const {
    if (!request_.on_progress || found_ == 0) return;
    storage::Progress progress{storage::Progress::Phase::reading};
    progress.done = progress.total = progress.committed = found_;
    progress.at_commit = true;
    request_.on_progress(progress);
}

Result<Done> Run::build_entries() {
    if (found_ == 0) return Done{};
    BuildOptions options{jobs_of(request_), request_.memory, request_.commit_every, request_.stop,
                         request_.on_progress};
    auto built = build(folder_, delta_.catalog, options);
    if (!built) return built.error();
    built_ = std::move(*built);
    delta_.catalog.entries = {};  // memory that the relations of all messages take
    return Done{};
}

// What changes of messages that the index had, all at once: a message that moved is never missing.
Result<Done> Run::amend() {
    keep_unsettled(delta_, built_.unsettled);
    if (stopped() || (delta_.gone.empty() && built_.new_origins.empty() && built_.moved.empty())) return Done{};
    const storage::UncommittedWork work(request_.stop);
    return storage::guarded("cannot change the index", [&]() -> Result<Done> {
        storage::Amendments amendments(folder_);
        for (const storage::NewOrigin& origin : built_.new_origins) amendments.add_origin(origin);
        for (const auto& [origin, content] : built_.moved) amendments.forget(origin, content);
        for (const store::Origin& origin : delta_.gone) amendments.forget(origin);
        const auto done = amendments.publish(merge_options(request_));
        if (!done) return done.error();
        report_.removed = amendments.removed();
        return Done{};
    });
}

bool Run::unsettled_archive(std::uint32_t archive) const {
    return std::ranges::any_of(built_.unsettled,
                               [&](std::uint32_t source) { return delta_.catalog.sources[source].archive == archive; });
}

Result<Done> Run::settle(bool release) {
    const auto& archives = delta_.catalog.archives;
    std::vector<std::uint64_t> counts;
    const bool changed = has_changes();
    const auto counted = storage::guarded("cannot read the index", [&]() -> Result<Done> {
        if (!changed) return Done{};
        const storage::KnownMessages known(folder_.path(), folder_.manifest());
        for (const auto& archive : archives) counts.push_back(known.count(archive.key));
        return Done{};
    });
    if (!counted) return counted;
    const auto unsettled = [&](std::uint32_t source) { return built_.unsettled.contains(source); };
    std::vector<std::string> states(archives.size());
    for (std::uint32_t i = 0; i < archives.size(); ++i) {
        const auto state = archive::state_of(delta_.catalog, i, unsettled);
        if (state == delta_.states[i]) continue;
        auto put = folder_.put_state(archives[i].key, state);
        if (!put) return put.error();
        states[i] = std::move(*put);
    }
    const auto edit = [&](store::Manifest& manifest) {
        manifest.updated = request_.now;
        for (std::uint32_t i = 0; i < archives.size(); ++i) {
            auto& entry = entry_of(manifest, archives[i]);
            entry.settled = !unsettled_archive(i) && !delta_.doubtful.contains(i);
            if (request_.kind) entry.forced = archive::name(*request_.kind);
            if (changed) entry.messages = counts[i];
            if (!states[i].empty()) entry.state = states[i];
        }
    };
    const storage::Publication last{.edit = edit, .refresh_relations = true, .problems = &report_.problems};
    give_back_memory();  // what was known of messages lay in small pieces; relations take as much again
    return release ? folder_.release(last) : folder_.publish(last);
}

Result<Report> Run::run(const std::vector<fs::path>& archives) {
    if (auto done = scan(archives); !done) return done.error();
    report_.archives = delta_.catalog.archives.size();
    report_.problems = delta_.catalog.problems;
    report_.failures = std::move(delta_.failures);
    report_.stopped = stopped();
    if (delta_.catalog.archives.empty() || report_.stopped) return std::move(report_);
    const bool held = is_short();
    if (held)
        folder_.hold();
    else if (has_changes())
        if (auto done = folder_.publish({.edit = [&](store::Manifest& manifest) { unsettle(manifest); }}); !done)
            return done.error();
    if (auto done = build_entries(); !done) return done.error();
    if (auto done = amend(); !done) return done.error();
    std::ranges::move(built_.problems, std::back_inserter(report_.problems));
    report_.added = built_.added;
    report_.known = built_.known;
    report_.damaged = built_.damaged;
    report_.bytes = built_.bytes;
    report_.stopped = stopped();
    if (report_.stopped) {
        const auto edit = [&](store::Manifest& manifest) { unsettle(manifest); };
        const storage::Publication last{.edit = edit, .refresh_relations = true};
        if (auto done = held ? folder_.release(last) : folder_.publish(last); !done) return done.error();
        return std::move(report_);
    }
    if (held)
        if (auto done = storage::merge_small(folder_, merge_options(request_)); !done) return done.error();
    if (auto done = settle(held); !done) return done.error();
    if (held) report_commit();
    if (auto done = storage::merge_when_it_pays(folder_, merge_options(request_)); !done) return done.error();
    return std::move(report_);
}

// As the manifest has it; an archive may be named as it is or as it was.
const store::Archive* find_archive(const store::Manifest& manifest, const fs::path& given) {
    std::error_code error;
    const fs::path path = given.has_filename() ? given : given.parent_path();  // "folder/"
    const auto canonical = fs::weakly_canonical(path, error), absolute = fs::absolute(path, error).lexically_normal();
    for (const store::Archive& archive : manifest.archives)
        if (archive.path == path.native() || archive.path == canonical.native() || archive.path == absolute.native())
            return &archive;
    return nullptr;
}

Result<Report> forget_archive(storage::IndexFolder& folder, const Request& request, const store::Archive& archive) {
    const std::string path = archive.path;
    const auto key = store::at_of(archive.key);
    const auto find = [path](store::Manifest& manifest) {
        return std::ranges::find(manifest.archives, path, &store::Archive::path);
    };
    if (auto done = folder.publish({.edit = [&](store::Manifest& m) { find(m)->settled = false; }}); !done)
        return done.error();
    auto report = storage::guarded("cannot change the index", [&]() -> Result<Report> {
        Report out;
        const storage::UncommittedWork work(request.stop);
        const storage::KnownMessages known(folder.path(), folder.manifest());
        storage::Amendments amendments(folder);
        for (const auto source : known.sources(key))
            for (const auto at : known.places(key, source)) amendments.forget({key, source, at});
        const auto done = amendments.publish(merge_options(request));
        if (!done) return done.error();
        out.stopped = !*done;
        out.removed = amendments.removed();
        return out;
    });
    if (!report || report->stopped) return report;
    auto done = folder.publish({.edit =
                                    [&](store::Manifest& m) {
                                        m.archives.erase(find(m));
                                        m.updated = request.now;
                                    },
                                .refresh_relations = true});
    if (!done) return done.error();
    return report;
}

}  // namespace

Result<Report> read_archives(storage::IndexFolder& folder, const Request& request,
                             const std::vector<fs::path>& archives) {
    return Run(folder, request).run(archives);
}

Result<Report> add_archives(const Request& request) {
    auto folder = storage::IndexFolder::open(request.index, request.opening);
    if (!folder) return folder.error();
    if (auto done = note_repositories(*folder, request); !done) return done.error();
    auto report = Run(*folder, request).run(request.archives);
    if (!report || report->stopped || request.repositories.empty()) return report;
    if (auto done = update_repositories(*folder, request, false, *report); !done) return done.error();
    return report;
}

Result<Report> update_archives(const Request& request) {
    auto folder = request.archives.empty() ? storage::IndexFolder::open_existing(request.index, request.opening)
                                           : storage::IndexFolder::open(request.index, request.opening);
    if (!folder) return folder.error();
    if (auto done = note_repositories(*folder, request); !done) return done.error();
    std::vector<fs::path> archives;
    for (const store::Archive& archive : folder->manifest().archives)
        if (archive.path != "-") archives.emplace_back(archive.path);
    for (const fs::path& archive : request.archives)
        if (!find_archive(folder->manifest(), archive)) archives.push_back(archive);
    auto report = Run(*folder, request).run(archives);
    if (!report || report->stopped || folder->manifest().repositories.empty()) return report;
    if (auto done = update_repositories(*folder, request, true, *report); !done) return done.error();
    return report;
}

Result<Report> remove_archives(const Request& request) {
    auto folder = storage::IndexFolder::open_existing(request.index, request.opening);
    if (!folder) return folder.error();
    const auto is_repository = [&](const fs::path& path) {
        return find_repository(folder->manifest(), path) < folder->manifest().repositories.size();
    };
    for (const fs::path& path : request.archives)
        if (!find_archive(folder->manifest(), path) && !is_repository(path))
            return Error{ErrorKind::no_input, "the index knows no archive '" + path.native() +
                                                  "'; patchseek-index --status lists those it has"};
    Report report;
    for (const fs::path& path : request.archives) {
        if (is_repository(path)) {
            const auto place = find_repository(folder->manifest(), path);
            if (auto done = forget_repository(*folder, request, place); !done) return done.error();
        }
        const auto* archive = find_archive(folder->manifest(), path);
        if (!archive) continue;  // a repository, or named twice
        const auto one = forget_archive(*folder, request, *archive);
        if (!one) return one.error();
        report.removed += one->removed;
        report.stopped = one->stopped;
        ++report.archives;
        if (report.stopped) break;
    }
    return report;
}

Result<Report> compact_index(const Request& request) {
    auto folder = storage::IndexFolder::open_existing(request.index, request.opening);
    if (!folder) return folder.error();
    const auto done = storage::compact(*folder, {jobs_of(request), request.stop, request.on_progress});
    if (!done) return done.error();
    Report report;
    report.stopped = !*done;
    return report;
}

Result<Report> join_indexes(const Request& request, storage::Joining joining) {
    auto joined = storage::join(request.index, request.archives, joining, request.opening,
                                {jobs_of(request), request.stop, request.on_progress});
    if (!joined) return joined.error();
    Report report;
    report.archives = request.archives.size();
    report.added = joined->messages;
    report.known = joined->twice;
    report.stopped = joined->stopped;
    report.problems = std::move(joined->problems);
    return report;
}

}  // namespace patchseek::run
