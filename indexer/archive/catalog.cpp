// SPDX-License-Identifier: GPL-2.0-or-later
#include "catalog.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "content.hpp"
#include "entry_reader.hpp"
#include "git_repository.hpp"
#include "scan_files.hpp"
#include "unpack.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {
namespace {

// What a catalog held before an archive was added that turns out to be none.
class Before {
public:
    explicit Before(const Catalog& catalog)
        : archives_(catalog.archives.size()),
          sources_(catalog.sources.size()),
          entries_(catalog.entries.size()),
          problems_(catalog.problems.size()) {}
    void restore(Catalog& catalog) const {
        catalog.archives.resize(archives_);
        catalog.sources.resize(sources_);
        catalog.entries.resize(entries_);
        catalog.problems.resize(problems_);
    }
    bool found(const Catalog& catalog) const { return catalog.sources.size() > sources_; }
    // The problem that says why there is nothing in what was named; an empty file may be an archive yet to grow.
    std::optional<Problem> failure(const Catalog& catalog, const std::string& name) const {
        if (catalog.entries.size() > entries_ || catalog.problems.size() == problems_) return std::nullopt;
        const auto begin = catalog.sources.begin() + static_cast<std::ptrdiff_t>(sources_);
        if (!std::all_of(begin, catalog.sources.end(),
                         [](const Source& source) { return source.all_kept || source.kept.empty(); }))
            return std::nullopt;
        const Problem& last = catalog.problems.back();
        return last.name == name && last.what != kEmpty ? std::optional(last) : std::nullopt;
    }

private:
    std::size_t archives_, sources_, entries_, problems_;
};

// A disk that is not mounted leaves an empty folder behind.
bool is_bare_mount_point(const fs::path& path, const Scan& scan) {
    std::error_code error;
    return !scan.is_first_run() && fs::is_empty(path, error) && !error;
}

// Standard input as a file: all kinds are read from files that can be read again and again.
Result<OpenFile> spool_standard_input(const ScanOptions& options) {
    constexpr std::size_t kChunk = std::size_t{1} << 18;
    auto spool = Spool::create(options.spool);
    if (!spool) return spool.error();
    std::string buffer(kChunk, '\0');
    for (;;) {
        const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("cannot read standard input", errno);
        if (got == 0) break;
        const auto put = spool->put(spool->end(), std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
        if (!put) return put.error();
    }
    auto file = open_file({spool->path(), ""});
    if (!file) return file.error();
    file->name = "-";
    file->ours = true;
    return file;
}

// What comes again through standard input, in whatever order, is the same message: its place is its content.
void place_by_content(Catalog& catalog, std::size_t first_entry) {
    EntryReader reader(catalog);
    std::set<std::pair<std::uint32_t, std::uint64_t>> seen;
    std::size_t kept = first_entry;
    for (std::size_t i = first_entry; i < catalog.entries.size(); ++i) {
        Entry& entry = catalog.entries[i];
        const auto raw = reader.read(entry);
        const auto heading = entry.heading ? entry.heading->title + '\n' + entry.heading->from + '\n' : std::string();
        if (raw) entry.key = key_of(heading + raw->bytes);
        if (seen.emplace(entry.source, entry.key).second) catalog.entries[kept++] = std::move(entry);
    }
    catalog.entries.resize(kept);
}

// The end of every scan: is there anything, and if not, is that a failure?
Result<Done> finish(Catalog& catalog, Scan& scan, const Before& before, const fs::path& path) {
    if (const auto failure = before.failure(catalog, path.native())) {
        before.restore(catalog);
        return Error{failure->kind, failure->name + ": " + failure->what};
    }
    scan.describe("empty");
    scan.finish();
    return Done{};
}

Result<Done> scan_standard_input(Catalog& catalog, const ScanOptions& options) {
    const Before before(catalog);
    auto file = spool_standard_input(options);
    if (!file) return file.error();
    ScanOptions fresh = options;
    fresh.state.clear();
    Scan scan(catalog, fresh, "-");
    const std::size_t first = catalog.entries.size();
    catalog.archives.back().additive = true;
    scan_file(scan, *file);
    place_by_content(catalog, first);
    return finish(catalog, scan, before, "-");
}

}  // namespace

Result<Done> scan(Catalog& catalog, const fs::path& path, const ScanOptions& options) {
    if (path == "-") return scan_standard_input(catalog, options);
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status))
        return Error{ErrorKind::no_input,
                     "cannot read '" + path.native() + "': " + (error ? error.message() : "no such file or folder")};
    const Before before(catalog);
    const auto canonical = fs::weakly_canonical(path, error);
    Scan scan(catalog, options, error ? path : canonical);
    if (!fs::is_directory(status)) {
        scan_file(scan, {path, ""});
    } else if (is_bare_mount_point(path, scan)) {
        before.restore(catalog);
        return Error{ErrorKind::no_input,
                     "'" + path.native() + "' is an empty folder, but held mail before: is its disk mounted?"};
    } else {
        scan_tree(scan, {path, ""});
    }
    if (const auto git = git_folder(path); git && git->working && !before.found(catalog)) {
        before.restore(catalog);
        const auto opened = GitRepository::open(git->repositories.front());
        return opened ? Error{ErrorKind::data, path.native() + ": " + kNoInbox} : opened.error();
    }
    return finish(catalog, scan, before, path);
}

std::string state_of(const Catalog& catalog, std::uint32_t archive,
                     const std::function<bool(std::uint32_t)>& unsettled) {
    std::vector<SourceState> states;
    std::vector<Key> stubs;  // tars with a member that must be read again
    if (catalog.archives[archive].additive) return {};
    for (std::uint32_t i = 0; i < catalog.sources.size(); ++i) {
        const Source& source = catalog.sources[i];
        if (source.archive != archive) continue;
        states.push_back(source.location->state);
        if (!unsettled || !unsettled(i)) continue;
        // That it is there is remembered: should it vanish, it must be seen to be gone.
        states.back().stub = true;
        if (states.back().form == Form::member) stubs.push_back(states.back().outer);
    }
    std::ranges::sort(stubs);
    for (SourceState& state : states)
        if (state.form == Form::tar && std::ranges::binary_search(stubs, state.key)) state.stub = true;
    return write_state(states);
}

}  // namespace patchseek::archive
