#include "scan.hpp"

#include <algorithm>
#include <system_error>

#include "keys.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {

ArchivePath ArchivePath::below(const fs::path& child) const {
    const std::string name = child.filename().native();
    return {child, inner.empty() ? name : inner + '/' + name};
}

Scan::Scan(Catalog& catalog, const ScanOptions& options, fs::path absolute)
    : catalog_(catalog),
      options_(options),
      state_(options.state),
      seen_(state_.rows().size()),
      archive_(static_cast<std::uint32_t>(catalog.archives.size())) {
    Archive archive;
    archive.key = archive_key(absolute);
    archive.path = std::move(absolute);
    catalog.archives.push_back(std::move(archive));
    for (const Row& row : state_.rows())
        if (row.form == Form::member) members_[row.outer].push_back(&row);
}

std::vector<std::uint64_t> Scan::known(Key source) const {
    if (!options_.known || !state_.find(source)) return {};
    auto known = options_.known(catalog_.archives[archive_].key, source);
    std::ranges::sort(known);
    return known;
}

void Scan::problem(const std::string& name, std::string what, ErrorKind kind) {
    catalog_.problems.push_back({name, std::move(what), kind});
}

void Scan::mark_seen(Key key) {
    if (const Row* row = state_.find(key)) seen_[static_cast<std::size_t>(row - state_.rows().data())] = true;
}

void Scan::keep(Key key, std::string name, Row row) {
    mark_seen(key);
    SourceLocation location;
    row.key = key;
    location.row = std::move(row);
    Source source;
    source.archive = archive_;
    source.key = key;
    source.name = std::move(name);
    source.kind = location.row.kind;
    source.all_kept = true;
    source.location = std::make_shared<const SourceLocation>(std::move(location));
    catalog_.sources.push_back(std::move(source));
}

void Scan::keep_file(const std::string& name, Row row) {
    const Key key = row.key;
    const auto members = row.form == Form::tar ? members_.find(key) : members_.end();
    keep(key, name, std::move(row));
    if (members == members_.end()) return;
    for (const Row* member : members->second) keep(member->key, name + '/' + member->extra, *member);
}

void Scan::keep_unread(Key key, const std::string& name, const Error& why) {
    problem(name, why.message, why.kind);
    // What is no more, or is no file any longer, is gone.
    if (why.kind == ErrorKind::no_input) return;
    if (const Row* known = row(key)) keep_file(name, *known);
}

void Scan::add(Source source, SourceLocation location, std::vector<Entry> entries) {
    mark_seen(source.key);
    const auto index = static_cast<std::uint32_t>(catalog_.sources.size());
    location.row.key = source.key;
    source.archive = archive_;
    source.location = std::make_shared<const SourceLocation>(std::move(location));
    catalog_.sources.push_back(std::move(source));
    for (Entry& entry : entries) {
        entry.source = index;
        catalog_.entries.push_back(std::move(entry));
    }
}

void Scan::describe(const std::string& kind) {
    std::string& described = catalog_.archives[archive_].kind;
    if (described.empty()) described = kind;
}

void Scan::finish() {
    const auto& rows = state_.rows();
    const std::string name = catalog_.archives[archive_].path.native();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (seen_[i]) continue;
        if (incomplete_) {
            keep(rows[i].key, name, rows[i]);
        } else {
            catalog_.archives[archive_].gone.push_back(rows[i].key);
        }
    }
}

std::string state_of(const Catalog& catalog, std::uint32_t archive,
                     const std::function<bool(std::uint32_t)>& unsettled) {
    std::vector<Row> rows;
    std::vector<Key> stubs;  // tars with a member that must be read again
    if (catalog.archives[archive].additive) return {};
    for (std::uint32_t i = 0; i < catalog.sources.size(); ++i) {
        const Source& source = catalog.sources[i];
        if (source.archive != archive) continue;
        rows.push_back(source.location->row);
        if (!unsettled || !unsettled(i)) continue;
        // That it is there is remembered: should it vanish, it must be seen to be gone.
        rows.back().stub = true;
        if (rows.back().form == Form::member) stubs.push_back(rows.back().outer);
    }
    std::ranges::sort(stubs);
    for (Row& row : rows)
        if (row.form == Form::tar && std::ranges::binary_search(stubs, row.key)) row.stub = true;
    return write_state(rows);
}

}  // namespace patchseek::archive
