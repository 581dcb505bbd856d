// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/header.hpp"

#include <doctest/doctest.h>

#include <string>

#include "mail/address.hpp"
#include "mail/charset.hpp"
#include "mail/date.hpp"
#include "mail/limits.hpp"
#include "mail/message.hpp"

using namespace patchseek::mail;

namespace {

std::string joined(const std::vector<std::string>& values) {
    std::string out;
    for (const std::string& value : values) out += (out.empty() ? "" : "|") + value;
    return out;
}

}  // namespace

TEST_CASE("a header block is taken apart") {
    struct Case {
        const char* name;
        std::string raw;
        const char* fields;
        std::size_t body;
    };
    for (const Case& c : {
             Case{"nothing", "", "", 0},
             Case{"no header", "\nbody\n", "", 1},
             Case{"fields and body", "A: 1\nB:2\n\nbody\n", "A= 1;B=2;", 10},
             Case{"CRLF", "A: 1\r\nB: 2\r\n\r\nbody", "A= 1;B= 2;", 14},
             Case{"folded by a blank and a tab", "A: 1\n 2\n\t3\nB: 4\n\n", "A= 1\n 2\n\t3;B= 4;", 17},
             Case{"empty values", "A:\nB: \n\n", "A=;B= ;", 8},
             Case{"blank before the colon", "A : 1\n\n", "A= 1;", 7},
             Case{"a line without a colon is passed over", "A: 1\nodd line\n folded\nB: 2\n\n", "A= 1;B= 2;", 28},
             Case{"folded without a field", " x\nA: 1\n\n", "A= 1;", 9},
             Case{"no blank line", "A: 1", "A= 1;", 4},
         }) {
        CAPTURE(c.name);
        const auto block = parse_header_block(c.raw);
        std::string fields;
        for (const Field& field : block.fields)
            fields += std::string(field.name) + "=" + std::string(field.value) + ";";
        CHECK(fields == c.fields);
        CHECK(block.body == c.body);
        CHECK_FALSE(block.truncated);
    }
}

TEST_CASE("the first of several fields counts, names in any case") {
    const auto block = parse_header_block("Content-Type: a\nCONTENT-TYPE: b\n\n");
    CHECK(block.find("content-type") == " a");
    CHECK(block.find_all("Content-type").size() == 2);
    CHECK_FALSE(block.find("Content"));
}

