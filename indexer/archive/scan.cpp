// SPDX-License-Identifier: GPL-2.0-or-later
#include "scan.hpp"

#include <algorithm>
#include <system_error>

#include "content.hpp"

namespace fs = std::filesystem;

namespace patchseek::archive {

ArchivePath ArchivePath::below(const fs::path& child) const {
    const std::string name = child.filename().native();
    return {child, inner.empty() ? name : inner + '/' + name};
}

Scan::Scan(Catalog& catalog, const ScanOptions& options, fs::path absolute)
    : catalog_(catalog),
      options_(options),
      last_(options.state),
      seen_(last_.sources().size()),
      archive_(static_cast<std::uint32_t>(catalog.archives.size())) {
    Archive archive;
    archive.key = archive_key(absolute);
    archive.path = std::move(absolute);
    catalog.archives.push_back(std::move(archive));
    for (const SourceState& state : last_.sources())
        if (state.form == Form::member) members_[state.outer].push_back(&state);
}

std::vector<std::uint64_t> Scan::known(Key source) const {
    if (!options_.known || !last_.find(source)) return {};
    auto known = options_.known(catalog_.archives[archive_].key, source);
    std::ranges::sort(known);
    return known;
}

void Scan::problem(const std::string& name, std::string what, ErrorKind kind) {
    catalog_.problems.push_back({name, std::move(what), kind});
}

void Scan::mark_seen(Key key) {
    if (const SourceState* state = last_.find(key))
        seen_[static_cast<std::size_t>(state - last_.sources().data())] = true;
}

void Scan::keep(Key key, std::string name, SourceState state) {
    mark_seen(key);
    SourceLocation location;
    state.key = key;
    location.state = std::move(state);
    Source source;
    source.archive = archive_;
    source.key = key;
    source.name = std::move(name);
    source.kind = location.state.kind;
    source.all_kept = true;
    source.location = std::make_shared<const SourceLocation>(std::move(location));
    catalog_.sources.push_back(std::move(source));
}

void Scan::keep_file(const std::string& name, SourceState state) {
    const Key key = state.key;
    const auto members = state.form == Form::tar ? members_.find(key) : members_.end();
    keep(key, name, std::move(state));
    if (members == members_.end()) return;
    for (const SourceState* member : members->second) keep(member->key, name + '/' + member->extra, *member);
}

void Scan::keep_unread(Key key, const std::string& name, const Error& why) {
    problem(name, why.message, why.kind);
    // What is no more, or is no file any longer, is gone.
    if (why.kind == ErrorKind::no_input) return;
    if (const SourceState* known = last(key)) keep_file(name, *known);
}

void Scan::add(Source source, SourceLocation location, std::vector<Entry> entries) {
    mark_seen(source.key);
    const auto index = static_cast<std::uint32_t>(catalog_.sources.size());
    location.state.key = source.key;
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
    const auto& sources = last_.sources();
    const std::string name = catalog_.archives[archive_].path.native();
    for (std::size_t i = 0; i < sources.size(); ++i) {
        if (seen_[i]) continue;
        if (incomplete_) {
            keep(sources[i].key, name, sources[i]);
        } else {
            catalog_.archives[archive_].gone.push_back(sources[i].key);
        }
    }
}

}  // namespace patchseek::archive
