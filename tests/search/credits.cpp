// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <algorithm>

#include "../folder.hpp"
#include "build.hpp"
#include "relate.hpp"
#include "search/search.hpp"

namespace fs = std::filesystem;
using namespace patchseek;

namespace {

std::string mail(const std::string& id, const std::string& subject, const std::string& body) {
    return "From: Ada <ada@example.org>\nMessage-ID: <" + id +
           ">\nDate: Mon, 26 Oct 2020 09:51:08 +0000\nSubject: " + subject + "\n\n" + body + "\n";
}

std::string ask(const fs::path& path, const std::string& query) {
    auto index = search::Index::open(path);
    REQUIRE(index);
    reader::Request request;
    request.query = query;
    const auto answer = index->search(request);
    if (!answer) return answer.error().message;
    std::vector<std::string> ids;
    for (const auto& hit : answer->page.hits) ids.push_back(hit.record.id.substr(0, hit.record.id.find('@')));
    std::ranges::sort(ids);
    request.explain = true;
    CHECK(index->search(request)->page.hits.size() == ids.size());
    std::string out;
    for (const auto& id : ids) out += (out.empty() ? "" : " ") + id;
    return out;
}

constexpr const char* kDiff = "---\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n x\n+y\n";

std::string diffstat(const std::string& path) {
    return "---\n " + path + " | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n";
}

}  // namespace

TEST_CASE("what replies give a patch finds the patch") {
    for (const std::size_t shards : {1u, 3u}) {
        const Folder folder;
        build_index(folder / "i",
                    {mail("p1@x", "[PATCH 1/2] one", "Log.\n\nAcked-by: Bo <bo@x.example>\n" + std::string(kDiff)),
                     mail("p2@x", "[PATCH 2/2] two", "Log.\n\nFixes: 1234567890ab (\"x\")\n" + std::string(kDiff)),
                     mail("r1@x", "Re: [PATCH 1/2] one",
                          "Good.\n\nReviewed-by: Alice B <alice@x.example>\nLink: https://a.example/b"),
                     mail("r2@x", "Re: [PATCH 0/2] both", "All of it.\n\nTested-by: Cy <cy@x.example>"),
                     mail("r3@x", "Re: [PATCH 1/2] one", "Of nothing.\n\nReviewed-by: Alice B <alice@x.example>")},
                    shards);
        Relating related(folder / "i");
        related.credit("r1@x", "p1@x");
        related.credit("r2@x", "p1@x");
        related.credit("r2@x", "p2@x");
        related.write();
        struct Case {
            const char *query, *ids;
        };
        for (const Case& c : {
                 Case{"reviewed:alice", "p1 r1 r3"},
                 Case{"reviewed:alice is:patch", "p1"},
                 Case{"NOT reviewed:alice", "p2 r2"},
                 Case{"is:patch -reviewed:*", "p2"},
                 Case{"reviewed:* is:patch", "p1"},
                 Case{"tested:cy", "p1 p2 r2"},
                 Case{"trailer:Tested-by:cy is:patch", "p1 p2"},
                 Case{"trailer:tested-by is:patch", "p1 p2"},
                 Case{"trailer:* is:patch", "p1 p2"},
                 Case{"reviewed:\"alice b\" is:patch", "p1"},
                 Case{"reviewed:alice@x.example is:patch", "p1"},
                 Case{"-reviewed:alice@x.example", "p2 r2"},
                 Case{"reviewed:lit:\"B <alice\" is:patch", "p1"},
                 Case{"reviewed:lit:\"b <alice\"", ""},
                 Case{"is:patch NOT reviewed:re:/^Alice/", "p2"},
                 Case{"reviewed:ali* is:patch", "p1"},
                 Case{"reviewed:(alice NEAR b) is:patch", "p1"},
                 Case{"acked:bo", "p1"},
                 Case{"reviewed:bo", ""},
                 Case{"link:* is:patch", ""},
                 Case{"fixes:1234567", "p2"},
                 Case{"reviewed:alice XOR tested:cy", "p2 r1 r2 r3"},
                 Case{"reviewed:alice tested:cy", "p1"},
             }) {
            CAPTURE(shards);
            CAPTURE(c.query);
            CHECK(ask(folder / "i", c.query) == c.ids);
        }
        auto index = search::Index::open(folder / "i");
        reader::Request request;
        request.query = "id:p1@x";
        request.lookup = reader::Lookup::credits;
        const auto answer = index->search(request);
        REQUIRE(answer);
        auto given = answer->page.hits.front().relations.credited;
        REQUIRE(given.size() == 2);
        CHECK(given[0].reply == "r1@x");
        CHECK(given[0].trailer.name == "Reviewed-by");
        CHECK(given[1].reply == "r2@x");
        CHECK(given[1].trailer.value == "Cy <cy@x.example>");
    }
}

TEST_CASE("a reply that shows a diff is a patch and a reply, what is posted in reply a patch alone") {
    const Folder folder;
    const std::string answers = "In-Reply-To: <p1@x>\nDate: Mon, 26 Oct 2020 09:51:08 +0000\n";
    build_index(
        folder / "i",
        {mail("p1@x", "[PATCH] one", "Log.\n" + std::string(kDiff)),
         mail("r1@x", "Re: [PATCH] one", "> Log.\n\nRather this?\n\n" + std::string(kDiff)),
         mail("r2@x", "Re: [PATCH] one", "> Log.\n\nNo.\n"),
         "From: Bo <bo@x.example>\nMessage-ID: <p2@x>\n" + answers + "Subject: [PATCH v2] one\n\nLog.\n" + kDiff},
        1);
    CHECK(ask(folder / "i", "is:patch") == "p1 p2 r1");
    CHECK(ask(folder / "i", "is:reply") == "r1 r2");
    CHECK(ask(folder / "i", "is:patch -is:reply") == "p1 p2");
}

