// SPDX-License-Identifier: GPL-2.0-or-later
#include "fact.hpp"

#include <algorithm>

#include "patchseek/base/binary.hpp"

namespace patchseek::relate {
namespace {

enum Flag : std::uint32_t {
    kReply = 1,
    kResend = 2,
    kHeaderless = 4,
    kReviewed = 8,
    kCredits = 16,
    kDated = 32,
    kPart = 64,
    kTotal = 128,
    kPartial = 256,
    kDiff = 512,
    kSet = 1024,
    kTaken = 2048,
    kWhole = 4096,
    kDropped = 8192,
    kExcept = 16384,
    kBot = 32768,
    kRfc = 65536,
};

std::uint32_t flags_of(const Fact& fact) {
    return (fact.reply ? kReply : 0U) | (fact.resend ? kResend : 0U) | (fact.headerless ? kHeaderless : 0U) |
           (fact.reviewed ? kReviewed : 0U) | (fact.credits ? kCredits : 0U) | (fact.date ? kDated : 0U) |
           (fact.part ? kPart : 0U) | (fact.total ? kTotal : 0U) | (fact.partial ? kPartial : 0U) |
           (fact.diff ? kDiff : 0U) | (fact.set ? kSet : 0U) | (fact.taken.empty() ? 0U : kTaken) |
           (fact.whole ? kWhole : 0U) | (fact.dropped ? kDropped : 0U) | (fact.except ? kExcept : 0U) |
           (fact.bot ? kBot : 0U) | (fact.rfc ? kRfc : 0U);
}

void put_hashes(BinaryWriter& out, const std::vector<Hash>& hashes) {
    out.varint(hashes.size());
    for (const Hash hash : hashes) out.little(hash);
}

constexpr std::size_t kHashes = 10;  // of which most messages have all but two
void put_single_hashes(BinaryWriter& out, const Fact& fact) {
    const Hash all[kHashes] = {fact.content, fact.sender, fact.title,   fact.tags,   fact.stem,
                               fact.change,  fact.patch,  fact.address, fact.author, fact.author_address};
    std::uint32_t present = 0;
    for (std::size_t i = 0; i < kHashes; ++i) present |= (all[i] != 0 ? 1U : 0U) << i;
    out.varint(present);
    for (const Hash hash : all)
        if (hash != 0) out.little(hash);
}

void put_taken(BinaryWriter& out, const Fact& fact) {
    if (fact.taken.empty()) return;
    out.varint(fact.taken.size());
    for (const TakenPatch& one : fact.taken) {
        out.varint(one.part);
        out.varint(one.total);
        out.little(one.title);
        out.varint(one.commit.digits);
        out.bytes({reinterpret_cast<const char*>(one.commit.bytes.data()), (one.commit.digits + 1U) / 2});
    }
    out.text(fact.tree);
}

std::uint32_t take_small(BinaryReader& in) { return static_cast<std::uint32_t>(in.varint()); }

// Returns how many; nobody writes more than are kept.
std::uint16_t take_hashes(BinaryReader& in, std::vector<Hash>& pool) {
    const auto count = in.varint();
    if (count > in.left() / sizeof(Hash)) in.fail();
    std::uint16_t out = 0;
    for (std::uint64_t i = 0; in.good() && i < count; ++i) {
        const auto hash = in.little<Hash>();
        if (out == UINT16_MAX) continue;
        pool.push_back(hash);
        ++out;
    }
    return out;
}

void take_flags(std::uint32_t flags, Facts::Item& item) {
    item.reply = (flags & kReply) != 0;
    item.resend = (flags & kResend) != 0;
    item.headerless = (flags & kHeaderless) != 0;
    item.reviewed = (flags & kReviewed) != 0;
    item.credits = (flags & kCredits) != 0;
    item.partial = (flags & kPartial) != 0;
    item.diff = (flags & kDiff) != 0;
    item.set = (flags & kSet) != 0;
    item.whole = (flags & kWhole) != 0;
    item.dropped = (flags & kDropped) != 0;
    item.except = (flags & kExcept) != 0;
    item.bot = (flags & kBot) != 0;
    item.rfc = (flags & kRfc) != 0;
    item.dated = (flags & kDated) != 0;
    item.numbered = (flags & kPart) != 0 && (flags & kTotal) != 0;
}

}  // namespace

// FNV-1a, and its bits mixed once more: tables take the low ones.
Hash hash_of(std::string_view bytes) {
    Hash hash = 0xcbf29ce484222325;
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93;
    hash ^= hash >> 32;
    return hash == 0 ? 1 : hash;
}

std::string encode(const Fact& fact) {
    std::string bytes;
    BinaryWriter out(bytes);
    out.varint(flags_of(fact));
    out.varint(static_cast<std::uint64_t>(fact.kind));
    out.varint(fact.version);
    out.varint(fact.minor);
    out.varint(fact.part.value_or(0));
    out.varint(fact.total.value_or(0));
    out.little(static_cast<std::uint64_t>(fact.date.value_or(0)));
    put_single_hashes(out, fact);
    put_hashes(out, fact.ids);
    put_hashes(out, fact.references);
    put_hashes(out, fact.shortlog);
    put_hashes(out, fact.paths);
    put_hashes(out, fact.earlier);
    put_taken(out, fact);
    return bytes;
}

bool Facts::add(std::string_view bytes) {
    BinaryReader in(bytes);
    const auto before = pool_.size(), taken_before = taken_.size();
    Item item{};
    Rare rare;
    const auto flags = take_small(in);
    take_flags(flags, item);
    item.kind = static_cast<store::MessageKind>(std::min<std::uint64_t>(in.varint(), 4));
    item.version = take_small(in);
    item.minor = take_small(in);
    item.part = take_small(in);
    item.total = take_small(in);
    item.date = static_cast<std::int64_t>(in.little<Hash>());
    const auto present = take_small(in);
    Hash* const all[kHashes] = {&item.content, &item.sender, &item.title,   &item.tags,   &item.stem,
                                &rare.change,  &item.patch,  &item.address, &rare.author, &rare.author_address};
    for (std::size_t i = 0; i < kHashes; ++i)
        if (((present >> i) & 1U) != 0) *all[i] = in.little<Hash>();
    item.begin = static_cast<std::uint32_t>(before);
    item.ids = take_hashes(in, pool_);
    item.references = take_hashes(in, pool_);
    item.shortlog = take_hashes(in, pool_);
    item.paths = take_hashes(in, pool_);
    item.earlier = take_hashes(in, pool_);
    if ((flags & kTaken) != 0) take_taken(in, rare);
    if (!in.whole()) {
        pool_.resize(before);
        taken_.resize(taken_before);
        return false;
    }
    item.first = static_cast<Number>(items_.size());
    if (rare != Rare()) {
        item.rare = static_cast<std::uint32_t>(rare_.size());
        rare_.push_back(rare);
    }
    items_.push_back(item);
    return true;
}

void Facts::take_taken(BinaryReader& in, Rare& rare) {
    const auto count = in.varint();
    if (count > in.left()) in.fail();
    rare.taken = static_cast<std::uint32_t>(taken_.size());
    for (std::uint64_t i = 0; in.good() && i < count; ++i) {
        TakenPatch one;
        one.part = take_small(in);
        one.total = take_small(in);
        one.title = in.little<Hash>();
        one.commit.digits = static_cast<std::uint16_t>(std::min<std::uint64_t>(in.varint(), 40));
        const auto bytes = in.bytes((one.commit.digits + 1U) / 2);
        std::ranges::copy(bytes, one.commit.bytes.begin());
        taken_.push_back(one);
    }
    rare.taken_count = static_cast<std::uint32_t>(taken_.size()) - rare.taken;
    const auto tree = in.text();
    if (tree.empty() || !in.good() || trees_.size() > UINT16_MAX) return;
    const auto [known, added] = tree_numbers_.try_emplace(hash_of(tree), static_cast<std::uint32_t>(trees_.size()));
    rare.tree = known->second;
    if (added) trees_.emplace_back(tree);
}

bool same_sender(const Facts::Item& a, const Facts::Item& b) {
    return a.sender == b.sender || (a.address != 0 && a.address == b.address);
}

bool Facts::same_person(Number a, Number b) const {
    const auto others = people(b);
    return std::ranges::any_of(people(a),
                               [&](Hash one) { return one != 0 && std::ranges::find(others, one) != others.end(); });
}

}  // namespace patchseek::relate
