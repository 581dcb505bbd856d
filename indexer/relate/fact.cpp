#include "fact.hpp"

#include <algorithm>

#include "patchseek/store/varint.hpp"

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
};

std::uint32_t flags_of(const Fact& fact) {
    return (fact.reply ? kReply : 0U) | (fact.resend ? kResend : 0U) | (fact.headerless ? kHeaderless : 0U) |
           (fact.reviewed ? kReviewed : 0U) | (fact.credits ? kCredits : 0U) | (fact.date ? kDated : 0U) |
           (fact.part ? kPart : 0U) | (fact.total ? kTotal : 0U) | (fact.partial ? kPartial : 0U);
}

// Seven bits a byte would make hashes longer.
void put_hash(std::string& out, Hash hash) {
    for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(hash >> shift);
}

void put_hashes(std::string& out, const std::vector<Hash>& hashes) {
    store::put_varint(out, hashes.size());
    for (const Hash hash : hashes) put_hash(out, hash);
}

constexpr std::size_t kHashes = 7;  // of which most messages have all but two
void put_single_hashes(std::string& out, const Fact& fact) {
    const Hash all[kHashes] = {fact.content, fact.sender, fact.title, fact.tags, fact.stem, fact.change, fact.patch};
    std::uint32_t present = 0;
    for (std::size_t i = 0; i < kHashes; ++i) present |= (all[i] != 0 ? 1U : 0U) << i;
    store::put_varint(out, present);
    for (const Hash hash : all)
        if (hash != 0) put_hash(out, hash);
}

class Reader {
public:
    explicit Reader(std::string_view in) : in_(in) {}
    bool whole() const { return whole_ && in_.empty(); }

    std::uint64_t number() {
        const auto value = store::take_varint(in_);
        whole_ = whole_ && value;
        return value.value_or(0);
    }
    std::uint32_t small() { return static_cast<std::uint32_t>(number()); }
    Hash hash() {
        const auto bytes = store::take_bytes(in_, sizeof(Hash));
        whole_ = whole_ && bytes;
        Hash out = 0;
        for (std::size_t i = 0; bytes && i < sizeof(Hash); ++i)
            out |= Hash{static_cast<unsigned char>((*bytes)[i])} << (8 * i);
        return out;
    }
    Facts::Run hashes(std::vector<Hash>& pool) {
        const auto count = number();
        Facts::Run run{static_cast<std::uint32_t>(pool.size()), 0};
        if (count > in_.size() / sizeof(Hash)) whole_ = false;
        for (std::uint64_t i = 0; whole_ && i < count; ++i) pool.push_back(hash());
        run.size = static_cast<std::uint32_t>(pool.size() - run.begin);
        return run;
    }

private:
    std::string_view in_;
    bool whole_ = true;
};

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
    std::string out;
    store::put_varint(out, flags_of(fact));
    store::put_varint(out, static_cast<std::uint64_t>(fact.kind));
    store::put_varint(out, fact.version);
    store::put_varint(out, fact.part.value_or(0));
    store::put_varint(out, fact.total.value_or(0));
    put_hash(out, static_cast<Hash>(fact.date.value_or(0)));
    put_single_hashes(out, fact);
    put_hashes(out, fact.ids);
    put_hashes(out, fact.references);
    put_hashes(out, fact.shortlog);
    put_hashes(out, fact.paths);
    return out;
}

bool Facts::add(std::string_view bytes) {
    Reader in(bytes);
    const auto before = pool_.size();
    Item item{};
    const auto flags = in.small();
    item.reply = (flags & kReply) != 0;
    item.resend = (flags & kResend) != 0;
    item.headerless = (flags & kHeaderless) != 0;
    item.reviewed = (flags & kReviewed) != 0;
    item.credits = (flags & kCredits) != 0;
    item.partial = (flags & kPartial) != 0;
    item.dated = (flags & kDated) != 0;
    item.numbered = (flags & kPart) != 0 && (flags & kTotal) != 0;
    item.kind = static_cast<store::MessageKind>(std::min<std::uint64_t>(in.number(), 4));
    item.version = in.small();
    item.part = in.small();
    item.total = in.small();
    item.date = static_cast<std::int64_t>(in.hash());
    const auto present = in.small();
    Hash* const all[kHashes] = {&item.content, &item.sender, &item.title, &item.tags,
                                &item.stem,    &item.change, &item.patch};
    for (std::size_t i = 0; i < kHashes; ++i)
        if (((present >> i) & 1U) != 0) *all[i] = in.hash();
    item.ids = in.hashes(pool_);
    item.references = in.hashes(pool_);
    item.shortlog = in.hashes(pool_);
    item.paths = in.hashes(pool_);
    if (!in.whole()) {
        pool_.resize(before);
        return false;
    }
    items_.push_back(item);
    return true;
}

}  // namespace patchseek::relate