TEST_CASE("a path that a diffstat cut is found whole") {
    const Folder folder;
    build_index(
        folder / "i",
        {mail("cut@x", "[PATCH] a", diffstat(".../kvm/svm.c")), mail("inside@x", "[PATCH] b", diffstat("...zvm_x.c")),
         mail("other@x", "[PATCH] c", diffstat("arch/x86/kvm/lapic.c"))},
        1);
    struct Case {
        const char *query, *before, *after;
    };
    for (const bool resolved : {false, true}) {
        if (resolved) {
            Relating related(folder / "i");
            related.tables.paths = {{related.row("cut@x"), 0, "arch/X86/kvm/svm.c"},
                                    {related.row("inside@x"), 0, "virt/lizvm_x.c"}};
            related.write();
        }
        for (const Case& c : {
                 Case{"file:kvm/svm.c", "cut", "cut"},
                 Case{"file:svm.c", "cut", "cut"},
                 Case{"file:/arch/", "other", "cut other"},
                 Case{"file:/arch/x86/kvm/svm.c", "", "cut"},
                 Case{"file:X86/", "", "cut"},
                 Case{"file:arch/**/*.c", "other", "cut other"},
                 Case{"file:/arch/*/*/*.c", "other", "cut other"},
                 Case{"-file:/arch/", "cut inside", "inside"},
                 Case{"file:virt/", "", "inside"},
                 Case{"file:lizvm_x.c", "", "inside"},
                 Case{"file:/arch/ file:svm.c", "", "cut"},
                 // The tail begins inside a name: what the whole path belies.
                 Case{"file:zvm_x.c", "inside", ""},
                 Case{"file:zvm_?.c", "inside", ""},
                 Case{"file:*zvm_x.c", "inside", "inside"},
                 Case{"file:**/zvm_x.c", "inside", ""},
                 Case{"file:/", "cut inside other", "cut inside other"},
                 Case{"file:lit:\"X86/kvm\"", "", "cut"},
                 Case{"file:lit:\"x86/kvm\"i", "other", "cut other"},
                 Case{"file:lit:\"kvm/svm\"", "cut", "cut"},
                 Case{"file:lit:\"/kvm/svm\"", "", "cut"},
                 Case{"file:re:/^arch.*c$/", "other", "cut other"},
                 Case{"-file:re:/^arch/", "cut inside", "inside"},
                 // So with an expression.
                 Case{"file:re:/^kvm/", "cut", ""},
                 Case{"file:re:/^zvm/ OR file:lit:\"lizvm\"", "inside", "inside"},
                 Case{"file:re:/^zvm/", "inside", ""},
             }) {
            CAPTURE(resolved);
            CAPTURE(c.query);
            CHECK(ask(folder / "i", c.query) == (resolved ? c.after : c.before));
        }
    }
    auto index = search::Index::open(folder / "i");
    reader::Request request;
    request.query = "id:inside@x";
    for (const auto lookup : {reader::Lookup::none, reader::Lookup::paths, reader::Lookup::relations}) {
        request.lookup = lookup;
        const auto answer = index->search(request);
        REQUIRE(answer);
        const auto& file = answer->page.hits.front().record.files.front();
        CHECK(file.partial == (lookup == reader::Lookup::none));
        if (!file.partial) CHECK(file.path == "virt/lizvm_x.c");
    }
}

TEST_CASE("what replies give comes in the order of their dates, in whichever order they were read") {
    const auto reply = [](const std::string& id, const std::string& date) {
        return "From: Bo <bo@x.example>\nMessage-ID: <" + id + ">\nDate: " + date +
               "\nSubject: Re: [PATCH] one\n\nAcked-by: Bo <bo@x.example>\n";
    };
    std::vector<std::string> mails = {
        mail("p@x", "[PATCH] one", "Log.\n" + std::string(kDiff)), reply("c@x", "Mon, 26 Oct 2020 10:00:00 +0000"),
        reply("b@x", "Tue, 27 Oct 2020 10:00:00 +0000"), reply("a@x", "Tue, 27 Oct 2020 10:00:00 +0000")};
    for (const bool reversed : {false, true}) {
        if (reversed) std::ranges::reverse(mails);
        const Folder folder;
        build_index(folder / "i", mails, 1);
        Relating related(folder / "i");
        for (const char* id : {"a@x", "b@x", "c@x"}) related.credit(id, "p@x");
        for (const char* id : {"a@x", "b@x", "c@x"})
            related.tables.taken.push_back({related.row("p@x"), related.row(id), store::CommitPrefix::of("1234567")});
        std::ranges::sort(related.tables.taken, {}, &store::Taken::reply);
        related.tables.trees = {""};
        related.write();
        auto index = search::Index::open(folder / "i");
        reader::Request request;
        request.query = "id:p@x";
        request.lookup = reader::Lookup::relations;
        const auto answer = index->search(request);
        REQUIRE(answer);
        std::string order;
        for (const auto& given : answer->page.hits.front().relations.credited) order += given.reply.substr(0, 1);
        for (const auto& taken : answer->page.hits.front().relations.commits) order += taken.reply.substr(0, 1);
        CAPTURE(reversed);
        CHECK(order == "cabcab");
    }
}
