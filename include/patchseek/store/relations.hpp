// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "patchseek/base/result.hpp"

/// What messages are to one another: threads, series, versions, who answered whom. Later
/// mail changes it for messages that are long in the index, so it stands beside the
/// documents, in one file that each run of the indexer writes anew from them:
/// `relations-<generation>`, which the manifest names.
///
/// Messages are *rows* there: those of a shard follow one another in the order of their
/// document numbers, row = Part::first + document number. A group (a thread, a series) is
/// named by the row of one of its messages; 0 is no row.
namespace patchseek::store {

/// States of a message that depend on others; schema::kRelationStates has their names.
enum class RelationState : std::uint8_t {
    latest,      ///< a patch or cover of which no newer version is there
    complete,    ///< of a series of which no part is missing
    unanswered,  ///< a patch or cover to which, or to whose cover, nobody but its sender and robots replied
    unreviewed,  ///< a patch that nobody reviewed or acked, in itself or in a reply to it or its cover
    applied,     ///< taken into a tree, as a join or a reply says; of a cover, all of its patches that there are
    pending,     ///< latest, and not applied
};

struct Relation {
    std::uint32_t thread = 0;   ///< the oldest message of the thread
    std::uint32_t series = 0;   ///< the cover, else the first part there is; 0: in no series
    std::uint32_t change = 0;   ///< the series of the first version; 0 as above
    std::uint16_t replies = 0;  ///< to this message: those below it that are nearer to no other patch or cover
    std::uint16_t states = 0;   ///< bit per RelationState
    bool has(RelationState state) const { return ((states >> static_cast<unsigned>(state)) & 1U) != 0; }
    friend bool operator==(const Relation&, const Relation&) = default;
};

/// A reply whose trailers speak of a patch.
struct Credit {
    std::uint32_t patch, reply;                                       ///< rows
    friend auto operator<=>(const Credit&, const Credit&) = default;  // NOLINT(modernize-use-nullptr)
};

/// The id of a commit as far as somebody wrote it down.
struct CommitPrefix {
    std::array<unsigned char, 20> bytes{};  ///< zeros behind its digits
    std::uint16_t digits = 0;               ///< hex digits, 7 to 40; 0: none is known

    /// Of hex digits of any case; none where there are other characters, fewer than 7 or more than 40.
    static CommitPrefix of(std::string_view hex);
    std::string hex() const;
    friend bool operator==(const CommitPrefix&, const CommitPrefix&) = default;
};

/// A reply that says that a patch was taken into a tree.
struct Taken {
    std::uint32_t patch, reply;  ///< rows
    CommitPrefix commit;         ///< as which commit
    std::uint16_t tree = 0;      ///< in Relations::trees(); its first is empty: none is said
    friend bool operator==(const Taken&, const Taken&) = default;
};

/// What a message is by its series, where its own subject says something else: the version that only its cover says,
/// the total that its parts have, a cover letter without a number.
struct Placement {
    std::uint32_t row;
    std::uint32_t version, part, total;
    std::uint32_t kind;  ///< store::MessageKind
    friend bool operator==(const Placement&, const Placement&) = default;
};

/// How it was found out that a commit came from a message, the surest first.
enum class JoinWay : std::uint8_t {
    link,      ///< its Link: or Message-Id: trailer names the message
    patch_id,  ///< their diffs have one patch id
    subject,   ///< author and subject are the same
    nearest,   ///< of the same author, and no other message has a diff so like it
};
/// "link", "patch id", "subject", "nearest".
const char* name(JoinWay way) noexcept;

/// A commit and the message that it came from: of several versions the one that went in. A commit is of one message at
/// most; a message can have several commits, in several branches or repositories.
struct Join {
    std::uint32_t row;
    std::uint32_t repository;  ///< place in Relations::repositories()
    std::uint32_t commit;      ///< number in that file
    std::uint16_t way;         ///< JoinWay
    std::uint16_t sure;        ///< percent
    friend bool operator==(const Join&, const Join&) = default;
};

/// A path that a diffstat cut short, as other messages of the series have it whole.
struct ResolvedPath {
    std::uint32_t row;
    std::uint32_t file;  ///< place in Record::files
    std::string_view path;
};

class Relations {
public:
    /// The rows of one shard, as it was when they were written.
    struct Part {
        std::string shard;           ///< Xapian's UUID of it
        std::uint32_t first = 0;     ///< row of document 0, which there never is
        std::uint32_t last = 0;      ///< the largest document number
        std::uint32_t messages = 0;  ///< documents that live
        friend bool operator==(const Part&, const Part&) = default;
    };

    /// No file: kind no_input. One that is not whole or not ours: kind data.
    /// The same of one that has not the checksum, if one is given.
    static Result<Relations> open(const std::filesystem::path& file, std::optional<std::uint32_t> sum = {});
    Relations(Relations&&) noexcept;
    Relations& operator=(Relations&&) noexcept;
    ~Relations();

    const std::vector<Part>& parts() const;
    /// Row 0 and those of document numbers that are not there have no groups.
    std::span<const Relation> rows() const;
    std::span<const Credit> credits() const;        ///< sorted, so by patch; each once
    std::span<const Taken> taken() const;           ///< sorted by patch, then reply
    const std::vector<std::string>& trees() const;  ///< names of trees, at most 63 bytes each
    std::span<const Placement> placements() const;  ///< by row
    std::vector<ResolvedPath> paths() const;        ///< by row and file
    /// The files of commits.hpp that joins refer to, as the manifest named them when they were made.
    const std::vector<std::string>& repositories() const;
    std::span<const Join> joins() const;  ///< by row, repository, commit

private:
    struct Impl;
    explicit Relations(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// What Relations::open() reads. It proves the file's size, not its rows: whoever follows a row checks that it is one.
struct RelationTables {
    std::vector<Relations::Part> parts;
    std::vector<Relation> rows;
    std::vector<Credit> credits;
    std::vector<Taken> taken;
    std::vector<std::string> trees;
    std::vector<Placement> placements;
    std::vector<ResolvedPath> paths;
    std::vector<std::string> repositories;
    std::vector<Join> joins;
};
std::string encode(const RelationTables& tables);

}  // namespace patchseek::store
