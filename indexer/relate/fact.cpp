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
};

std::uint32_t flags_of(const Fact& fact) {
    return (fact.reply ? kReply : 0U) | (fact.resend ? kResend : 0U) | (fact.headerless ? kHeaderless : 0U) |
           (fact.reviewed ? kReviewed : 0U) | (fact.credits ? kCredits : 0U) | (fact.date ? kDated : 0U) |
           (fact.part ? kPart : 0U) | (fact.total ? kTotal : 0U) | (fact.partial ? kPartial : 0U) |
           (fact.diff ? kDiff : 0U) | (fact.set ? kSet : 0U);
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

std::uint32_t take_small(BinaryReader& in) { return static_cast<std::uint32_t>(in.varint()); }

Facts::Run take_hashes(BinaryReader& in, std::vector<Hash>& pool) {
    const auto count = in.varint();
    Facts::Run run{static_cast<std::uint32_t>(pool.size()), 0};
    if (count > in.left() / sizeof(Hash)) in.fail();
    for (std::uint64_t i = 0; in.good() && i < count; ++i) pool.push_back(in.little<Hash>());
    run.size = static_cast<std::uint32_t>(pool.size() - run.begin);
    return run;
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
    return bytes;
}

bool Facts::add(std::string_view bytes) {
    BinaryReader in(bytes);
    const auto before = pool_.size();
    Item item{};
    const auto flags = take_small(in);
    item.reply = (flags & kReply) != 0;
    item.resend = (flags & kResend) != 0;
    item.headerless = (flags & kHeaderless) != 0;
    item.reviewed = (flags & kReviewed) != 0;
    item.credits = (flags & kCredits) != 0;
    item.partial = (flags & kPartial) != 0;
    item.diff = (flags & kDiff) != 0;
    item.set = (flags & kSet) != 0;
    item.dated = (flags & kDated) != 0;
    item.numbered = (flags & kPart) != 0 && (flags & kTotal) != 0;
    item.kind = static_cast<store::MessageKind>(std::min<std::uint64_t>(in.varint(), 4));
    item.version = take_small(in);
    item.minor = take_small(in);
    item.part = take_small(in);
    item.total = take_small(in);
    item.date = static_cast<std::int64_t>(in.little<Hash>());
    const auto present = take_small(in);
    Hash* const all[kHashes] = {&item.content, &item.sender, &item.title,   &item.tags,   &item.stem,
                                &item.change,  &item.patch,  &item.address, &item.author, &item.author_address};
    for (std::size_t i = 0; i < kHashes; ++i)
        if (((present >> i) & 1U) != 0) *all[i] = in.little<Hash>();
    item.ids = take_hashes(in, pool_);
    item.references = take_hashes(in, pool_);
    item.shortlog = take_hashes(in, pool_);
    item.paths = take_hashes(in, pool_);
    item.earlier = take_hashes(in, pool_);
    if (!in.whole()) {
        pool_.resize(before);
        return false;
    }
    items_.push_back(item);
    return true;
}

bool same_sender(const Facts::Item& a, const Facts::Item& b) {
    return a.sender == b.sender || (a.address != 0 && a.address == b.address);
}

bool same_person(const Facts::Item& a, const Facts::Item& b) {
    const auto one_of = [&b](Hash hash) {
        return hash != 0 && (hash == b.sender || hash == b.address || hash == b.author || hash == b.author_address);
    };
    return one_of(a.sender) || one_of(a.address) || one_of(a.author) || one_of(a.author_address);
}

}  // namespace patchseek::relate
