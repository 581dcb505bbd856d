// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <filesystem>

#include "../folder.hpp"
#include "build.hpp"
#include "search/search.hpp"

namespace fs = std::filesystem;
using namespace patchseek;

namespace {

std::string mail(const std::string& id, const std::string& body) {
    return "From: Ada <ada@example.org>\nMessage-ID: <" + id +
           ">\nDate: Mon, 26 Oct 2020 09:51:08 +0000\nSubject: s\n\n" + body + "\n";
}

Result<reader::Answer> ask(const fs::path& path, const std::string& query, bool slow = false) {
    auto index = search::Index::open(path);
    REQUIRE(index);
    reader::Request request;
    request.query = query;
    request.explain = slow;
    request.texts = query == "log:*";
    return index->search(request);
}

}  // namespace

TEST_CASE("a proof that cannot read the text is an error, not a miss") {
    const Folder folder;
    build_index(folder / "i", {mail("a@x", "alpha->bravo")}, 1);
    REQUIRE(ask(folder / "i", "alpha->bravo"));
    CHECK(ask(folder / "i", "alpha->bravo")->page.hits.size() == 1);
    fs::resize_file(folder / "i" / "texts/000000", 3);
    for (const bool slow : {false, true}) {
        const auto answer = ask(folder / "i", "alpha->bravo", slow);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::data);
    }
    // What the text is not needed for goes on.
    CHECK(ask(folder / "i", "alpha")->page.hits.size() == 1);
}

TEST_CASE("many candidates are proven at once, each for itself, as they are one by one") {
    const Folder folder;
    std::vector<std::string> mails;
    // Every third has the signs; every fifth of all is shown by a word too, so that candidates are jumped over.
    for (int i = 0; i < 700; ++i)
        mails.push_back(
            mail(std::to_string(i) + "@x", std::string(i % 3 == 0 ? "-%=-" : "-% =-") + (i % 5 == 0 ? " fifth" : "")));
    for (const std::size_t shards : {1, 3}) {
        build_index(folder / "i", mails, shards);
        auto index = search::Index::open(folder / "i");
        REQUIRE(index);
        for (const auto& [asked, wanted] :
             std::vector<std::pair<std::string, std::size_t>>{{R"(lit:"%=")", 234},
                                                              {R"(lit:"%=" fifth)", 47},
                                                              {R"(fifth lit:"%=")", 47},
                                                              {R"(NOT lit:"%=")", 466},
                                                              {"re:/%=/", 234},
                                                              {R"(lit:"%=" OR fifth)", 327},
                                                              {R"(lit:"-%" lit:"%=")", 234}}) {
            reader::Request request;
            request.query = asked;
            CAPTURE(request.query);
            request.limit = 0;
            const auto all = index->search(request);
            REQUIRE(all);
            CHECK(all->page.hits.size() == wanted);
            CHECK(all->page.exact);
            // A page reads no more than it must, and shows the same.
            request.limit = 10;
            const auto page = index->search(request);
            REQUIRE(page);
            REQUIRE(page->page.hits.size() == 10);
            for (std::size_t i = 0; i < 10; ++i) CHECK(page->page.hits[i].record.id == all->page.hits[i].record.id);
        }
        fs::resize_file(folder / "i" / "texts/000000", fs::file_size(folder / "i" / "texts/000000") / 2);
        const auto answer = ask(folder / "i", R"(lit:"%=" fifth)");
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::data);
        fs::remove_all(folder / "i");
    }
}

TEST_CASE("an index without a message answers every query with nothing") {
    const Folder folder;
    build_index(folder / "i", {}, 1);
    for (const char* query :
         {"*", "word", "NOT word", "wo*", "file:*.c", "file:/a*/b.c", "a XOR b", "blob:1234567", "a->b", "date:.."}) {
        CAPTURE(query);
        const auto answer = ask(folder / "i", query);
        REQUIRE(answer);
        CHECK(answer->page.hits.empty());
        CHECK(answer->page.exact);
    }
}

TEST_CASE("messages with one id and one date keep one order on every way") {
    const Folder folder;
    std::vector<std::string> mails;
    for (int i = 0; i < 40; ++i) mails.push_back(mail("same@x", "word number" + std::to_string(i)));
    build_index(folder / "i", mails, 1);
    const auto order = [&](const char* query, bool slow) {
        std::string out;
        const auto answer = ask(folder / "i", query, slow);
        REQUIRE(answer);
        for (const auto& hit : answer->page.hits) out += hit.record.digest.substr(0, 8) + ' ';
        return out;
    };
    CHECK(order("*", false) == order("*", true));
    CHECK(order("*", false) == order("log:*", false));
}

TEST_CASE("a part of an identifier is in no phrase") {
    const Folder folder;
    build_index(folder / "i", {mail("a@x", "tangoZulu first"), mail("b@x", "zulu tangoZulu")}, 1);
    for (const auto& [query, hits] : {std::pair{"\"zulu tangozulu\"", 1u}, std::pair{"log:\"tango tangozulu\"", 0u},
                                      std::pair{"tango-tangoZulu", 0u}}) {
        const auto answer = ask(folder / "i", query);
        REQUIRE(answer);
        CHECK(answer->page.hits.size() == hits);
    }
}

TEST_CASE("a page far behind the last answer is empty, whatever the numbers") {
    const Folder folder;
    build_index(folder / "i", {mail("a@x", "word"), mail("b@x", "word"), mail("c@x", "word")}, 2);
    auto index = search::Index::open(folder / "i");
    REQUIRE(index);
    struct Case {
        std::size_t offset, limit, hits;
    };
    for (const char* query : {"*", "word"})
        for (const Case& c :
             {Case{0, 0, 3}, Case{1, 0, 2}, Case{0, 2, 2}, Case{2, 2, 1}, Case{3, 2, 0}, Case{2, SIZE_MAX, 1},
              Case{0, SIZE_MAX, 3}, Case{SIZE_MAX, 5, 0}, Case{SIZE_MAX, SIZE_MAX, 0}, Case{SIZE_MAX, 0, 0}}) {
            CAPTURE(query);
            CAPTURE(c.offset);
            CAPTURE(c.limit);
            reader::Request request;
            request.query = query;
            request.offset = c.offset;
            request.limit = c.limit;
            const auto answer = index->search(request);
            REQUIRE(answer);
            CHECK(answer->page.hits.size() == c.hits);
        }
}

TEST_CASE("a message is shown by its id, several newest first") {
    const Folder folder;
    build_index(folder / "i", {mail("a@x", "one"), mail("a@x", "two"), mail("b@x", "three")}, 2);
    auto index = search::Index::open(folder / "i");
    REQUIRE(index);
    CHECK(index->show("a@x")->size() == 2);
    const auto shown = index->show("<b@x>");
    REQUIRE(shown->size() == 1);
    CHECK(shown->front().text.raw == mail("b@x", "three"));
    CHECK(index->show("B@x")->empty());
    CHECK(index->show("")->empty());
}
