// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "capture.hpp"

using namespace patchseek;
using nlohmann::ordered_json;
using reader::Hit;
using render::Format;

namespace {

std::string line(const Hit& hit) { return rendered({{hit}, 1, true}, Format::jsonl); }

}  // namespace

TEST_CASE("jsonl: the object of the contract, keys in its order") {
    CHECK(line(sample_hit()) ==
          R"({"schema":1,"id":"1@x.example","subject":"[PATCH v3 2/7] mm: foo bar","from":"List <l@x.example>",)"
          R"("author":"Jane Doe <jane@x.example>","date":"2020-10-26T09:51:08Z","list":["kvm.vger.kernel.org"],)"
          R"("kind":"patch","version":3,"part":2,"total":7,"tags":["kvm"],"files":[)"
          R"({"path":"arch/x86/kvm/svm.c","adds":3,"dels":7,"partial":false},)"
          R"({"path":"fs/new.c","old":"fs/old.c","op":"rename","adds":15,"dels":0,"partial":false},)"
          R"({"path":"tail.c","partial":true},)"
          R"({"path":"logo.png","op":"create","binary":true,"partial":false}],)"
          R"("trailers":[{"name":"Reviewed-by","value":"A <a@b>"}],"score":12.5,"archive":"/mail/a"})"
          "\n");
}

TEST_CASE("jsonl: where a message belongs, and what replies give it") {
    Hit hit;
    hit.record.id = "a";
    hit.record.trailers = {{"Acked-by", "B"}};
    hit.relations.series = hit.relations.thread = "c";
    hit.relations.replies = 2;
    hit.relations.states = {"latest", "complete"};
    hit.relations.credited = {{{"Reviewed-by", "D"}, "e"}};
    CHECK(line(hit) == R"({"schema":1,"id":"a","series":"c","thread":"c","replies":2,"states":["latest","complete"],)"
                       R"("trailers":[{"name":"Acked-by","value":"B"},{"name":"Reviewed-by","value":"D","in":"e"}]})"
                       "\n");
}

TEST_CASE("jsonl: absent is absent") {
    Hit hit;
    hit.record.id = "a";
    CHECK(line(hit) == "{\"schema\":1,\"id\":\"a\"}\n");
}

TEST_CASE("jsonl: part 0 is known, old names belong to renames and copies") {
    Hit hit;
    hit.record.part = 0;
    hit.record.files = {{"a", "b", patch::Op::copy, {}, {}, {}, {}, {}},
                        {"a", "b", patch::Op::modify, {}, {}, {}, {}, {}}};
    CHECK(line(hit) == R"({"schema":1,"part":0,"files":[{"path":"a","old":"b","op":"copy","partial":false},)"
                       R"({"path":"a","partial":false}]})"
                       "\n");
}

TEST_CASE("jsonl: scores have four decimals, none at all is absent") {
    struct Case {
        double score;
        const char* json;
    };
    for (const Case& c :
         {Case{1.0 / 3, R"("score":0.3333)"}, Case{12.34567, R"("score":12.3457)"}, Case{2, R"("score":2.0)"},
          Case{0, nullptr}, Case{0.00001, nullptr}, Case{std::numeric_limits<double>::infinity(), nullptr},
          Case{std::numeric_limits<double>::quiet_NaN(), nullptr}}) {
        Hit hit;
        hit.score = c.score;
        CHECK(line(hit) == (c.json ? "{\"schema\":1," + std::string(c.json) + "}\n" : "{\"schema\":1}\n"));
    }
}

TEST_CASE("jsonl: dates that RFC 3339 can write") {
    struct Case {
        std::int64_t date;
        const char* json;
    };
    for (const Case& c : {Case{0, "1970-01-01T00:00:00Z"}, Case{-1, "1969-12-31T23:59:59Z"},
                          Case{951868799, "2000-02-29T23:59:59Z"}, Case{253402300799, "9999-12-31T23:59:59Z"},
                          Case{253402300800, nullptr}, Case{-62167219200, "0000-01-01T00:00:00Z"},
                          Case{-62167219201, nullptr}, Case{std::numeric_limits<std::int64_t>::max(), nullptr},
                          Case{std::numeric_limits<std::int64_t>::min(), nullptr}}) {
        Hit hit;
        hit.record.date = c.date;
        CHECK(line(hit) == (c.json ? R"({"schema":1,"date":")" + std::string(c.json) + "\"}\n" : "{\"schema\":1}\n"));
    }
}

TEST_CASE("jsonl: what a terminal would obey is escaped, and comes back") {
    struct Case {
        const char *text, *json;
    };
    for (const Case& c :
         {Case{"\x1B[2J\x07", R"(\u001b[2J\u0007)"}, Case{"\x7F", R"(\u007f)"}, Case{"\xC2\x9B", R"(\u009b)"},
          Case{"\xE2\x80\xAE", R"(\u202e)"}, Case{"\xE2\x80\xA8\xE2\x80\xA9", R"(\u2028\u2029)"},
          Case{"\xD8\x9C", R"(\u061c)"}, Case{"\xF3\xA0\x81\x81", R"(\udb40\udc41)"}, Case{"ö漢😀", "ö漢😀"},
          Case{"\"\\\n", R"(\"\\\n)"}}) {
        CAPTURE(std::string(c.json));
        Hit hit;
        hit.record.subject = c.text;
        CHECK(line(hit) == R"({"schema":1,"subject":")" + std::string(c.json) + "\"}\n");
        CHECK(ordered_json::parse(line(hit))["subject"] == c.text);
    }
}

TEST_CASE("jsonl: ids and paths that are no UTF-8 have their bytes beside them") {
    Hit hit;
    hit.record.id = "\xFF";
    hit.record.subject = "\xFF";
    hit.record.archives = {"/a\xFE"};
    hit.record.files = {{"p\xFF", "o\xFF", patch::Op::rename, {}, {}, {}, {}, {}}};
    CHECK(line(hit) ==
          "{\"schema\":1,\"id\":\"\xEF\xBF\xBD\",\"id_bytes\":\"/w==\",\"subject\":\"\xEF\xBF\xBD\",\"files\":["
          "{\"path\":\"p\xEF\xBF\xBD\",\"path_bytes\":\"cP8=\",\"old\":\"o\xEF\xBF\xBD\",\"old_bytes\":\"b/8=\","
          "\"op\":\"rename\",\"partial\":false}],\"archive\":\"/a\xEF\xBF\xBD\",\"archive_bytes\":\"L2H+\"}\n");
}
