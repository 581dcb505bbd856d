#include "run.hpp"

#include <algorithm>
#include <thread>

#include "archive_delta.hpp"
#include "build.hpp"
#include "mail/message.hpp"
#include "storage/document_editor.hpp"
#include "storage/merge.hpp"
#include "storage/xapian_guard.hpp"

namespace fs = std::filesystem;

namespace patchseek::run {
namespace {

unsigned jobs_of(const Request& request) {
    return request.jobs ? request.jobs : std::max(1u, std::thread::hardware_concurrency());
}

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

void forget(storage::DocumentEditor& editor, std::vector<store::Origin> gone, const Request& request) {
    std::ranges::sort(gone);
    storage::Progress progress{storage::Progress::Phase::removing};
    progress.total = gone.size();
    editor.forget(gone, [&](std::size_t done) {
        progress.done = done;
        if (request.on_progress) request.on_progress(progress);
        return !storage::is_stop_requested(request.stop);
    });
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
    Result<Done> unsettle();
    Result<Done> build_entries();
    Result<Done> forget_gone();
    Result<Done> settle();
    bool unsettled_archive(std::uint32_t archive) const;

    storage::IndexFolder& folder_;
    const Request& request_;
    ArchiveDelta delta_;
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
        return Done{};
    });
}

// Whether the documents will change, or the list of archives.
bool Run::has_changes() const {
    return !delta_.catalog.entries.empty() || !delta_.gone.empty() ||
           std::ranges::any_of(delta_.catalog.archives, [&](const archive::Archive& archive) {
               const auto& known = folder_.manifest().archives;
               const auto it = std::ranges::find(known, archive.path.native(), &store::Archive::path);
               return it == known.end() || !it->settled;
           });
}

// From here on until settle(), a kill leaves archives that the next run reads again whole.
Result<Done> Run::unsettle() {
    return folder_.publish({.edit = [&](store::Manifest& manifest) {
        for (const archive::Archive& archive : delta_.catalog.archives) entry_of(manifest, archive).settled = false;
    }});
}

Result<Done> Run::build_entries() {
    if (delta_.catalog.entries.empty()) return Done{};
    BuildOptions options{jobs_of(request_), request_.memory, request_.commit_every, request_.stop,
                         request_.on_progress};
    auto built = build(folder_, delta_.catalog, options);
    if (!built) return built.error();
    built_ = std::move(*built);
    return Done{};
}

Result<Done> Run::forget_gone() {
    keep_unsettled(delta_, built_.unsettled);
    if (delta_.gone.empty() || stopped()) return Done{};
    const storage::UncommittedWork work(request_.stop);
    return storage::guarded("cannot change the index", [&]() -> Result<Done> {
        storage::DocumentEditor editor(folder_.path(), folder_.manifest());
        forget(editor, std::move(delta_.gone), request_);
        editor.commit();
        report_.removed = editor.removed();
        return Done{};
    });
}

bool Run::unsettled_archive(std::uint32_t archive) const {
    return std::ranges::any_of(built_.unsettled,
                               [&](std::uint32_t source) { return delta_.catalog.sources[source].archive == archive; });
}

Result<Done> Run::settle() {
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
    for (std::uint32_t i = 0; i < archives.size(); ++i) {
        const auto state = archive::state_of(delta_.catalog, i, unsettled);
        if (state == delta_.states[i]) continue;
        if (auto put = folder_.put_state(archives[i].key, state); !put) return put;
    }
    return folder_.publish({.edit =
                                [&](store::Manifest& manifest) {
                                    manifest.updated = request_.now;
                                    for (std::uint32_t i = 0; i < archives.size(); ++i) {
                                        auto& entry = entry_of(manifest, archives[i]);
                                        entry.settled = !unsettled_archive(i) && !delta_.doubtful.contains(i);
                                        if (request_.kind) entry.forced = archive::name(*request_.kind);
                                        if (changed) entry.messages = counts[i];
                                    }
                                },
                            .refresh_relations = true,
                            .problems = &report_.problems});
}

Result<Report> Run::run(const std::vector<fs::path>& archives) {
    if (auto done = scan(archives); !done) return done.error();
    report_.archives = delta_.catalog.archives.size();
    report_.problems = delta_.catalog.problems;
    report_.failures = std::move(delta_.failures);
    report_.stopped = stopped();
    if (delta_.catalog.archives.empty() || report_.stopped) return std::move(report_);
    if (has_changes())
        if (auto done = unsettle(); !done) return done.error();
    if (auto done = build_entries(); !done) return done.error();
    if (auto done = forget_gone(); !done) return done.error();
    std::ranges::move(built_.problems, std::back_inserter(report_.problems));
    report_.added = built_.added;
    report_.known = built_.known;
    report_.damaged = built_.damaged;
    report_.bytes = built_.bytes;
    report_.stopped = stopped();
    if (report_.stopped) {
        if (auto done = folder_.publish({.refresh_relations = true}); !done) return done.error();
        return std::move(report_);
    }
    if (auto done = settle(); !done) return done.error();
    if (auto done = storage::merge_when_it_pays(
            folder_,
            {std::max(jobs_of(request_), std::thread::hardware_concurrency()), request_.stop, request_.on_progress});
        !done)
        return done.error();
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
        storage::DocumentEditor editor(folder.path(), folder.manifest());
        std::vector<store::Origin> gone;
        for (const auto source : known.sources(key))
            for (const auto at : known.places(key, source)) gone.push_back({key, source, at});
        forget(editor, std::move(gone), request);
        out.stopped = storage::is_stop_requested(request.stop);
        editor.commit();
        out.removed = editor.removed();
        return out;
    });
    if (!report || report->stopped) return report;
    folder.drop_state(key);
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

Result<Report> add_archives(const Request& request) {
    auto folder = storage::IndexFolder::open(request.index, request.patience);
    if (!folder) return folder.error();
    auto report = Run(*folder, request).run(request.archives);
    if (!report || report->stopped || request.repositories.empty()) return report;
    if (auto done = update_repositories(*folder, request, false, *report); !done) return done.error();
    return report;
}

Result<Report> update_archives(const Request& request) {
    auto folder = storage::IndexFolder::open_existing(request.index, request.patience);
    if (!folder) return folder.error();
    std::vector<fs::path> archives;
    for (const store::Archive& archive : folder->manifest().archives)
        if (archive.path != "-") archives.emplace_back(archive.path);
    auto report = Run(*folder, request).run(archives);
    if (!report || report->stopped || folder->manifest().repositories.empty()) return report;
    if (auto done = update_repositories(*folder, request, true, *report); !done) return done.error();
    return report;
}

Result<Report> remove_archives(const Request& request) {
    auto folder = storage::IndexFolder::open_existing(request.index, request.patience);
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
    auto folder = storage::IndexFolder::open_existing(request.index, request.patience);
    if (!folder) return folder.error();
    const auto done = storage::compact(*folder, {jobs_of(request), request.stop, request.on_progress});
    if (!done) return done.error();
    Report report;
    report.stopped = !*done;
    return report;
}

}  // namespace patchseek::run
