// SPDX-License-Identifier: GPL-2.0-or-later
#include "compile/compile.hpp"

#include <doctest/doctest.h>
#include <xapian.h>

#include <algorithm>
#include <string>
#include <vector>

#include "../folder.hpp"
#include "compile/expansion.hpp"
#include "document/document.hpp"
#include "document/indexed.hpp"
#include "query/lexer.hpp"
#include "query/parser.hpp"
#include "query/planner.hpp"
#include "reader/database.hpp"
#include "storage/shard_writer.hpp"

using namespace patchseek;

namespace {

document::Indexed document(const std::string& raw) {
    static document::DocumentBuilder builder;
    const auto message = mail::parse(raw);
    const auto patch = patch::parse(message.subject, message.body, message.sender());
    store::Origins origins;
    origins.add({message.digest, {}, raw.size(), message.lists, "", "", false, {{1, 1, 1}}});
    return builder.build(message, patch, origins);
}

std::string diff(const std::string& path, const std::string& lines, int removed, int added) {
    return "diff --git a/" + path + " b/" + path + "\nindex 1a2b3c4..9f8e7d6c5b 100644\n--- a/" + path + "\n+++ b/" +
           path + "\n@@ -1," + std::to_string(removed + 1) + " +1," + std::to_string(added + 1) +
           " @@ int kvm_run(void)\n" + lines;
}

/// Five mails, numbered as they stand here.
std::vector<std::string> mails() {
    return {
        // 1
        "From: Ada Smith <ada@example.org>\nMessage-ID: <A1@x>\nDate: Mon, 26 Oct 2020 09:51:08 +0000\nSubject: [PATCH "
        "v2 1/2] mm: stop "
        "running twice\nList-Id: <one.example.org>\n\nThe page fault handler runs twice.\n\nFixes: 1a2b3c4d5e6f (\"mm: "
        "run\")\n"
        "Reviewed-by: Bert <bert@example.org>\n---\n" +
            diff("mm/fault.c", " int a;\n-\tvcpu->arch = 1;\n+\tkvm_vcpu_run(vcpu);\n", 1, 1),
        // 2
        "From: Bert <bert@example.org>\nMessage-ID: <A2@x>\nIn-Reply-To: <A1@x>\nDate: Tue, 27 Oct 2020 10:00:00 "
        "+0000\nSubject: Re: [PATCH v2 "
        "1/2] mm: stop running twice\n\n> The page fault handler runs twice.\n\nIt does, a fault of the page.\n",
        // 3: no date
        "From: Cleo <cleo@example.org>\nMessage-ID: <A3@x>\nSubject: [PATCH] Documentation: say run\n\nSee "
        "CVE-2021-12345.\n\n---\n" +
            diff("Documentation/mm/Run.rst", " x\n+run the vcpu arch\n", 0, 1),
        // 4
        "From: Cleo <cleo@example.org>\nTo: Ada <ada@example.org>\nMessage-ID: <A4@x>\nDate: Wed, 28 Oct 2020 00:00:00 "
        "+0000\nSubject: question\n\n"
        "Does drivers/net/mm/fault.c do it?\n",
        // 5
        "From: Ada <ada@example.org>\nMessage-ID: <A5@x>\nDate: Thu, 29 Oct 2020 00:00:00 +0000\nSubject: [PATCH] net: "
        "fault\n\nText.\n\n---\n" +
            diff("drivers/net/mm/fault.c", " x\n-old\n+new_fault\n", 1, 1),
    };
}

/// The documents in so many shards joined to one database, numbered as one would be.
struct Shards {
    explicit Shards(std::size_t count) {
        std::vector<storage::ShardWriter> writers;
        for (std::size_t i = 0; i < count; ++i) writers.emplace_back(folder / std::to_string(i));
        std::size_t next = 0;
        for (const std::string& raw : mails()) {
            const auto made = document(raw);
            REQUIRE(writers[next++ % count].add(made));
        }
        for (std::size_t i = 0; i < count; ++i) {
            REQUIRE(writers[i].finish());
            db.add_database(Xapian::Database((folder / std::to_string(i)).native()));
        }
    }
    reader::Lexicon lexicon() const {
        reader::ShardPositions positions;
        for (const auto& shard : std::filesystem::directory_iterator(folder.path))
            positions.add(Xapian::Database(shard.path().native()).get_uuid(), shard.path());
        return reader::Lexicon(db, std::move(positions));
    }

