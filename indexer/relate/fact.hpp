// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "patchseek/base/binary.hpp"
#include "patchseek/base/result.hpp"
#include "patchseek/store/record.hpp"
#include "patchseek/store/relations.hpp"

/// Threads, series and versions, from what each message says of itself. All of it is a pure
/// function of a set of facts: neither the order of messages nor the way they came matters.
namespace patchseek::relate {

/// 64 bits of a string, for comparing; 0 stands for none. Two strings that share one would
/// be taken for equal: at ten million messages the odds of a single such pair are 1 to
/// 10^5. Stored in indexes: never change it.
using Hash = std::uint64_t;
Hash hash_of(std::string_view bytes);

/// A patch of which a reply says that it was taken into a tree.
struct TakenPatch {
    Hash title = 0;           ///< 0: by its number alone, or without one what the reply answers
    std::uint32_t part = 0;   ///< 0: no number is said
    std::uint32_t total = 0;  ///< 0: not said
    store::CommitPrefix commit;
    friend bool operator==(const TakenPatch&, const TakenPatch&) = default;
};

/// What a message tells of its place among others. Stands in slot kSlotFact.
struct Fact {
    std::vector<Hash> ids;          ///< Message-IDs
    std::vector<Hash> references;   ///< the nearest last
    Hash content = 0;               ///< tells it from any other message
    Hash sender = 0;                ///< who it is: name or address
    Hash address = 0;               ///< of the sender; none where a list put its own in its place
    Hash author = 0;                ///< who wrote the patch, as `sender`, where somebody else sent it
    Hash author_address = 0;        ///< of the author
    Hash title = 0;                 ///< the words of the subject behind its brackets, folded
    Hash tags = 0;                  ///< trees, branches and projects named there
    Hash stem = 0;                  ///< what the ids of one run of a mailer share
    Hash change = 0;                ///< change-id, which all versions share
    Hash patch = 0;                 ///< git patch-id --stable
    std::vector<Hash> shortlog;     ///< of a cover: the titles it lists
    std::vector<Hash> paths;        ///< the files it touches, kMostPaths of them
    std::vector<Hash> earlier;      ///< ids that it names as its earlier versions
    std::vector<TakenPatch> taken;  ///< what it says was taken into a tree
    std::string tree;               ///< which one
    std::optional<std::int64_t> date;
    std::uint32_t version = 0;  ///< 0 where it says none
    std::uint32_t minor = 0;    ///< 1 of v24.1
    std::optional<std::uint32_t> part, total;
    store::MessageKind kind = store::MessageKind::none;
    bool reply = false;  ///< the subject says so, or it tells what became of a patch
    bool resend = false;
    bool rfc = false;
    bool headerless = false;  ///< its id is made up, it refers to nothing
    bool reviewed = false;    ///< has Reviewed-by or Acked-by
    bool credits = false;     ///< has a trailer by somebody: ...-by
    bool partial = false;     ///< has a path that is cut short
    bool diff = false;        ///< has a diff
    bool set = false;         ///< calls itself a set of patches
    bool whole = false;       ///< takes all of the series, whichever message of it it answers
    bool except = false;      ///< takes all of the series but what is in `taken`, or but what it answers
    bool dropped = false;     ///< what is in `taken` was there, and is not any more
    bool bot = false;         ///< a program has sent it
    friend bool operator==(const Fact&, const Fact&) = default;
};
/// More files than these do not tell a patch any better.
inline constexpr std::size_t kMostPaths = 32;
/// The references nearest to a message.
inline constexpr std::size_t kMostReferences = 64;

std::string encode(const Fact& fact);

/// Facts of many messages, in little memory: some 160 bytes each and 8 for each hash of a
/// list. Numbered in the order they are added.
class Facts {
public:
    using Number = std::uint32_t;

    /// For so many messages in all.
    void reserve(std::size_t count) {
        constexpr std::size_t kHashesOfOne = 12;
        items_.reserve(count);
        pool_.reserve(kHashesOfOne * count);
    }
    /// Bytes of encode(); false, and nothing added, if they are damaged.
    bool add(std::string_view bytes);
    std::size_t size() const { return items_.size(); }

