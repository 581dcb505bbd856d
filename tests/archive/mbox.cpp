// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/mbox.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using patchseek::archive::Framing;
using patchseek::archive::is_header_line;
using patchseek::archive::is_separator;
using patchseek::archive::MboxSplitter;
using patchseek::archive::Span;
using patchseek::archive::unframe;

namespace {

std::vector<Span> split(std::string_view mbox, std::size_t piece = 1 << 20) {
    MboxSplitter splitter;
    for (std::size_t pos = 0; pos < mbox.size(); pos += piece) splitter.feed(mbox.substr(pos, piece));
    return splitter.finish();
}

// The messages' beginnings, joined by '|', line ends shown as '/'.
std::string starts(std::string_view mbox) {
    std::string out;
    for (const Span& span : split(mbox)) {
        if (!out.empty()) out += '|';
        for (const char c : mbox.substr(span.offset, std::min<std::size_t>(span.size, 7))) out += c == '\n' ? '/' : c;
    }
    return out;
}

const std::string kSha = "0123456789abcdef0123456789abcdef01234567";

}  // namespace

TEST_CASE("separators are told from prose") {
    struct Case {
        const char* name;
        std::string line;
        bool separator;
    };
    for (const Case& c : {
             Case{"git", "From " + kSha + " Mon Sep 17 00:00:00 2001", true},
             Case{"patchwork", "From patchwork Wed Sep 25 11:19:36 2019", true},
             Case{"mboxrd of public-inbox", "From mboxrd@z Thu Jan  1 00:00:00 1970", true},
             Case{"mail program", "From jane@example.org Mon Oct 26 09:51:08 2020", true},
             Case{"with a zone", "From jane@example.org Mon Oct 26 09:51:08 2020 +0100", true},
             Case{"mutt, zone before the year", "From jane@example.org Mon Oct 26 09:51:08 CET 2020", true},
             Case{"no seconds", "From jane Mon Oct 26 09:51 2020", true},
             Case{"CRLF", "From jane@example.org Mon Oct 26 09:51:08 2020\r", true},
             Case{"UUCP", "From uunet!jane Mon Oct 26 09:51:08 1990 remote from uunet", true},
             Case{"prose", "From here on it works", false},
             Case{"prose with a month", "From Jan to Mar 2019 we waited", false},
             Case{"prose with a time", "From 10:20 on it works", false},
             Case{"a date without a time", "From Mon Oct 26 2020", false},
             Case{"a time without a year", "From jane Mon Oct 26 09:51:08", false},
             Case{"quoted", ">From jane@example.org Mon Oct 26 09:51:08 2020", false},
             Case{"a header", "From: jane@example.org Mon Oct 26 09:51:08 2020", false},
             Case{"lower case", "from jane@example.org Mon Oct 26 09:51:08 2020", false},
             Case{"empty", "", false},
             Case{"longer than any", "From " + std::string(5000, 'x') + " Mon Oct 26 09:51:08 2020", false},
         }) {
        CAPTURE(c.name);
        CHECK(is_separator(c.line) == c.separator);
    }
}

TEST_CASE("header lines") {
    struct Case {
        const char* line;
        bool header;
    };
    for (const Case& c : {Case{"Subject: x", true}, Case{"Subject:", true}, Case{"X-A : b", true},
                          Case{">From a", true}, Case{"", false}, Case{":x", false}, Case{" folded: x", false},
                          Case{"two words: x", false}, Case{"na\xC3\xAFve: x", false}, Case{"no colon", false}}) {
        CAPTURE(c.line);
        CHECK(is_header_line(c.line) == c.header);
    }
}