    Folder folder;
    Xapian::Database db;
};

Result<Xapian::Query> compiled(const std::string& text, const reader::Lexicon& lexicon, const compile::Prove& prove) {
    static tokens::Analyzer analyzer;
    const auto parsed = query::parse(text, {});
    REQUIRE_MESSAGE(parsed, text);
    const auto plan = query::make_plan(parsed->root, analyzer);
    REQUIRE_MESSAGE(plan, text);
    static reader::Deadline deadline;
    return compile::compile(*plan, lexicon, analyzer, prove, deadline);
}

const compile::Prove kBelieve = [](const Xapian::Query& candidates, const query::Proof&) { return candidates; };

/// Numbers of all that match, in a row: "134".
std::string found(const std::string& text, const Shards& shards, Xapian::doccount limit = 100) {
    const auto query = compiled(text, shards.lexicon(), kBelieve);
    REQUIRE(query);
    Xapian::Enquire enquire(shards.db);
    enquire.set_query(*query);
    const auto set = enquire.get_mset(0, limit);
    std::string out;
    for (auto it = set.begin(); it != set.end(); ++it) out += std::to_string(*it);
    std::ranges::sort(out);
    return out;
}

}  // namespace

TEST_CASE("compiled queries find what they say") {
    struct Case {
        std::string query, expected;
    };
    for (const std::size_t count : {1, 2}) {
        const Shards shards(count);
        for (const Case& c : {
                 Case{"*", "12345"},
                 Case{"NOT fault", "3"},
                 Case{"fault", "1245"},
                 Case{"fault page", "12"},
                 Case{"fault -page", "45"},
                 Case{"\"page fault\"", "12"},
                 Case{"\"fault page\"", ""},
                 Case{"fault NEAR/3 page", "12"},
                 Case{"fault ADJ/3 page", "2"},
                 Case{"fault ADJ/2 page", ""},
                 Case{"log:fault ADJ/3 log:page", "2"},
                 Case{"run", "1235"},
                 Case{"\"run\"", "135"},
                 Case{"subject:runs", "123"},
                 Case{"added:run", "13"},
                 Case{"added:runs", ""},
                 Case{"vcpu", "13"},
                 Case{"kvm_vcpu_run", "1"},
                 Case{"kvm_v*", "1"},
                 Case{"subject:runn*", "12"},
                 Case{"quoted:handler", "2"},
                 Case{"handler", "12"},
                 Case{"nq:handler", "1"},
                 Case{"func:kvm_run", "135"},
                 Case{"func:kvm", "135"},
                 Case{"from:ada", "15"},
                 Case{"author:bert", "2"},
                 Case{"to:ada", "4"},
                 Case{"tcf:ada", "145"},
                 Case{"reviewed:bert", "1"},
                 Case{"reviewed:*", "1"},
                 Case{"trailer:fixes:mm", "1"},
                 Case{"trailer:*", "1"},
                 Case{"fixes:1a2b3c4", "1"},
                 Case{"fixes:1a2b3c4d5e6f7890", "1"},
                 Case{"fixes:1a2b3c5", ""},
                 Case{"mentions:1a2b3c4d", "1"},
                 Case{"mentions:cve-2021-12345", "3"},
                 Case{"blob:1a2b3c4d5e", "135"},
                 Case{"blob:9f8e7d6", "135"},
                 Case{"id:A1@x", "1"},
                 Case{"id:a1@x", ""},
                 Case{"id:A1*", "1"},
                 Case{"id:a1*", ""},
                 Case{"id:A2@x OR id:A1*", "12"},
                 Case{"id:A1* -id:A1@*", ""},
                 Case{"refs:A1@x", "2"},
                 Case{"list:ONE.example.org", "1"},
                 Case{"list:*", "1"},
                 Case{"is:patch", "135"},
                 Case{"is:reply", "2"},
                 Case{"v:2", "1"},
                 Case{"v:1", "35"},
                 Case{"v:..1", "35"},
                 Case{"v:2..", "1"},
                 Case{"part:1..1", "1"},
                 Case{"total:*", "1"},
                 Case{"adds:0", ""},
                 Case{"dels:0", "3"},
                 Case{"dels:..", "135"},
                 Case{"date:*", "1245"},
                 Case{"since:*", "1245"},
                 Case{"date:2020-10-26..2020-10-27", "12"},
                 Case{"before:2020-10-27", "1"},
                 Case{"before:2030", "1245"},
                 Case{"since:2020-10-28", "45"},
                 Case{"since:2020 before:2020-10-28", "12"},
                 Case{"file:fault.c", "15"},
                 Case{"file:mm/fault.c", "15"},
                 Case{"file:/mm/fault.c", "1"},
                 Case{"file:mm/", "135"},
                 Case{"file:/mm/", "1"},
                 Case{"file:*.c", "15"},
                 Case{"file:*.rst", "3"},
                 Case{"file:Run.rst", "3"},
                 Case{"file:run.rst", "3"},
                 Case{"file:RUN.rst", ""},
                 Case{"file:f*.c", "15"},
                 Case{"file:**lt.c", "15"},
                 Case{"file:**zz.c", ""},
                 Case{"file:**", "135"},
                 Case{"file:*", "135"},
                 Case{"file:net/*.c", ""},
                 Case{"file:mm", ""},
                 Case{"file:*/", "135"},
                 Case{"is:patch XOR fault", "234"},
                 Case{"is:patch XOR NOT is:reply", "4"},
                 Case{"is:patch XOR fault XOR vcpu", "124"},
                 Case{"is:reply XOR nosuchword", "2"},
                 Case{"nosuchword XOR nosuchotherword", ""},
                 Case{"nosuchword OR vcpu", "13"},
                 Case{"(is:reply OR v:2) fault", "12"},
                 Case{"NOT (is:patch OR is:reply)", "4"},
                 Case{"NOT NOT vcpu", "13"},
             }) {
            CAPTURE(c.query);
            CAPTURE(count);
            CHECK(found(c.query, shards) == c.expected);
        }
    }
}

