// SPDX-License-Identifier: GPL-2.0-or-later
// Threads, series and versions of messages that share few ids, people and titles, so that everything collides. Whatever
// they say, what comes of them does not depend on the order in which they come, and names messages that there are. The
// bytes are read as stored facts, too.
#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "demand.hpp"
#include "relate/relate.hpp"

namespace relate = patchseek::relate;
using patchseek::store::MessageKind;
using patchseek::store::Relation;

namespace {

using Bytes = std::array<std::uint8_t, 8>;
/// More say nothing new, and take long.
constexpr std::size_t kMost = 40;

relate::Fact fact_of(const Bytes& b) {
    relate::Fact fact;
    const auto id = [](unsigned number) { return relate::Hash{100} + number % 24; };
    fact.ids = {id(b[0])};
    for (const int ref : {b[1] & 31, b[1] >> 5, b[2] & 31})
        if (ref % 3 != 0) fact.references.push_back(id(static_cast<unsigned>(ref)));
    for (const std::uint8_t byte : b) fact.content = fact.content * 257 + byte + 1;
    fact.sender = b[3] % 3;
    fact.title = (b[3] >> 2) % 5;
    fact.tags = (b[3] >> 5) % 2;
    fact.version = b[4] % 3;
    fact.minor = fact.version == 2 ? b[0] % 2 : 0;
    fact.address = b[2] % 4;
    fact.author = b[7] % 5 == 0 ? 1 + b[6] % 3 : 0;
    fact.diff = b[1] % 2 != 0;
    fact.set = b[2] % 8 == 7;
    if (b[3] % 7 == 0) fact.earlier = {id(b[6])};
    if (b[1] % 6 == 0)
        fact.taken = {{relate::Hash{b[2]} % 5, b[4] % 4U, b[5] % 4U,
                       patchseek::store::CommitPrefix::of(b[6] % 2 ? "abcdef0" : "")}};
    fact.whole = b[2] % 3 == 0;
    fact.dropped = b[2] % 5 == 0;
    fact.except = b[2] % 7 == 0;
    fact.kind = static_cast<MessageKind>((b[4] >> 2) % 5);
    fact.reply = (b[4] & 32) != 0;
    fact.resend = (b[4] & 192) == 192;
    if (b[5] % 4 != 0) fact.total = b[5] % 4, fact.part = (b[5] >> 2) % 5;
    fact.stem = (b[5] >> 5) % 3;
    fact.headerless = (b[5] & 128) != 0;
    if (b[6] % 5 != 0) fact.date = 1000 * (b[6] & 63) * ((b[6] & 64) != 0 ? 1 : 4000);
    fact.credits = (b[6] & 128) != 0;
    fact.reviewed = fact.credits && (b[7] & 1) != 0;
    fact.patch = (b[7] >> 1) % 4;
    fact.change = (b[7] >> 3) % 5 == 0 ? 7 : 0;
    if ((b[7] & 64) != 0) fact.paths = {relate::Hash{b[7]} % 5 + 1, relate::Hash{b[0]} % 5 + 1};
    if ((b[7] & 128) != 0) fact.shortlog = {relate::Hash{b[3]} % 5, relate::Hash{b[7]} % 5};
    return fact;
}

relate::Related related(const std::vector<Bytes>& mails) {
    relate::Facts facts;
    for (const Bytes& mail : mails) demand(facts.add(encode(fact_of(mail))));
    return relate::relate(facts);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    relate::Facts stored;
    (void)stored.add(as_text(data, size));
    (void)relate::relate(stored);
    std::set<Bytes> different;
    for (std::size_t at = 0; at + sizeof(Bytes) <= size && different.size() < kMost; at += sizeof(Bytes)) {
        Bytes mail;
        std::copy_n(data + at, mail.size(), mail.begin());
        different.insert(mail);
    }
    const std::vector<Bytes> mails(different.begin(), different.end());
    const std::vector<Bytes> backwards(mails.rbegin(), mails.rend());
    const auto one = related(mails), other = related(backwards);
    const auto count = static_cast<std::uint32_t>(mails.size());
    const auto mirrored = [count](std::uint32_t name) { return name == 0 ? 0 : count + 1 - name; };
    for (std::uint32_t i = 0; i < count; ++i) {
        const Relation &a = one.relations[i], &b = other.relations[count - 1 - i];
        demand(a.thread != 0 && a.thread <= count && a.series <= count && a.change <= count);
        demand((a.series == 0) == (a.change == 0));
        demand(a.thread == mirrored(b.thread) && a.series == mirrored(b.series) && a.change == mirrored(b.change));
        demand(a.replies == b.replies && a.states == b.states);
    }
    demand(one.placements.size() == other.placements.size());
    for (std::size_t i = 0; i < one.placements.size(); ++i) {
        auto mirror = other.placements[one.placements.size() - 1 - i];
        mirror.row = mirrored(mirror.row);
        demand(one.placements[i] == mirror);
    }
    demand(one.credits.size() == other.credits.size());
    for (const auto& credit : one.credits)
        demand(std::ranges::binary_search(other.credits,
                                          patchseek::store::Credit{mirrored(credit.patch), mirrored(credit.reply)}));
    return 0;
}