TEST_CASE("messages start at real separators only") {
    const std::string sep = "From a@b Mon Oct 26 09:51:08 2020\n";
    const std::string git = "From " + kSha + " Mon Sep 17 00:00:00 2001\n";
    struct Case {
        const char* name;
        std::string mbox;
        const char* starts;
    };
    for (const Case& c : {
             Case{"nothing", "", ""},
             Case{"two", sep + "A: 1\n\nx\n\n" + sep + "B: 1\n\ny\n", "From a@|From a@"},
             Case{"no separator at all", "A: 1\n\nx\n", "A: 1//x"},
             Case{"CRLF",
                  "From a@b Mon Oct 26 09:51:08 2020\r\nA: 1\r\n\r\nx\r\n\r\nFrom a@b Mon Oct 26 09:51:08 2020\r\nB: "
                  "1\r\n\r\n",
                  "From a@|From a@"},
             Case{"blank before, no header after", sep + "A: 1\n\nx\n\n" + sep + "prose goes on\n", "From a@"},
             Case{"blank before, blank after", sep + "A: 1\n\nx\n\n" + sep + "\nB: 1\n", "From a@"},
             Case{"header after, no blank before", sep + "A: 1\n\nx\n" + sep + "B: 1\n\n", "From a@|From a@"},
             Case{"no blank before, no header after", sep + "A: 1\n\nx\n" + sep + "prose\n", "From a@"},
             Case{"no blank before, no weekday", sep + "A: 1\n\nx\nFrom a@b Oct 26 09:51:08 2020\nB: 1\n\n", "From a@"},
             Case{"prose with a date", sep + "A: 1\n\nx\nFrom me to you on Mon Oct 26 09:51:08 2020\nB: 1\n",
                  "From a@"},
             Case{"git's own needs no blank", git + "A: 1\n\nx\n" + git + "B: 1\n\n", "From 01|From 01"},
             Case{"git's own needs a header", git + "A: 1\n\nx\n" + git + "prose\n", "From 01"},
             Case{"bare From", sep + "A: 1\n\nx\n\nFrom here on\nB: 1\n", "From a@"},
             Case{"ends in a separator", sep + "A: 1\n\nx\n\n" + sep, "From a@"},
             Case{"ends in a separator and half a header", sep + "A: 1\n\nx\n\n" + sep + "B: 1", "From a@|From a@"},
             Case{"blank lines first", "\n\n" + sep + "A: 1\n\nx\n", "//From "},
             Case{"byte order mark first", "\xEF\xBB\xBF" + sep + "A: 1\n\nx\n\n" + sep + "B: 1\n",
                  "\xEF\xBB\xBF"
                  "From|From a@"},
             Case{"a first header longer than a page",
                  sep + "A: 1\n\nx\n\n" + sep + "To: " + std::string(9000, 'a') + "\n\n", "From a@|From a@"},
             Case{">From behind the separator",
                  sep + "A: 1\n\nx\n\n" + sep + ">From c Mon Oct 26 09:51:08 2020\nB: 1\n", "From a@|From a@"},
         }) {
        CAPTURE(c.name);
        CHECK(starts(c.mbox) == c.starts);
    }
}