// Xapian 1.4.22 dies of an OP_XOR over two databases once it prunes by weight.
TEST_CASE("XOR over several shards with a limit") {
    const Shards shards(2);
    for (const Xapian::doccount limit : {1, 2, 3}) {
        CHECK(found("is:patch XOR size:*", shards, limit).size() == std::min<std::size_t>(limit, 2));
        CHECK(found("fault XOR vcpu", shards, limit).size() == limit);
    }
}

TEST_CASE("a query of too many parts is an error with its place") {
    std::string many = "a";
    for (int i = 0; i < 64; ++i) many += " XOR a" + std::to_string(i);
    std::string nested = "a";
    for (int i = 0; i < 20; ++i) nested = "(" + nested + " XOR b) c";
    struct Case {
        std::string query, message;
        std::size_t offset;
    };
    for (const Case& c : {
             Case{"a w*", "at least 2 letters must stand before '*'", 2},
             Case{many, "too many parts of XOR", 0},
             Case{nested, "too many parts of XOR", 20},
         }) {
        CAPTURE(c.query);
        const auto query = compiled(c.query, Shards(1).lexicon(), kBelieve);
        REQUIRE_FALSE(query);
        CHECK(query.error().kind == ErrorKind::usage);
        CHECK(query.error().message == c.message);
        CHECK(query.error().offset == c.offset);
    }
}

