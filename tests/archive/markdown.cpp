// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/markdown.hpp"

#include <doctest/doctest.h>

#include <string>

using patchseek::archive::DumpEntry;
using patchseek::archive::is_dump;
using patchseek::archive::read_dump;

namespace {

// "title (from) first-line" for each entry, joined by '|'.
std::string entries(std::string_view text) {
    std::string out;
    for (const DumpEntry& entry : read_dump(text)) {
        const auto content = text.substr(entry.span.offset, entry.span.size);
        out += (out.empty() ? "" : "|") + entry.title + " (" + entry.from + ") " +
               std::string(content.substr(0, content.find('\n')));
    }
    return out;
}

}  // namespace

TEST_CASE("a dump's messages are found, however its tool wrote it") {
    const std::string head = "#### A title\n##### From: Jane <j@x>\n\n```c\n";
    const std::string mail = "From patchwork Wed Dec 19 18:03:23 2018\nContent-Type: text/plain\nSubject: s\n\nbody\n";
    struct Case {
        const char* name;
        std::string text;
        const char* entries;
    };
    for (const Case& c : {
             Case{"nothing", "", ""},
             Case{"prose", "# Title\n\ntext\n```c\nint x;\n```\n", ""},
             Case{"a message", head + mail + "```\n", "A title (Jane <j@x>) From patchwork Wed Dec 19 18:03:23 2018"},
             Case{"without a header", head + "From: M <m@x>\n\nbody\n```\n", "A title (Jane <j@x>) From: M <m@x>"},
             Case{"two", head + "one\n\n```\n" + head + "two\n```\n",
                  "A title (Jane <j@x>) one|A title (Jane <j@x>) two"},
             Case{"two in one fence", head + "pull this\n\n" + mail + "```\n",
                  "A title (Jane <j@x>) pull this| () From patchwork Wed Dec 19 18:03:23 2018"},
             Case{"a separator in prose is none",
                  head + "see\n\nFrom patchwork Wed Dec 19 18:03:23 2018\nno header here\n```\n",
                  "A title (Jane <j@x>) see"},
             Case{"blank lines and a stray header before the fence",
                  "\n\n#### A title\n\n##### From: Jane <j@x>\nX-SA-Exim-Mail-From: j@x\n\n```c\none\n```\n",
                  "A title (Jane <j@x>) one"},
             Case{"glued title", "#### using IOTLBFrom: Jane <j@x>\n##### From: Jane <j@x>\n\n```c\none\n```\n",
                  "using IOTLB (Jane <j@x>) one"},
             Case{"a title that ends alike is not glued",
                  "#### Mail From: nobody\n##### From: Jane <j@x>\n\n```c\none\n```\n",
                  "Mail From: nobody (Jane <j@x>) one"},
             Case{"cut short by the next heading", head + "one\n" + head + "two\n```\n",
                  "A title (Jane <j@x>) one|A title (Jane <j@x>) two"},
             Case{"cut short by the end", head + "one\ntwo", "A title (Jane <j@x>) one"},
             Case{"a fence in the message", head + "see\n```\ncode\n```\nend\n```\n\n" + head + "two\n```\n",
                  "A title (Jane <j@x>) see|A title (Jane <j@x>) two"},
             Case{"a heading in the message", head + "see\n#### no author here\nend\n```\n",
                  "A title (Jane <j@x>) see"},
             Case{"an empty fence", head + "```\n" + head + "two\n```\n", "A title (Jane <j@x>) two"},
             Case{"no author", "#### A title\n\n```c\none\n```\n", ""},
             Case{"CRLF", "#### A title\r\n##### From: Jane <j@x>\r\n\r\n```c\r\none\n```\r\n",
                  "A title (Jane <j@x>) one"},
         }) {
        CAPTURE(c.name);
        CHECK(entries(c.text) == c.entries);
    }
}

TEST_CASE("a fence within a message belongs to it, the one behind does not") {
    const std::string text =
        "#### t\n##### From: J <j@x>\n\n```c\nsee\n```\ncode\n```\nend\n```\n\n#### u\n##### From: J "
        "<j@x>\n\n```c\nx\n```\n";
    const auto found = read_dump(text);
    REQUIRE(found.size() == 2);
    CHECK(text.substr(found[0].span.offset, found[0].span.size) == "see\n```\ncode\n```\nend\n");
    CHECK(text.substr(found[1].span.offset, found[1].span.size) == "x\n");
}

TEST_CASE("what is a dump") {
    CHECK(is_dump("#### t\n##### From: x\n"));
    CHECK(is_dump("\n\n#### t\n\n\n##### From: x"));
    CHECK_FALSE(is_dump("#### t\ntext\n"));
    CHECK_FALSE(is_dump("##### From: x\n#### t\n"));
    CHECK_FALSE(is_dump(""));
}

TEST_CASE("fences and headings without end cost no more than their length") {
    for (const char* unit :
         {"```\n", "#### t\n", "#### t\n##### From: x\n```\n", "#### t\n##### From: x\n", "```\n\n\n\n#### "}) {
        CAPTURE(unit);
        std::string text = "#### t\n##### From: x\n```c\n";
        while (text.size() < 2'000'000) text += unit;
        CHECK(read_dump(text).size() <= text.size() / 20);  // and the test ends
    }
}
