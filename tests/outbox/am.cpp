// SPDX-License-Identifier: GPL-2.0-or-later
#include "outbox/am.hpp"

#include <doctest/doctest.h>

using namespace patchseek;
using outbox::AmPart;
using relations::Version;

namespace {

/// The part numbers of a version of `total` parts.
Version version(std::uint32_t number, std::uint32_t total, std::vector<std::uint32_t> parts) {
    Version out;
    out.number = number;
    out.total = total;
    for (const std::uint32_t part : parts)
        out.parts.push_back({part, "v" + std::to_string(number) + "-" + std::to_string(part)});
    return out;
}

std::string applied(const std::vector<Version>& versions) {
    const auto parts = outbox::parts_to_apply(versions);
    if (!parts) return parts.error().message;
    std::string out;
    for (const AmPart& one : *parts) out += (out.empty() ? "" : " ") + one.part->id;
    return out;
}

const std::vector<patch::Trailer> kMore = {{"Reviewed-by", "Ann <ann@x.example>"}};

std::string entry(const std::string& raw, const std::string& body = {}) {
    store::Text text;
    text.raw = raw;
    text.body = body;
    return outbox::am_entry(text, kMore);
}

constexpr const char* kFrom = "From git@z Thu Jan  1 00:00:00 1970\n";

}  // namespace

TEST_CASE("the newest version is applied in order, with what was sent again alone") {
    CHECK(applied({version(1, 2, {1, 2})}) == "v1-1 v1-2");
    CHECK(applied({version(1, 2, {1, 2}), version(2, 2, {2, 1})}) == "v2-1 v2-2");
    CHECK(applied({version(1, 3, {1, 2, 3}), version(2, 3, {2})}) == "v1-1 v2-2 v1-3");
    CHECK(applied({version(1, 3, {1, 2, 3}), version(2, 3, {2}), version(3, 3, {3})}) == "v1-1 v2-2 v3-3");
    CHECK(applied({version(1, 3, {1, 2, 3}), version(2, 2, {1})}) == "v2 is not whole: 2/2 is not in the index");
    CHECK(applied({version(1, 4, {2})}) == "v1 is not whole: 1/4, 3/4, 4/4 are not in the index");
    CHECK(applied({version(4, 1, {1})}) == "v4-1");
}

TEST_CASE("trailers count where their person sent them, each once") {
    const std::vector<patch::Trailer> own = {{"Signed-off-by", "Jane <jane@x.example>"},
                                             {"Acked-by", "Bea <bea@x.example>"}};
    const auto added = [&](std::vector<reader::Credited> credited) {
        std::string out;
        for (const patch::Trailer& one : outbox::trailers_to_add(own, credited))
            out += one.name + ' ' + one.value + '|';
        return out;
    };
    CHECK(added({{{"Reviewed-by", "Ann <ann@x.example>"}, "1", "Ann <ANN@x.example>"}}) ==
          "Reviewed-by Ann <ann@x.example>|");
    CHECK(added({{{"Reviewed-by", "Ann <ann@x.example>"}, "1", "Ann <ann@home.example>"}}) ==
          "Reviewed-by Ann <ann@x.example>|");
    CHECK(added({{{"Reviewed-by", "Ann Lee <ann@x.example>"}, "1", "Lee, Ann <al@home.example>"}}) ==
          "Reviewed-by Ann Lee <ann@x.example>|");
    CHECK(added({{{"Reviewed-by", "Ann <ann@x.example>"}, "1", "Mallory <m@x.example>"}}).empty());
    CHECK(added({{{"acked-by", "Bea <BEA@x.example> # again"}, "1", "Bea <bea@x.example>"}}).empty());
    CHECK(added({{{"Reviewed-by", "Ann <ann@x.example>"}, "1", "Ann <ann@x.example>"},
                 {{"Reviewed-by", "Ann <ann@x.example>"}, "2", "Ann <ann@x.example>"}}) ==
          "Reviewed-by Ann <ann@x.example>|");
}

TEST_CASE("trailers stand behind the last one, or in a paragraph of their own") {
    struct Case {
        const char* name;
        const char* body;
        const char* wanted;
    };
    const std::string head = "Subject: x\nFrom: jane@x.example\n\n";
    for (const Case& c : {
             Case{"behind trailers", "Log.\n\nSigned-off-by: J <j@x>\n---\n f | 1 +\n",
                  "Log.\n\nSigned-off-by: J <j@x>\nReviewed-by: Ann <ann@x.example>\n---\n f | 1 +\n"},
             Case{"blank lines before the end stay", "Log.\n\nFixes: 1 (\"x\")\n\n\n---\nx\n",
                  "Log.\n\nFixes: 1 (\"x\")\nReviewed-by: Ann <ann@x.example>\n\n\n---\nx\n"},
             Case{"none yet", "Log.\n---\nx\n", "Log.\n\nReviewed-by: Ann <ann@x.example>\n---\nx\n"},
             Case{"no log", "---\nx\n", "Reviewed-by: Ann <ann@x.example>\n---\nx\n"},
             Case{"a diff alone", "diff --git a/f b/f\n", "Reviewed-by: Ann <ann@x.example>\ndiff --git a/f b/f\n"},
             Case{"a remark in brackets", "Signed-off-by: J <j@x>\n[jane: reworded]\n---\n",
                  "Signed-off-by: J <j@x>\n[jane: reworded]\nReviewed-by: Ann <ann@x.example>\n---\n"},
             Case{"no end of line", "Log.", "Log.\n\nReviewed-by: Ann <ann@x.example>\n"},
             Case{"a table is no end", "Log.\n----\nmore\n", "Log.\n----\nmore\n\nReviewed-by: Ann <ann@x.example>\n"},
             Case{"CRLF", "Log.\r\n\r\nAcked-by: J <j@x>\r\n---\r\nx\r\n",
                  "Log.\r\n\r\nAcked-by: J <j@x>\r\nReviewed-by: Ann <ann@x.example>\r\n---\r\nx\r\n"},
         }) {
        CAPTURE(c.name);
        std::string lines = entry(head + c.body);
        CHECK(lines == kFrom + head + c.wanted + "\n");
    }
}

TEST_CASE("an encoded mail is written anew, and no line of a mail begins another") {
    const std::string raw =
        "Received: x\nSubject: =?UTF-8?Q?x?=\n y\nFrom: J <j@x>\nContent-Transfer-Encoding: base64\n\nTG9nLgo=\n";
    CHECK(entry(raw, "Log.\n") == kFrom + std::string("Subject: =?UTF-8?Q?x?=\n y\nFrom: J <j@x>\nMIME-Version: 1.0\n"
                                                      "Content-Type: text/plain; charset=utf-8\n"
                                                      "Content-Transfer-Encoding: 8bit\n\n"
                                                      "Log.\n\nReviewed-by: Ann <ann@x.example>\n\n"));
    store::Text text;
    text.raw = "Subject: x\n\nFrom here on\nFrom j@x Thu Jan  1 00:00:00 1970\n";
    CHECK(outbox::am_entry(text, {}) ==
          kFrom + std::string("Subject: x\n\nFrom here on\n>From j@x Thu Jan  1 00:00:00 1970\n\n"));
}