TEST_CASE("pieces of any size give the same spans, and the spans add up") {
    const std::string sep = "From a@b Mon Oct 26 09:51:08 2020\n";
    std::string mbox = "\n";
    for (int i = 0; i < 5; ++i)
        mbox += sep + "To: " + std::string(i * 2000, 'a') + "\r\n\n" + std::string(i * 3000, 'x') +
                "\n\nFrom here on\n\n" + sep + "prose\n\n";
    mbox += std::string(20'000, 'z');
    const auto whole = split(mbox);
    CHECK(whole.size() == 5);
    std::uint64_t next = 0;
    for (const Span& span : whole) {
        CHECK(span.offset == next);
        next += span.size;
    }
    CHECK(next == mbox.size());
    for (const std::size_t piece : {1, 2, 3, 7, 100, 4095, 4096, 4097}) {
        CAPTURE(piece);
        CHECK(split(mbox, piece) == whole);
    }
}

TEST_CASE("a message is freed of its frame") {
    const std::string sep = "From a@b Mon Oct 26 09:51:08 2020\n";
    struct Case {
        const char* name;
        std::string span;
        bool quoted;
        const char* message;
    };
    for (const Case& c : {
             Case{"nothing", "", true, ""},
             Case{"separator only", sep, true, ""},
             Case{"separator without a line end", "From a@b Mon Oct 26 09:51:08 2020", true, ""},
             Case{"no separator", "A: 1\n\nx\n", true, "A: 1\n\nx\n"},
             Case{"separator and blank line", sep + "A: 1\n\nx\n\n", true, "A: 1\n\nx\n"},
             Case{"blank lines before the separator", "\r\n\n" + sep + "A: 1\n\nx\n", true, "A: 1\n\nx\n"},
             Case{"byte order mark before the separator", "\xEF\xBB\xBF" + sep + "A: 1\n\nx\n", true, "A: 1\n\nx\n"},
             Case{"no line end at the end", sep + "A: 1\n\nx", true, "A: 1\n\nx"},
             Case{"only one blank line belongs to the mbox", sep + "A: 1\n\nx\n\n\n", true, "A: 1\n\nx\n\n"},
             Case{"CRLF", "From a@b Mon Oct 26 09:51:08 2020\r\nA: 1\r\n\r\nx\r\n\r\n", true, "A: 1\r\n\r\nx\r\n"},
             Case{"quoting, each level", sep + "A: 1\n\n>From x\n>>From y\n> From z\n", true,
                  "A: 1\n\nFrom x\n>From y\n> From z\n"},
             Case{"quoting, CRLF", "A: 1\r\n\r\n>From x\r\n", true, "A: 1\r\n\r\nFrom x\r\n"},
             Case{"quoting, last line unended", "A: 1\n\n>From x", true, "A: 1\n\nFrom x"},
             Case{"left alone where nothing was quoted", "A: 1\n\n>From x\n", false, "A: 1\n\n>From x\n"},
             Case{"prose", "From here on\n", true, "From here on\n"},
         }) {
        CAPTURE(c.name);
        CHECK(unframe(c.span, {c.quoted, false}) == c.message);
    }
}

TEST_CASE("what programs note in the header of an mbox is no part of the message") {
    const std::string sep = "From a@b Mon Oct 26 09:51:08 2020\n";
    struct Case {
        const char* name;
        std::string span;
        const char* message;
    };
    for (const Case& c : {
             Case{"all of them",
                  sep + "Status: RO\nX-Status: A\nX-Keywords:\n\tX\nX-UID: 1\nX-IMAP: 1 2\nX-IMAPbase: 1 2\n"
                        "Content-Length: 2\nLines: 1\nA: 1\n\nx\n",
                  "A: 1\n\nx\n"},
             Case{"any case, blanks before the colon", sep + "STATUS : RO\nA: 1\n\nx\n", "A: 1\n\nx\n"},
             Case{"CRLF", sep + "Status: RO\r\nA: 1\r\n\r\nx\r\n", "A: 1\r\n\r\nx\r\n"},
             Case{"a continuation that says the same", sep + "A: 1\n Status: RO\n\nx\n", "A: 1\n Status: RO\n\nx\n"},
             Case{"names that only begin alike", sep + "Statuses: 1\nLines-Of: 2\n\nx\n",
                  "Statuses: 1\nLines-Of: 2\n\nx\n"},
             Case{"in the body", sep + "A: 1\n\nLines: 1\nStatus: RO\n", "A: 1\n\nLines: 1\nStatus: RO\n"},
             Case{"header without a body", sep + "Status: RO\nA: 1", "A: 1"},
         }) {
        CAPTURE(c.name);
        CHECK(unframe(c.span, {true, true}) == c.message);
    }
    CHECK(unframe("Lines: 1\nA: 1\n\nx\n", {true, false}) == "Lines: 1\nA: 1\n\nx\n");
}

TEST_CASE("a Content-Length delimits a message where it tells the truth") {
    const std::string sep = "From a@b Mon Oct 26 09:51:08 2020\n";
    const auto mail = [&](const std::string& body, std::size_t length) {
        return sep + "A: 1\nContent-Length: " + std::to_string(length) + "\n\n" + body;
    };
    const std::string inner = "see\n\n" + sep + "B: 2\n\nend\n";  // looks like two
    const std::size_t size = inner.size();
    struct Case {
        const char* name;
        std::string mbox;
        std::size_t messages;
        bool quoted;
    };
    for (const Case& c : {
             Case{"none at all", sep + "A: 1\n\n" + inner + "\n" + sep + "C: 3\n\n", 3, true},
             Case{"right, blank line behind", mail(inner, size) + "\n" + sep + "C: 3\n\n", 2, false},
             Case{"right, no blank line behind", mail(inner, size) + sep + "C: 3\n\n", 2, false},
             Case{"right, the body unended",
                  mail("see\n\n" + sep + "B: 2\n\nend", size - 1) + "\n\n" + sep + "C: 3\n\n", 2, false},
             Case{"right, at the end of the file", mail(inner, size), 1, false},
             Case{"right, at the end behind a blank line", mail(inner, size) + "\n", 1, false},
             Case{"right for the first of a file without separator",
                  "A: 1\nContent-Length: " + std::to_string(size) + "\n\n" + inner, 1, false},
             Case{"right, CRLF",
                  "From a@b Mon Oct 26 09:51:08 2020\r\nContent-Length: 6\r\n\r\nFrom\r\n\r\n" + sep + "C: 3\n\n", 2,
                  true},
             Case{"quoted bodies", mail(">From x\n", 8) + "\n" + mail("y\n", 2), 2, true},
             Case{"bare From, no separator, is a sign too", mail("From x\n", 7) + "\n" + mail("y\n", 2), 2, false},
             Case{"bare From of a message without", mail("y\n", 2) + "\n" + sep + "A: 1\n\nFrom x\n", 2, true},
             Case{"too short", mail(inner, size - 5) + "\n" + sep + "C: 3\n\n", 3, true},
             Case{"too long", mail(inner, size + 7) + "\n" + sep + "C: 3\n\n", 3, true},
             Case{"beyond the end", mail(inner, size + 70'000) + "\n" + sep + "C: 3\n\n", 3, true},
             Case{"huge", sep + "Content-Length: 18446744073709551615\n\n" + inner, 2, true},
             Case{"negative", sep + "Content-Length: -1\n\n" + inner, 2, true},
             Case{"no number", sep + "Content-Length: " + std::to_string(size) + "x\n\n" + inner, 2, true},
             Case{"empty", sep + "Content-Length:\n\n" + inner, 2, true},
             Case{"two",
                  sep + "Content-Length: " + std::to_string(size) + "\ncontent-length: " + std::to_string(size) +
                      "\n\n" + inner,
                  2, true},
             Case{"one in the body", sep + "A: 1\n\nContent-Length: " + std::to_string(size) + "\n\n" + inner, 2, true},
             Case{"zero", mail("", 0) + sep + "C: 3\n\n", 2, true},
             Case{"leads to a separator without a header", mail(inner, size) + "\n" + sep + "prose\n", 2, true},
             Case{"within one that holds", mail(mail(inner, size), mail(inner, size).size()) + "\n" + sep + "C: 3\n\n",
                  2, false},
             Case{"within one that lies", mail("x\n\n" + mail(inner, size), 9999) + "\n" + sep + "C: 3\n\n", 3, false},
         }) {
        CAPTURE(c.name);
        for (const std::size_t piece : {c.mbox.size() + 1, std::size_t{1}, std::size_t{7}}) {
            MboxSplitter splitter;
            for (std::size_t pos = 0; pos < c.mbox.size(); pos += piece)
                splitter.feed(std::string_view(c.mbox).substr(pos, piece));
            CHECK(splitter.finish().size() == c.messages);
            CHECK(splitter.quoted() == c.quoted);
        }
    }
}

TEST_CASE("many lengths that lie cost no more than a sort") {
    std::string mbox;
    for (int i = 0; i < 200'000; ++i)
        mbox += "From a@b Mon Oct 26 09:51:08 2020\nContent-Length: " + std::to_string(100'000'000 - 3 * i) + "\n\n\n";
    CHECK(split(mbox).size() == 200'000);  // and the test ends
}

TEST_CASE("NULs that are skipped are as NULs that are fed") {
    const std::string sep = "From a@b Mon Oct 26 09:51:08 2020\n";
    const std::string first = sep + "A: 1\n\nx", second = "\n\n" + sep + "B: 1\n\n";
    for (const std::size_t nuls : {1, 4095, 4096, 4097, 100'000}) {
        MboxSplitter splitter;
        splitter.feed(first);
        splitter.skip_nuls(nuls);
        splitter.feed(second);
        CHECK(splitter.finish() == split(first + std::string(nuls, '\0') + second));
    }
    MboxSplitter splitter;
    splitter.skip_nuls(5);
    splitter.feed(sep);
    CHECK(splitter.finish() == split(std::string(5, '\0') + sep));
}