TEST_CASE("header blocks beyond the limits are cut, the body still found") {
    struct Case {
        const char* name;
        std::string raw;
    };
    std::string many, large, folded;
    for (std::size_t i = 0; i < 2 * kMaxHeaders; ++i) many += "X-" + std::to_string(i) + ": v\n";
    for (std::size_t i = 0; i < 10; ++i) large += "X-" + std::to_string(i) + ": " + std::string(30'000, 'v') + "\n";
    for (std::size_t i = 0; i < 3000; ++i) folded += " " + std::string(100, 'v') + "\n";
    for (const Case& c :
         {Case{"many", many}, Case{"large", large}, Case{"one huge", "X: " + std::string(1 << 20, 'v') + "\n"},
          Case{"one with many lines", "X:\n" + folded}}) {
        CAPTURE(c.name);
        const std::string raw = "Subject: s\n" + c.raw + "\nbody\n";
        const auto block = parse_header_block(raw);
        CHECK(block.truncated);
        CHECK(block.fields.size() <= kMaxHeaders);
        CHECK(block.find("Subject") == " s");
        CHECK(block.body == 11 + c.raw.size() + 1);
    }
    const std::string behind = "X: " + std::string(1 << 20, 'v') + "\nSubject: s\n\n";
    CHECK(parse_header_block(behind).find("Subject") == " s");
}

TEST_CASE("texts are unfolded and decoded") {
    struct Case {
        const char* name;
        std::string value;
        const char* text;
    };
    for (const Case& c : {
             Case{"plain", " plain ", "plain"},
             Case{"folded", " a\r\n\tb\n  c", "a b c"},
             Case{"Q", "=?utf-8?q?J=C3=BCrgen_M=2E?=", "Jürgen M."},
             Case{"B", "=?UTF-8?B?SsO8cmdlbg==?=", "Jürgen"},
             Case{"latin", "=?iso-8859-1?Q?J=FCrgen?=", "Jürgen"},
             Case{"KOI8-R", "=?koi8-r?B?8NLJ18XU?=", "Привет"},
             Case{"UTF-7", "=?unicode-1-1-utf-7?Q?Pr+APw-fung?=", "Pr\u00FCfung"},
             Case{"ISO-2022-JP", "=?iso-2022-jp?B?GyRCNEE7ehsoQg==?=", "漢字"},
             Case{"GB2312", "=?gb2312?B?xNq6yw==?=", "内核"},
             Case{"blanks between words vanish", "=?utf-8?q?a?=\n =?utf-8?q?b?= c", "ab c"},
             Case{"a letter split between words",
                  "=?utf-8?q?=C3?= =?utf-8?q?=BC?= =?utf-8?B?ww==?=\n =?UTF-8?q?=BC?=", "üü"},
             Case{"raw UTF-8", "J\xC3\xBCrgen", "Jürgen"},
             Case{"raw Latin-1", "J\xFCrgen", "Jürgen"},
             Case{"raw beside encoded", "J\xC3\xBC =?utf-8?q?=C3=BC?=", "Jü ü"},
             Case{"NUL and controls", "=?utf-8?q?a=00b=1B=5Bc=0D=0Ad?=", "a b [c  d"},
             Case{"half a word", "=?utf-8?q?abc", "=?utf-8?q?abc"},
             Case{"a question", "why =? and ?=", "why =? and ?="},
             Case{"nothing", "", ""},
         }) {
        CAPTURE(c.name);
        const auto text = decode_text(c.value);
        CHECK(is_utf8(text));
        if (c.text) CHECK(text == c.text);
    }
    // Kept in some form, whatever the label or the bytes.
    CHECK(decode_text("=?x-nobody?q?abc?=").find("abc") != std::string::npos);
    CHECK_FALSE(decode_text("=?utf-8?b?!!!?=").find('\0') != std::string::npos);
}

TEST_CASE("addresses") {
    struct Case {
        const char* name;
        std::string value;
        const char* addresses;
    };
    for (const Case& c : {
             Case{"nothing", "", ""},
             Case{"address", "a@b.org", "a@b.org"},
             Case{"brackets", "<a@b.org>", "a@b.org"},
             Case{"name", "Jane Doe <a@b.org>", "Jane Doe <a@b.org>"},
             Case{"quoted comma", "\"Doe, Jane\" <a@b.org>, c@d.org", "Doe, Jane <a@b.org>|c@d.org"},
             Case{"quoted quote", "\"Jane \\\"J\\\" Doe\" <a@b.org>", "Jane \"J\" Doe <a@b.org>"},
             Case{"comment is the name", "a@b.org (Jane Doe)", nullptr},
             Case{"encoded", "=?utf-8?q?J=C3=BCrgen?= <a@b.org>", "Jürgen <a@b.org>"},
             Case{"encoded in quotes, as many mailers do", "\"=?utf-8?q?J=C3=BCrgen?=\" <a@b.org>", "Jürgen <a@b.org>"},
             Case{"encoded comma", "=?utf-8?q?Doe=2C_Jane?= <a@b.org>", "Doe, Jane <a@b.org>"},
             Case{"raw UTF-8", "J\xC3\xBCrgen <a@b.org>", "Jürgen <a@b.org>"},
             Case{"raw Latin-1", "J\xFCrgen <a@b.org>", "Jürgen <a@b.org>"},
             Case{"dots in a name", "Jane D. Doe <a@b.org>", "Jane D. Doe <a@b.org>"},
             Case{"group", "team: a@b.org, Jane <c@d.org>;, e@f.org", "a@b.org|Jane <c@d.org>|e@f.org"},
             Case{"folded", "a@b.org,\n\tc@d.org", "a@b.org|c@d.org"},
             Case{"empty places", ",a@b.org,, c@d.org,", "a@b.org|c@d.org"},
         }) {
        CAPTURE(c.name);
        const auto addresses = joined(decode_addresses(c.value));
        if (c.addresses) CHECK(addresses == c.addresses);
        if (!c.addresses) CHECK(addresses.find("a@b.org") != std::string::npos);
    }
}

TEST_CASE("what is no address stays as text and harms nobody") {
    for (const std::string& value :
         {std::string("<>"), std::string("<<a@b>>"), std::string("Jane <a@b"), std::string("Jane a@b>"),
          std::string("\"open"), std::string(1 << 20, '('), std::string(1 << 20, '<'), std::string(1 << 20, ':'),
          std::string(1 << 20, ','), std::string(1 << 20, '\\'), std::string(1 << 20, '"'),
          std::string("a\0b <c@d>", 9)}) {
        CAPTURE(value.substr(0, 20));
        for (const std::string& address : decode_addresses(value)) {
            CHECK(is_utf8(address));
            CHECK(address.find('\0') == std::string::npos);
            CHECK_FALSE(address.empty());
        }
    }
    std::string many;
    for (int i = 0; i < 100'000; ++i) many += "n" + std::to_string(i) + " <a" + std::to_string(i) + "@b.org>,\n ";
    CHECK(decode_addresses(many).size() <= kMaxAddresses);
}

TEST_CASE("dates, as odd as mail has them") {
    constexpr std::int64_t kNoon = 1603713068;  // 2020-10-26 11:51:08 UTC
    struct Case {
        const char* name;
        const char* value;
        std::optional<std::int64_t> date;
    };
    for (const Case& c : {
             Case{"usual", "Mon, 26 Oct 2020 11:51:08 +0000", kNoon},
             Case{"zones", "Mon, 26 Oct 2020 13:51:08 +0200", kNoon},
             Case{"zone with a name", "Mon, 26 Oct 2020 11:51:08 +0000 (UTC)", kNoon},
             Case{"zone by name", "Mon, 26 Oct 2020 06:51:08 EST", kNoon},
             Case{"GMT", "Mon, 26 Oct 2020 11:51:08 GMT", kNoon},
             Case{"GMT and what is added to it", "Mon Oct 26 2020 12:51:08 GMT+0100 (CET)", kNoon},
             Case{"no zone", "Mon, 26 Oct 2020 11:51:08", kNoon},
             Case{"no day of the week", "26 Oct 2020 11:51:08 +0000", kNoon},
             Case{"no seconds", "Mon, 26 Oct 2020 11:51 +0000", kNoon - 8},
             Case{"folded", "Mon, 26 Oct 2020\n\t11:51:08 +0000", kNoon},
             Case{"two-digit year", "Mon, 26 Oct 20 11:51:08 +0000", kNoon},
             Case{"before 1970", "Wed, 31 Dec 1969 23:59:59 +0000", -1},
             Case{"1970", "Thu, 1 Jan 1970 00:00:00 +0000", 0},
             Case{"a year without end", "Mon, 26 Oct 207777777777777777777714 11:51:08 +0000", std::nullopt},
             Case{"words", "yesterday", std::nullopt},
             Case{"nothing", "", std::nullopt},
             Case{"no such day", "Mon, 46 Oct 2020 11:51:08 +0000", std::nullopt},
         }) {
        CAPTURE(c.name);
        CHECK(decode_date(c.value) == c.date);
    }
    CHECK_FALSE(decode_date(std::string(1 << 20, '1')));
}

TEST_CASE("ids") {
    struct Case {
        const char* name;
        std::string value;
        const char* ids;
    };
    for (const Case& c : {
             Case{"one", " <a@b>", "a@b"},
             Case{"several, folded", "<a@b>\n\t<c@d> <e@f>", "a@b|c@d|e@f"},
             Case{"glued", "<a@b><c@d>", "a@b|c@d"},
             Case{"without brackets", " a@b ", "a@b"},
             Case{"blanks inside", "<a\n @b>", "a@b"},
             Case{"words around", "Your message of \"Mon\" <a@b> (x)", "a@b"},
             Case{"brackets doubled", "<<a@b>>", "a@b"},
             Case{"bracket left open", "<a@b", "a@b"},
             Case{"bracket never opened", "a@b>", "a@b"},
             Case{"an open one before another", "<a <c@d>", "c@d"},
             Case{"words", "yes, please", ""},
             Case{"empty", "<>", ""},
             Case{"without @", "<yes>", "yes"},
             Case{"without @ and brackets", "7c1e88d2-3a4b-4f60-b1d9-0e52c6f7a813",
                  "7c1e88d2-3a4b-4f60-b1d9-0e52c6f7a813"},
             Case{"a short answer", "y", ""},
             Case{"an encoded word", "=?utf-8?Q?=3Ca=40b=3E?=", "a@b"},
             Case{"an encoded word inside", "<c@d>\n =?us-ascii?B?PGFAYj4=?=", "c@d|a@b"},
             Case{"one in two words", "=?utf-8?Q?=3Ca=40?=\n =?utf-8?Q?b=3E?=", "a@b"},
             Case{"no encoded word", "<a=?x@b>", "a=?x@b"},
         }) {
        CAPTURE(c.name);
        CHECK(joined(decode_ids(c.value)) == c.ids);
    }
    CHECK(decode_ids(std::string(5'000'000, '<') + "a@b>") == std::vector<std::string>{"a@b"});
}
