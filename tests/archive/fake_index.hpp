// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "archive/catalog.hpp"
#include "archive/entry_reader.hpp"
#include "archive/state.hpp"

namespace patchseek::archive {

using MessageKey = std::pair<Key, std::uint64_t>;  // of its source, of the message in it

/// What an index would know of one archive: every message with its bytes.
class FakeIndex {
public:
    explicit FakeIndex(std::filesystem::path spool = {}) : spool_(std::move(spool)) {}
    /// Scans the archive as an indexer does, and takes over what it found. Returns how many messages were read.
    std::size_t update(const std::filesystem::path& path, const std::set<std::uint32_t>& unsettled = {}) {
        ScanOptions options;
        options.state = state_;
        options.spool = spool_;
        options.known = [&](Key archive, Key source) {
            CHECK(archive == archive_key(path));
            std::vector<std::uint64_t> out;
            for (const auto& [key, bytes] : messages)
                if (key.first == source) out.push_back(key.second);
            return out;
        };
        catalog = Catalog();
        REQUIRE(scan(catalog, path, options));
        take_over();
        state_ = state_of(catalog, 0, [&](std::uint32_t source) { return unsettled.contains(source); });
        return catalog.entries.size();
    }
    std::size_t kept_whole() const {
        return static_cast<std::size_t>(std::ranges::count(catalog.sources, true, &Source::all_kept));
    }
    void make_settled() {
        // As if the last run had been long ago: what was racy is not any more.
        std::vector<SourceState> states = ArchiveState(state_).sources();
        for (SourceState& state : states) state.racy = false;
        state_ = write_state(states);
    }

    std::map<MessageKey, std::string> messages;
    Catalog catalog;

private:
    void take_over() {
        EntryReader reader(catalog);
        std::map<MessageKey, std::string> now;
        std::set<Key> named;
        for (const Source& source : catalog.sources) {
            CHECK(named.insert(source.key).second);
            CHECK(std::ranges::is_sorted(source.kept));
            for (const auto& [key, bytes] : messages)
                if (key.first == source.key && (source.all_kept || std::ranges::binary_search(source.kept, key.second)))
                    now[key] = bytes;
        }
        for (const Entry& entry : catalog.entries) {
            const Source& source = catalog.sources[entry.source];
            CHECK_FALSE(source.all_kept);
            const auto raw = reader.read(entry);
            REQUIRE(raw);
            CHECK(now.emplace(MessageKey{source.key, entry.key}, raw->bytes).second);
        }
        for (const auto& [key, bytes] : messages) {
            // Neither gone nor named: the contract says nothing of such a source, so there is none.
            const auto& gone = catalog.archives[0].gone;
            CHECK(named.contains(key.first) != (std::ranges::find(gone, key.first) != gone.end()));
        }
        messages = std::move(now);
    }
    std::string state_;
    std::filesystem::path spool_;
};

inline std::map<MessageKey, std::string> fresh(const std::filesystem::path& path,
                                               const std::filesystem::path& spool = {}) {
    FakeIndex known(spool);
    known.update(path);
    return known.messages;
}

}  // namespace patchseek::archive
