// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"
#include "patchseek/patch/file_change.hpp"

namespace patchseek::store {

enum class MessageKind : std::uint8_t { none, patch, cover, pull, reply };

/// "patch", "cover", "pull", "reply"; "" for none.
const char* name(MessageKind kind) noexcept;

/// What every answer shows of a message, kept in the Xapian document's data. Absent
/// is absent: an empty string or an empty optional stands for "not known".
struct Record {
    std::string id;  ///< Message-ID without <>, or one made of the content
    std::string subject;
    std::string from;                  ///< `Name <address>`, decoded; of several senders all, a comma between
    std::string author;                ///< the same for who wrote the patch
    std::optional<std::int64_t> date;  ///< seconds since 1970, UTC
    std::vector<std::string> lists;    ///< List-Id values without <>
    MessageKind kind = MessageKind::none;
    std::optional<std::uint32_t> version, part, total;
    std::vector<std::string> tags;
    std::vector<patch::FileChange> files;
    std::vector<patch::Trailer> trailers;
    std::uint64_t size = 0;  ///< bytes of the message as it came
    /// The archives that hold it: names of keys (origins.hpp) in the index, paths in an answer.
    std::vector<std::string> archives;
    std::string digest;  ///< SHA-256 of the raw bytes, hex; proves the stored text
    friend bool operator==(const Record&, const Record&) = default;
};

/// Bytes for the document data and back. A damaged record is an Error, kind data.
std::string encode(const Record& record);
Result<Record> decode(std::string_view bytes);

}  // namespace patchseek::store
