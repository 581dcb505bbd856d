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
#include <utility>
#include <vector>

#include "patchseek/base/result.hpp"

/// What an index knows of the commits of one git repository (`patchseek-index --git`): all that is ever told of them,
/// so that the repository is not needed again. One file for each repository, `commits/<key>-<generation>`, written anew
/// as a whole and named by the manifest; relations.hpp says which messages they came from.
///
/// Commits are numbered from 0 in the order of their ids. Numbers are those of one file: the next has others. Texts are
/// UTF-8, and no longer than kLongest; what is longer is cut.
namespace patchseek::store {

/// SHA-1, as git names objects.
using CommitId = std::array<unsigned char, 20>;

/// What the message of a commit says of another commit, which may be of another repository.
enum class CommitReference : std::uint8_t {
    fixes,    ///< a trailer Fixes:
    reverts,  ///< "This reverts commit ..."
    picks,    ///< it is the same, for another branch: "commit ... upstream", "cherry picked from commit ..."
};

/// Numbers and texts that describe the diff of a commit against its only parent.
struct CommitDiff {
    std::uint64_t patch = 0;              ///< relate::hash_of() of its `git patch-id --stable`; 0: it has none
    std::vector<std::string_view> paths;  ///< the first kMostPaths, in the order of the diff, new names
    std::vector<std::uint32_t> sketch;    ///< of its lines, sorted: relate/keys.hpp
    friend bool operator==(const CommitDiff&, const CommitDiff&) = default;
};

struct Commit {
    static constexpr std::size_t kLongest = 1000;  ///< bytes of a text
    static constexpr std::size_t kMostPaths = 200;
    static constexpr std::size_t kMostNamed = 200;           ///< of messages, references, trailers, each
    static constexpr std::uint32_t kElsewhere = 0xffffffff;  ///< a parent that is not in the file: of a shallow clone

    CommitId id{};
    std::string_view author, author_address;  ///< as git has them; either may be empty
    std::string_view committer, committer_address;
    std::int64_t authored = 0, committed = 0;  ///< seconds since 1970, UTC
    std::string_view subject;
    std::vector<std::uint32_t> parents;      ///< numbers, the first one first
    std::uint32_t tag = 0;                   ///< the first that contains it: its place in tags() + 1; 0: none
    std::vector<std::string_view> messages;  ///< ids that its Link: and Message-Id: trailers name
    /// As written, lower-case hex digits, 7 to 40.
    std::vector<std::pair<CommitReference, std::string_view>> references;
    /// Those ...-by, in order: name and value.
    std::vector<std::pair<std::string_view, std::string_view>> trailers;
    bool diff_failed = false;        ///< it was asked for and cannot be made: a merge, too large, objects are missing
    std::optional<CommitDiff> diff;  ///< made only where the join with mail needs it
    friend bool operator==(const Commit&, const Commit&) = default;
};

/// Tags stand in the order in which they were made: none before one whose commit it contains, else by the dates of
/// their commits. Tags of commits that are not in the file are left out.
struct CommitTag {
    std::string name;          ///< "v6.12"
    std::uint32_t commit = 0;  ///< number
    /// The other tags whose commits it contains: runs [begin, end) of places in tags(), in order.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> holds;
    friend bool operator==(const CommitTag&, const CommitTag&) = default;
};

/// What was read of a repository.
struct CommitHead {
    std::string ref;  ///< as it was asked for: "HEAD", "master"
    CommitId id{};
    friend bool operator==(const CommitHead&, const CommitHead&) = default;
};

/// How like the diff of a commit is to that of a message. Kept because reading texts takes long.
struct Likeness {
    std::uint64_t content = 0;  ///< relate::Fact::content of the message
    std::uint32_t commit = 0;   ///< number
    std::uint32_t percent = 0;
    friend auto operator<=>(const Likeness&, const Likeness&) = default;  // NOLINT(modernize-use-nullptr)
};

/// A commit whose message names another.
struct CommitMention {
    std::uint32_t commit = 0;  ///< number
    CommitReference kind{};
    friend auto operator<=>(const CommitMention&, const CommitMention&) = default;  // NOLINT(modernize-use-nullptr)
};

class Commits {
public:
    /// No file: kind no_input. One that is not whole or not ours: kind data.
    static Result<Commits> open(const std::filesystem::path& file);
    Commits(Commits&&) noexcept;
    Commits& operator=(Commits&&) noexcept;
    ~Commits();

    std::uint32_t size() const;
    const CommitId& id(std::uint32_t number) const;
    std::int64_t committed(std::uint32_t number) const;
    std::uint32_t tag(std::uint32_t number) const;  ///< as Commit::tag
    /// Views are valid as long as this. Damage: kind data.
    Result<Commit> commit(std::uint32_t number) const;

    std::optional<std::uint32_t> find(const CommitId& id) const;
    /// Numbers [first, second) of the commits whose ids begin with these hex digits, of any case; none where there are
    /// other characters or more than 40.
    std::pair<std::uint32_t, std::uint32_t> starting_with(std::string_view hex) const;
    /// The commits that name this one, by number; it need not be in the file.
    std::vector<CommitMention> naming(const CommitId& id) const;

    const std::vector<CommitTag>& tags() const;
    std::optional<std::uint32_t> find_tag(std::string_view name) const;  ///< its place
    /// Whether the commit can be reached from a tag (its place).
    bool is_in(std::uint32_t number, std::uint32_t tag) const;

    const std::vector<CommitHead>& heads() const;
    std::span<const Likeness> likenesses() const;  ///< sorted
    /// Whether all bytes are those that were written; reads the whole file.
    bool is_sound() const;

private:
    struct Impl;
    explicit Commits(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// What Commits::open() reads.
struct CommitTables {
    std::vector<Commit> commits;  ///< in the order of their ids, each once
    std::vector<CommitTag> tags;
    std::vector<CommitHead> heads;
    std::vector<Likeness> likenesses;  ///< sorted
};
std::string encode(const CommitTables& tables);

}  // namespace patchseek::store
