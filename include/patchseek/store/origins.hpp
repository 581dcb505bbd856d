// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"
#include "patchseek/store/text_store.hpp"

/// Where a message comes from: each of its copies, and each place that holds one.
namespace patchseek::store {

/// One place in an archive that holds a message. Each number names its thing for
/// good (indexer/archive/catalog.hpp).
struct Origin {
    std::uint64_t archive = 0;
    std::uint64_t source = 0;
    std::uint64_t at = 0;
    /// "0123456789abcdef:0123456789abcdef:1f4", as a term has it under schema::kOriginPrefix.
    std::string name() const;
    friend auto operator<=>(const Origin&, const Origin&) = default;  // NOLINT(modernize-use-nullptr)
};
/// The beginnings of such names, for walks over the terms of one archive or source.
std::string origins_of(std::uint64_t archive);
std::string origins_of(std::uint64_t archive, std::uint64_t source);
/// The `at` of a name that begins with origins_of(archive, source); 0 if it is none.
std::uint64_t at_of(std::string_view name);
/// 16 hex digits.
std::string key_name(std::uint64_t key);

/// The exact bytes in which a message came. Copies of one message differ in headers
/// that carriers add; text, author and date are the same.
struct Copy {
    std::string digest;     ///< SHA-256 of the bytes, hex
    TextLocation location;  ///< of its text
    std::uint64_t size = 0;
    std::vector<std::string> lists;  ///< its List-Ids
    std::string title, from;         ///< of the heading in a dump
    bool cut = false;                ///< only the beginning stands in the index
    std::vector<Origin> origins;     ///< sorted, never empty
    friend bool operator==(const Copy&, const Copy&) = default;
};

/// All copies of a message, by digest: the first is the one that is shown and
/// indexed. So what an index answers depends on what archives hold, and not on which
/// was read first.
struct Origins {
    std::vector<Copy> copies;

    /// Adds an origin under the copy of that digest, which is made if need be; takes
    /// it from any other. True if something changed.
    bool add(const Copy& copy);
    /// Takes origins away, which are sorted, and copies with their last one. True if
    /// one of them was there. Linear in all of them together.
    bool remove(const std::vector<Origin>& origins);

    const Copy* copy_of(std::string_view digest) const;
    std::vector<std::string> lists() const;       ///< of all copies, sorted, each once
    std::vector<std::uint64_t> archives() const;  ///< keys, sorted, each once
    std::vector<std::string> names() const;       ///< of all origins

    /// Bytes for value slot kSlotOrigins and back.
    std::string encode() const;
    static Result<Origins> decode(std::string_view bytes);
    friend bool operator==(const Origins&, const Origins&) = default;
};

}  // namespace patchseek::store
