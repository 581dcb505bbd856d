// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_delta.hpp"

#include <algorithm>
#include <map>

namespace fs = std::filesystem;

namespace patchseek::run {
namespace {

/// Finds the places of one archive that hold no message any more.
class GoneFinder {
public:
    using Places = std::map<archive::Key, std::vector<std::uint64_t>>;
    /// `places`: of sources of which they are known already.
    GoneFinder(ArchiveDelta& delta, const storage::KnownMessages& known, std::uint32_t archive, bool scanned_whole,
               Places places)
        : delta_(delta), known_(known), archive_(archive), whole_(scanned_whole), places_(std::move(places)) {}

    void run(std::size_t first_source, std::size_t first_entry) {
        const auto& catalog = delta_.catalog;
        for (std::size_t i = first_entry; i < catalog.entries.size(); ++i)
            read_[catalog.entries[i].source].push_back(catalog.entries[i].key);
        std::set<std::uint64_t> there;
        for (std::size_t i = first_source; i < catalog.sources.size(); ++i) {
            there.insert(catalog.sources[i].key);
            source(static_cast<std::uint32_t>(i));
        }
        if (!whole_) {
            for (const auto key : archive().gone) all_of(key);
            return;
        }
        for (const auto key : known_.sources(archive().key))
            if (!there.contains(key)) all_of(key);
    }

private:
    const archive::Archive& archive() const { return delta_.catalog.archives[archive_]; }
    void all_of(std::uint64_t key) {
        for (const auto at : known_.places(archive().key, key)) delta_.gone.push_back({archive().key, key, at});
    }
    void source(std::uint32_t index) {
        const archive::Source& source = delta_.catalog.sources[index];
        if (source.all_kept) return;
        auto stays = std::move(read_[index]);
        std::ranges::copy(source.kept, std::back_inserter(stays));
        std::ranges::sort(stays);
        const auto found = places_.find(source.key);
        for (const auto at : found == places_.end() ? known_.places(archive().key, source.key) : found->second)
            if (!std::ranges::binary_search(stays, at)) delta_.gone.push_back({archive().key, source.key, at});
    }

    ArchiveDelta& delta_;
    const storage::KnownMessages& known_;
    std::uint32_t archive_;
    bool whole_;
    Places places_;
    std::map<std::uint32_t, std::vector<std::uint64_t>> read_;  ///< places of entries, by source
};

// Without a state nothing tells what stood where something cannot be read: all of it may be there still.
bool is_doubtful(const archive::Catalog& catalog, std::size_t first_problem) {
    const bool inbox = catalog.archives.back().kind.starts_with("public-inbox");
    return std::any_of(catalog.problems.begin() + static_cast<std::ptrdiff_t>(first_problem), catalog.problems.end(),
                       [&](const archive::Problem& problem) { return inbox || problem.kind != ErrorKind::data; });
}

Error no_mail_any_more(const fs::path& archive) {
    return {ErrorKind::no_input, "'" + archive.native() +
                                     "' holds no mail any more; is its disk mounted? If it is gone for good: "
                                     "patchseek-index --remove"};
}

}  // namespace

void scan_archive(ArchiveDelta& delta, const storage::IndexFolder& folder, const storage::KnownMessages& known,
                  const fs::path& path, const std::optional<archive::SourceKind>& kind, const fs::path& spool) {
    auto& catalog = delta.catalog;
    const auto archives = catalog.archives.size(), sources = catalog.sources.size(), entries = catalog.entries.size();
    const auto problems = catalog.problems.size();
    std::error_code error;
    const auto absolute = path == "-" ? path : fs::weakly_canonical(path, error);
    const auto key = archive::archive_key(absolute);
    if (std::ranges::find(catalog.archives, key, &archive::Archive::key) != catalog.archives.end()) return;
    const auto before = std::ranges::find(folder.manifest().archives, absolute.native(), &store::Archive::path);
    const bool is_known = before != folder.manifest().archives.end();
    archive::ScanOptions options{kind, {}, {}, spool};
    if (is_known && !kind) options.kind = archive::kind_named(before->forced);
    if (is_known && before->settled) options.state = folder.state(*before);
    // Of a large folder they are many terms to walk, and the comparison asks for the same again.
    std::map<archive::Key, std::vector<std::uint64_t>> places;
    options.known = [&](archive::Key, archive::Key source) { return places[source] = known.places(key, source); };
    const bool whole = options.state.empty();
    if (const auto scanned = archive::scan(catalog, path, options); !scanned) {
        delta.failures.push_back(scanned.error());
        return;
    }
    if (catalog.archives.size() == archives) return;
    const auto archive = static_cast<std::uint32_t>(archives);
    const bool compared = is_known && !catalog.archives.back().additive;
    const bool nothing = catalog.sources.size() == sources && catalog.entries.size() == entries;
    if (compared && whole && nothing && known.count(key) > 0) {
        delta.failures.push_back(no_mail_any_more(absolute));
        catalog.archives.pop_back();
        return;
    }
    delta.states.push_back(std::move(options.state));
    if (!compared) return;
    if (whole && is_doubtful(catalog, problems))
        delta.doubtful.insert(archive);
    else
        GoneFinder(delta, known, archive, whole, std::move(places)).run(sources, entries);
}

void keep_unsettled(ArchiveDelta& delta, const std::set<std::uint32_t>& unsettled) {
    std::set<std::pair<std::uint64_t, std::uint64_t>> kept;
    for (const auto index : unsettled) {
        const archive::Source& source = delta.catalog.sources[index];
        kept.emplace(delta.catalog.archives[source.archive].key, source.key);
    }
    std::erase_if(delta.gone, [&](const store::Origin& origin) {
        return kept.contains({origin.archive, origin.source});
    });
}

}  // namespace patchseek::run
