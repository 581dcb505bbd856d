// SPDX-License-Identifier: GPL-2.0-or-later
/// What the pass over threads and series costs on an index, and on many copies of it.
///
///     relate_cost DB [COPIES...]
///
/// Reads the facts of an index, and prints how long that took and, for each number of copies, what relating them costs:
/// in all, and per 100,000 messages. Copies are other people's mail of other years: ids, people and
/// dates differ, so that nothing joins them.
#include <fmt/format.h>
#include <sys/resource.h>
#include <xapian.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "patchseek/schema/schema.hpp"
#include "patchseek/store/manifest.hpp"
#include "relate/relate.hpp"

using namespace patchseek;
using relate::Fact;
using relate::Facts;
using relate::Hash;

namespace {

std::vector<Hash> shifted(std::span<const Hash> hashes, Hash by) {
    std::vector<Hash> out;
    for (const Hash hash : hashes) out.push_back(hash + by);
    return out;
}

// The same fact of another archive.
Fact copy_of(const Facts& facts, Facts::Number number, std::uint64_t copy) {
    const Hash by = copy * 0x9e3779b97f4a7c15;
    const auto& item = facts[number];
    const auto people = facts.people(number);
    Fact fact;
    fact.ids = shifted(facts.ids(number), by);
    fact.references = shifted(facts.references(number), by);
    fact.shortlog = shifted(facts.shortlog(number), by);
    fact.paths = shifted(facts.paths(number), by);
    fact.earlier = shifted(facts.earlier(number), by);
    const auto move = [by](Hash hash) { return hash == 0 ? 0 : hash + by; };
    fact.content = move(item.content);
    fact.sender = move(item.sender);
    fact.address = move(item.address);
    fact.author = move(people[2]);
    fact.author_address = move(people[3]);
    fact.title = move(item.title);
    fact.tags = item.tags;
    fact.stem = move(item.stem);
    fact.change = move(facts.change(number));
    fact.patch = move(item.patch);
    if (item.dated) fact.date = item.date + static_cast<std::int64_t>(copy) * 1'000'003;
    fact.version = item.version;
    fact.minor = item.minor;
    if (item.numbered) fact.part = item.part, fact.total = item.total;
    fact.kind = item.kind;
    fact.reply = item.reply;
    fact.resend = item.resend;
    fact.headerless = item.headerless;
    fact.reviewed = item.reviewed;
    fact.credits = item.credits;
    fact.diff = item.diff;
    fact.set = item.set;
    return fact;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Facts read(const std::string& db, const store::Manifest& manifest) {
    Facts facts;
    std::vector<Xapian::Database> shards;
    std::size_t documents = 0;
    for (const store::Shard& shard : manifest.shards)
        documents += shards.emplace_back(db + "/" + shard.folder).get_doccount();
    facts.reserve(documents);
    for (const Xapian::Database& shard_db : shards) {
        const auto end = shard_db.valuestream_end(schema::kSlotFact);
        for (auto it = shard_db.valuestream_begin(schema::kSlotFact); it != end; ++it) facts.add(*it);
    }
    return facts;
}

Facts copies_of(const Facts& one, std::uint64_t copies) {
    Facts all;
    all.reserve(one.size() * copies);
    for (std::uint64_t copy = 0; copy < copies; ++copy)
        for (Facts::Number i = 0; i < one.size(); ++i) all.add(encode(copy_of(one, i, copy)));
    return all;
}

void measure(Facts all) {
    const auto begin = std::chrono::steady_clock::now();
    const auto related = relate::relate(all);
    const double relating = seconds_since(begin);
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    fmt::print("{:9} messages: relating {:.2f} s, {:.2f} s per 100,000; peak {} MB\n", all.size(), relating,
               relating * 100'000.0 / static_cast<double>(all.size()), used.ru_maxrss / 1024);
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 2) {
        fmt::print(stderr, "usage: relate_cost DB [COPIES...]\n");
        return 64;
    }
    const auto manifest = store::read_manifest(argv[1]);
    if (!manifest) {
        fmt::print(stderr, "relate_cost: {}\n", manifest.error().message);
        return 66;
    }
    const auto begin = std::chrono::steady_clock::now();
    auto facts = read(store::data_of(argv[1], *manifest).native(), *manifest);
    const double reading = seconds_since(begin);
    fmt::print("{:9} messages: reading their facts {:.2f} s\n", facts.size(), reading);
    for (int i = 2; i < argc; ++i) measure(copies_of(facts, std::strtoull(argv[i], nullptr, 10)));
    if (argc == 2) measure(std::move(facts));
    return 0;
} catch (const Xapian::Error& error) {
    fmt::print(stderr, "relate_cost: {}\n", error.get_description());
    return 65;
}
