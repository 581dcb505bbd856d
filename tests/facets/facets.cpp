// SPDX-License-Identifier: GPL-2.0-or-later
#include "facets/facets.hpp"

#include <doctest/doctest.h>

#include "patchseek/tokens/analyzer.hpp"
#include "query/mailmap.hpp"

using namespace patchseek;
using reader::Hit;

namespace {

/// "value 2, other 1 of 3": the counts, and how many messages have any.
std::string counted(const char* facet, const std::vector<Hit>& hits, const query::Mailmap* mailmap = nullptr) {
    const facets::People people(mailmap);
    facets::Tally tally(facets::parse(facet)->front(), people);
    for (const Hit& hit : hits) tally.add(hit);
    const auto counts = tally.take();
    std::string out;
    for (const facets::Count& one : counts.values)
        out += (out.empty() ? "" : ", ") + one.value + ' ' + std::to_string(one.messages);
    return out + " of " + std::to_string(counts.having);
}

Hit by(const char* author) {
    Hit hit;
    hit.record.author = author;
    return hit;
}

Hit at(std::int64_t seconds) {
    Hit hit;
    hit.record.date = seconds;
    return hit;
}

Hit touching(std::vector<std::string> paths) {
    Hit hit;
    for (std::string& path : paths) hit.record.files.push_back({std::move(path), ""});
    return hit;
}

Hit with(std::vector<patch::Trailer> own, std::vector<reader::Credited> credited = {}) {
    Hit hit;
    hit.record.trailers = std::move(own);
    hit.relations.credited = std::move(credited);
    return hit;
}

}  // namespace

TEST_CASE("a person is one under all spellings of an address") {
    const std::vector<Hit> hits = {by("Jane Doe <jane@x.example>"),
                                   by("\"Jane Doe\" <Jane@X.example>"),
                                   by("Jane Doe <jane@x.example>"),
                                   by("Jane Doe <jane@other.example>"),
                                   by("nobody"),
                                   by("")};
    CHECK(counted("author", hits) == "Jane Doe <jane@x.example> 3, Jane Doe <jane@other.example> 1, nobody 1 of 5");
    tokens::Analyzer analyzer;
    const auto mailmap = query::Mailmap::parse(
        "Jane D. Doe <jane@home.example> <jane@x.example>\n"
        "<jane@home.example> <JANE@other.example>\n",
        analyzer);
    REQUIRE(mailmap);
    CHECK(counted("author", hits, &*mailmap) == "Jane D. Doe <jane@home.example> 4, nobody 1 of 5");
}

TEST_CASE("times stand in their order, and what RFC 3339 cannot write is none") {
    const std::vector<Hit> hits = {at(1603705868),   at(1603705868),   at(0),
                                   at(-1),           at(-62167219200), at(-62167219201),
                                   at(253402300799), at(253402300800), Hit{}};
    CHECK(counted("year", hits) == "0000 1, 1969 1, 1970 1, 2020 2, 9999 1 of 6");
    CHECK(counted("month", hits) == "0000-01 1, 1969-12 1, 1970-01 1, 2020-10 2, 9999-12 1 of 6");
    CHECK(counted("day", hits) == "0000-01-01 1, 1969-12-31 1, 1970-01-01 1, 2020-10-26 2, 9999-12-31 1 of 6");
}

TEST_CASE("paths are cut to so many components, and a message counts once") {
    const std::vector<Hit> hits = {touching({"fs/pebble/a.c", "fs/pebble/b.c", "MAINTAINERS"}),
                                   touching({"fs/pebble/a.c", "fs/namei.c"})};
    CHECK(counted("file:1", hits) == "fs/ 2, MAINTAINERS 1 of 2");
    CHECK(counted("file:2", hits) == "fs/pebble/ 2, MAINTAINERS 1, fs/namei.c 1 of 2");
    CHECK(counted("file", hits) == "fs/pebble/a.c 2, MAINTAINERS 1, fs/namei.c 1, fs/pebble/b.c 1 of 2");
    Hit renamed;
    renamed.record.files = {{"net/new.c", "drivers/old.c", patch::Op::rename}};
    CHECK(counted("file:1", {renamed}) == "drivers/ 1, net/ 1 of 1");
    CHECK(counted("op", {renamed}) == "rename 1 of 1");
}

TEST_CASE("what replies give counts like what a patch says itself, each once") {
    const std::vector<Hit> hits = {
        with({{"Reviewed-by", "Kofi <kofi@x.example>"}},
             {{{"reviewed-by", "Kofi A <KOFI@x.example> # all of it"}, "1"}}),
        with({}, {{{"Reviewed-by", "Kofi <kofi@x.example>"}, "2"}, {{"Acked-by", "Ann <ann@x.example>"}, "2"}}),
        with({{"Fixes", "0123456789ab (\"x\")"}, {"Cc", "stable@x.example"}})};
    CHECK(counted("reviewed", hits) == "Kofi <kofi@x.example> 2 of 2");
    CHECK(counted("acked", hits) == "Ann <ann@x.example> 1 of 1");
    CHECK(counted("fixes", hits) == "0123456789ab (\"x\") 1 of 1");
    CHECK(counted("trailer:cc", hits) == "stable@x.example 1 of 1");
}

TEST_CASE("names of facets") {
    struct Case {
        const char* text;
        const char* read;  ///< a '/' between facets; of trailers their names, of errors the message
    };
    const auto print = [](std::string_view text) {
        const auto facets = facets::parse(text);
        if (!facets) return facets.error().message;
        std::string out;
        for (const facets::Facet& one : *facets) {
            out += (out.empty() ? "" : "/") + one.name;
            if (!one.trailer.empty()) out += '=' + one.trailer;
            if (one.depth > 0) out += '*' + std::to_string(one.depth);
            if (one.of_people()) out += " people";
            if (one.of_time()) out += " time";
        }
        return out;
    };
    for (const Case& c : {
             Case{"author", "author people"},
             Case{"author, month", "author people/month time"},
             Case{"file", "file"},
             Case{"file:2,file:10", "file:2*2/file:10*10"},
             Case{"reviewed", "reviewed=reviewed-by people"},
             Case{"fixes", "fixes=fixes"},
             Case{"Reviewed-by", "Reviewed-by=reviewed-by people"},
             Case{"helped-by", "helped-by=helped-by people"},
             Case{"trailer:Cc", "trailer:Cc=cc"},
             Case{"AUTHOR", "AUTHOR people"},
             Case{"autor", "unknown facet 'autor', did you mean 'author'?"},
             Case{"list:2", "a number of folders goes with file alone, as in file:2, not 'list:2'"},
             Case{"file:0", "a number of folders goes with file alone, as in file:2, not 'file:0'"},
             Case{"file:x", "a number of folders goes with file alone, as in file:2, not 'file:x'"},
             Case{"file:", "a number of folders goes with file alone, as in file:2, not 'file:'"},
         }) {
        CAPTURE(c.text);
        CHECK(print(c.text) == c.read);
    }
    CHECK(!facets::parse(""));
    CHECK(!facets::parse("author,"));
    CHECK(!facets::parse("trailer:"));
}