TEST_CASE("a star of any number of words finds what has one of them") {
    constexpr std::size_t kEach = 1000;
    Xapian::Database all;
    std::vector<Xapian::WritableDatabase> parts(2);
    // Documents 1, 3, 5 ... have a thousand words each, `wide10000` and up and `name10000` and up; 2, 4, 6 ... none.
    for (auto& part : parts) part = Xapian::WritableDatabase("", Xapian::DB_BACKEND_INMEMORY);
    for (std::size_t n = 0; n < 40; ++n) {
        Xapian::Document doc;
        doc.add_term("Acommon");
        doc.add_term("XHAS:file");
        for (std::size_t i = n / 2 * kEach; n % 2 == 0 && i < (n / 2 + 1) * kEach; ++i) {
            doc.add_term("Awide" + std::to_string(10'000 + i));
            doc.add_term("XF:name" + std::to_string(10'000 + i));
        }
        parts[n / 4 % 2].add_document(doc);
    }
    for (const auto& part : parts) all.add_database(part);
    // 600 words of document 1, or of 1 and 3, as a list.
    const auto list = [](std::size_t first) {
        std::string out;
        for (std::size_t i = first; i < first + 600; ++i)
            out += (out.empty() ? "" : " OR ") + ("added:wide" + std::to_string(i));
        return out;
    };
    struct Case {
        std::string query;
        std::size_t found;
    };
    for (const Case& c : {
             Case{"added:wide1*", 10},  // 10,000
             Case{"added:wide*", 20},   // 20,000
             Case{"added:wi*", 20},
             Case{"NOT added:wide*", 20},
             Case{"added:common -added:wide*", 20},
             Case{"added:wide* XOR added:common", 20},
             Case{"added:wide* added:wide1000*", 1},
             Case{"added:wide1* added:wide2*", 0},
             Case{"added:wide1* OR added:wide2*", 20},
             Case{"added:none* added:wide*", 0},
             Case{"hunk:(added:wide*)", 20},
             Case{"file:na*", 20},
             Case{"file:na*9", 20},
             Case{"file:na*00", 20},
             Case{"file:na*x", 0},
             Case{list(10'000), 1},
             Case{list(10'500), 2},
             Case{list(10'500) + " OR file:name12000", 3},
             Case{list(10'500) + " OR \"added:none words\"", 2},
             Case{"NOT (" + list(10'500) + ")", 38},
             Case{"(" + list(10'500) + ") added:wide10600", 1},
             Case{"hunk:(" + list(10'500) + ")", 2},
         }) {
        CAPTURE(c.query);
        const auto query = compiled(c.query, reader::Lexicon(all), kBelieve);
        REQUIRE(query);
        Xapian::Enquire enquire(all);
        enquire.set_query(*query);
        CHECK(enquire.get_mset(0, 100).size() == c.found);
    }
}

TEST_CASE("a star of many words whose time is up finds too little, under NOT too much, under XOR nothing") {
    Xapian::WritableDatabase db("", Xapian::DB_BACKEND_INMEMORY);
    Xapian::Document doc;
    for (std::size_t i = 0; i <= query::kMaxExpansion; ++i) doc.add_term("Aword" + std::to_string(i));
    db.add_document(doc);
    reader::Deadline deadline;
    const auto count = [&](const Xapian::Query& query) {
        Xapian::Enquire enquire(db);
        enquire.set_query(query);
        return enquire.get_mset(0, 10).size();
    };
    deadline.start(1);
    while (!deadline.passed()) continue;
    compile::Expansion expansion(db, nullptr, deadline);
    CHECK(count(expansion.any_of({"Aword"}, query::OnTimeout::excluded)) == 0);
    CHECK(count(expansion.any_of({"Aword"}, query::OnTimeout::included)) == 1);
    CHECK_THROWS_AS(count(expansion.any_of({"Aword"}, query::OnTimeout::error)), reader::Failure);
    std::vector<Xapian::Query> words;
    for (std::size_t i = 0; i < 600; ++i) words.emplace_back("Aword" + std::to_string(i));
    CHECK(count(expansion.either(words, query::OnTimeout::excluded)) == 0);
    CHECK(count(expansion.either(words, query::OnTimeout::included)) == 1);
    CHECK_THROWS_AS(count(expansion.either(words, query::OnTimeout::error)), reader::Failure);
}

TEST_CASE("proofs are asked for what terms alone cannot tell") {
    const Shards shards(1);
    struct Case {
        std::string query, proofs;
    };
    for (const Case& c : {
             Case{"vcpu->arch", "vcpu->arch anywhere"},
             Case{"removed:vcpu->arch", "vcpu->arch 128"},
             Case{"reviewed:bert@example.org", "bert@example.org in reviewed-by"},
             Case{"vcpu", ""},
             Case{"file:*.c", ""},
             Case{"file:f*.c", ""},
             Case{"file:/f*.c", "path"},
             Case{"file:/mm/f*.c", "path"},
             Case{"file:mm/**/fault.c", "path"},
             Case{"file:/*.c", "path"},
             Case{"file:mm/z*.c", ""},
         }) {
        CAPTURE(c.query);
        std::string proofs;
        const auto prove = [&](const Xapian::Query& candidates, const query::Proof& proof) {
            proofs += proof.path ? "path"
                                 : proof.literal + (!proof.trailer.empty() ? " in " + proof.trailer
                                                    : proof.anywhere       ? " anywhere"
                                                                           : ' ' + std::to_string(proof.areas));
            return candidates;
        };
        REQUIRE(compiled(c.query, shards.lexicon(), prove));
        CHECK(proofs == c.proofs);
    }
}
