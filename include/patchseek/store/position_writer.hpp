// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"

/// Makes the files that store/positions.hpp reads.
namespace patchseek::store {

/// The positions of the terms of one document.
class DocumentPositions {
public:
    /// `positions` are ascending, each once, at least one. Each term once.
    void add(std::string_view term, std::span<const std::uint32_t> positions);
    /// Calls `visit(term, positions)` with each.
    template <class Visit>
    void each(Visit&& visit) const {
        std::size_t text = 0, position = 0;
        for (const Term& term : terms_) {
            visit(std::string_view(texts_).substr(text, term.size),
                  std::span<const std::uint32_t>(positions_).subspan(position, term.count));
            text += term.size, position += term.count;
        }
    }

private:
    struct Term {
        std::uint32_t size, count;
    };
    std::vector<Term> terms_;
    std::string texts_;
    std::vector<std::uint32_t> positions_;
};

/// Writes the file of one shard, documents in ascending order. Keeps up to `memory` bytes; what is more waits in
/// further files beside it.
class PositionWriter {
public:
    PositionWriter(std::filesystem::path shard, std::size_t memory);
    PositionWriter(PositionWriter&&) noexcept;
    PositionWriter& operator=(PositionWriter&&) noexcept;
    ~PositionWriter();

    Result<Done> add(std::uint32_t document, const DocumentPositions& positions);
    /// `last` is the largest document number of the shard. The file is whole; syncing is left to whoever publishes it.
    Result<Done> finish(std::uint32_t last);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Makes one file of those of several shards, whose documents stand one shard after another. Memory does not grow with
/// their size.
Result<Done> pack_positions(std::span<const std::filesystem::path> shards, const std::filesystem::path& folder);

}  // namespace patchseek::store