    /// What most messages have; there is one of each in memory, so bytes count.
    struct Item {
        Hash content, sender, address, title, tags, stem, patch;
        std::int64_t date;
        std::uint32_t version, minor, part, total;  ///< part and total only where `numbered`
        Number first;         ///< which of the postings of one mail is the first (Facts::call_copy()); else itself
        std::uint32_t begin;  ///< of its hashes in the pool: so many of each kind, one kind behind the other
        std::uint32_t rare;   ///< in rare_
        std::uint16_t ids, references, shortlog, paths, earlier;
        bool dated : 1, numbered : 1, reply : 1, resend : 1, rfc : 1, headerless : 1, reviewed : 1, credits : 1,
            partial : 1, diff : 1, set : 1, whole : 1, dropped : 1, except : 1, bot : 1;
        bool copy : 1;  ///< the same mail as `first`, sent again under its id
        store::MessageKind kind;

        /// Posted as a patch, a cover or a pull request, and no answer to another message
        /// that happens to hold a diff.
        bool posted() const {
            return !copy && !reply &&
                   (kind == store::MessageKind::patch || kind == store::MessageKind::cover ||
                    kind == store::MessageKind::pull);
        }
    };
    const Item& operator[](Number number) const { return items_[number]; }
    /// Says that a message is `first` once more; what becomes of that one is told of both.
    void call_copy(Number number, Number first) {
        items_[number].first = first;
        items_[number].copy = true;
    }
    std::span<const Hash> ids(Number n) const { return hashes(n, 0, items_[n].ids); }
    std::span<const Hash> references(Number n) const { return hashes(n, items_[n].ids, items_[n].references); }
    std::span<const Hash> shortlog(Number n) const {
        const Item& item = items_[n];
        return hashes(n, std::size_t{item.ids} + item.references, item.shortlog);
    }
    std::span<const Hash> paths(Number n) const {
        const Item& item = items_[n];
        return hashes(n, std::size_t{item.ids} + item.references + item.shortlog, item.paths);
    }
    std::span<const Hash> earlier(Number n) const {
        const Item& item = items_[n];
        return hashes(n, std::size_t{item.ids} + item.references + item.shortlog + item.paths, item.earlier);
    }
    std::span<const TakenPatch> taken(Number n) const {
        const Rare& rare = rare_[items_[n].rare];
        return {taken_.data() + rare.taken, rare.taken_count};
    }
    Hash change(Number n) const { return rare_[items_[n].rare].change; }
    std::uint32_t tree(Number n) const { return rare_[items_[n].rare].tree; }  ///< in trees()
    /// The sender by name and address, and the author so; 0 for what is not known.
    std::array<Hash, 4> people(Number n) const {
        const Item& item = items_[n];
        const Rare& rare = rare_[item.rare];
        return {item.sender, item.address, rare.author, rare.author_address};
    }
    /// Whether two messages are of one person: one of people() of one is one of the other's.
    bool same_person(Number a, Number b) const;
    /// Names of trees, each once, 65,536 at most; the first is empty.
    const std::vector<std::string>& trees() const { return trees_; }

private:
    /// What few messages have.
    struct Rare {
        Hash change = 0, author = 0, author_address = 0;
        std::uint32_t taken = 0, taken_count = 0;  ///< in taken_
        std::uint32_t tree = 0;
        friend bool operator==(const Rare&, const Rare&) = default;
    };
    std::span<const Hash> hashes(Number n, std::size_t from, std::size_t count) const {
        return {pool_.data() + items_[n].begin + from, count};
    }
    void take_taken(BinaryReader& in, Rare& rare);

    std::vector<Item> items_;
    std::vector<Rare> rare_ = {{}};  ///< the first is of those that have nothing of it
    std::vector<Hash> pool_;
    std::vector<TakenPatch> taken_;
    std::vector<std::string> trees_ = {{}};
    std::unordered_map<Hash, std::uint32_t> tree_numbers_;
};

/// Whether two messages have one sender: the name or the address of one is that of the other.
bool same_sender(const Facts::Item& a, const Facts::Item& b);

}  // namespace patchseek::relate
