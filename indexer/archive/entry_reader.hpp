// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "catalog.hpp"
#include "patchseek/base/result.hpp"

namespace patchseek::archive {

/// A message's bytes.
struct RawMessage {
    std::string bytes;
    bool cut = false;         ///< over kMaxMessage: only the beginning stands here
    std::string damage = {};  ///< of the file that it was unpacked from; empty if there is none
};

/// Reads messages of a catalog. Keeps what it opened last open; one object per thread.
class EntryReader {
public:
    static constexpr std::uint64_t kMaxMessage = std::uint64_t{64} << 20;
    static constexpr std::uint64_t kKeptOfLarge = std::uint64_t{256} << 10;

    static constexpr std::uint64_t kHeaderBytes = std::uint64_t{64} << 10;

    explicit EntryReader(const Catalog& catalog);
    EntryReader(EntryReader&&) noexcept;
    ~EntryReader();
    /// What will be read, and in which order: what is read one after another, of each archive by itself, costs less. It
    /// is no promise.
    void expect(const std::vector<const Entry*>& order);
    /// At most `limit` bytes from the start of the message, as it was before its archive framed it. An Error of kind
    /// busy: the source changed since scan(), and what would be read may be no message; it is then unsettled.
    Result<RawMessage> read(const Entry& entry, std::uint64_t limit = kMaxMessage);
    /// At most kHeaderBytes from its start, and of a message with a header perhaps no more than that.
    Result<RawMessage> read_header(const Entry& entry);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Where a message lies in its source, for people: "message at byte 48037", "commit 31d6cfe0d16a",
/// "cur/1601.M3.host:2,S";
/// "" for a file that is one message.
std::string place(const Catalog& catalog, const Entry& entry);

}  // namespace patchseek::archive
