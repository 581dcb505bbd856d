// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/store/manifest.hpp"
#include "patchseek/store/origins.hpp"

namespace patchseek::storage {

/// What the index holds at the moment it is opened: the documents that live. They say themselves where they come from,
/// so nothing beside them can be out of step with them. Serves one thread; throws what Xapian throws
/// (xapian_guard.hpp).
class KnownMessages {
public:
    KnownMessages(const std::filesystem::path& index, const store::Manifest& manifest);
    ~KnownMessages();
    KnownMessages(const KnownMessages&) = delete;
    KnownMessages& operator=(const KnownMessages&) = delete;

    struct Found {
        std::size_t shard;  ///< as in the manifest
        std::uint32_t id;   ///< of the document
    };
    std::optional<Found> find(std::string_view content) const;
    store::Origins origins(const Found& found) const;
    /// The documents that name this origin: one, save where another message was found there and the run did not end.
    std::vector<Found> at(const store::Origin& origin) const;
    std::string content(const Found& found) const;

    /// Sorted, each once.
    std::vector<std::uint64_t> places(std::uint64_t archive, std::uint64_t source) const;
    std::vector<std::uint64_t> sources(std::uint64_t archive) const;
    /// How many places of an archive hold a message.
    std::uint64_t count(std::uint64_t archive) const;
    std::uint64_t messages() const;

private:
    struct Shard;
    template <class Visit>
    void walk(const std::string& prefix, const Visit& visit) const;

    std::vector<Shard> shards_;
};

/// Contents that a run has added, as bits: it may take one that was not for one that was, once in some hundred times,
/// and never the other way. Serves many threads.
class Added {
public:
    explicit Added(std::size_t most);  ///< so many, of which more make it err more often
    void add(std::string_view content);
    bool may_hold(std::string_view content) const;

private:
    template <class Visit>
    bool all_bits(std::string_view content, const Visit& visit) const;
    std::size_t mask_;  ///< of the number of a bit
    std::vector<std::atomic<std::uint64_t>> bits_;
};

}  // namespace patchseek::storage
