// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/message.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "mail/charset.hpp"
#include "mail/limits.hpp"

using namespace patchseek::mail;

namespace {

Message parsed(std::string_view raw, const Hints& hints = {}) { return parse(raw, hints); }

const std::string kHead = "From: A <a@b.c>\nDate: Mon, 26 Oct 2020 11:51:08 +0000\nSubject: s\nMessage-ID: <x@y>\n";

std::string repeated(std::size_t count, const std::function<std::string(std::size_t)>& unit) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += unit(i);
    return out;
}

}  // namespace

TEST_CASE("a header is told from the text of a message that lost it") {
    struct Case {
        const char* name;
        const char* raw;
        bool titled;
        bool header;
    };
    for (const Case& c : {
             Case{"usual", "From: a@b\nDate: x\nSubject: y\n\n", false, true},
             Case{"format-patch", "From: a@b\nDate: x\nSubject: y\n\n", true, true},
             Case{"patchwork", "Content-Type: text/plain\nX-Patchwork-Id: 1\n\n", true, true},
             Case{"in-body From", "From: a@b\n\nlog\n", false, false},
             Case{"in-body From and Subject under a title", "From: a@b\nSubject: y\n\nlog\n", true, false},
             Case{"From and Subject of a plain file", "From: a@b\nSubject: y\n\nlog\n", false, true},
             Case{"trailers with a Message-Id", "Reported-by: a@b\nMessage-Id: <x@y>\nSigned-off-by: a@b\n\n", false,
                  false},
             Case{"prose with a colon", "Note: this\nis prose\n\nFrom: a\nDate: x\n", false, false},
             Case{"nothing", "", false, false},
             Case{"body only", "\nFrom: a\nDate: x\n", false, false},
         }) {
        CAPTURE(c.name);
        CHECK(has_header(c.raw, c.titled) == c.header);
    }
}

TEST_CASE("a message without a header has an id made of its content, and no date") {
    const std::string text =
        "From: Author <a@x>\n\nlog\n\nMessage-Id: <other@x>\nDate: Mon, 26 Oct 2020 11:51:08 +0000\n";
    const auto first = parsed(text, {"[PATCH] title", "Jane <j@x>", false});
    CHECK(first.made_up_id);
    REQUIRE(first.ids.size() == 1);
    CHECK(first.ids[0].ends_with("@patchseek.invalid"));
    CHECK_FALSE(first.date);
    CHECK(first.from == "Jane <j@x>");
    CHECK(first.subject == "[PATCH] title");
    CHECK(first.body == text);
    CHECK(parsed(text, {"[PATCH] title", "Jane <j@x>", false}).ids == first.ids);
    CHECK(parsed(text + "more\n", {"[PATCH] title", "Jane <j@x>", false}).ids != first.ids);
    CHECK(parsed(text, {"[PATCH] other", "Jane <j@x>", false}).ids != first.ids);
}

TEST_CASE("what stands before a header does not hide it") {
    for (const char* lead : {"", "\n", "\r\n\r\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n"}) {
        CAPTURE(lead);
        const auto message = parsed(lead + kHead + "\nbody\n");
        CHECK(message.ids == std::vector<std::string>{"x@y"});
        CHECK(message.body == "body\n");
        CHECK(parse_brief(lead + kHead).id == "x@y");
    }
}

TEST_CASE("fields of a message") {
    const auto with = [](const std::string& more) { return parsed(kHead + more + "\nbody\n"); };
    CHECK(with("").date == 1603713068);
    CHECK(with("Message-ID: <z@y>\nMessage-Id: <x@y>\n").ids == std::vector<std::string>{"x@y", "z@y"});
    CHECK(with("To: a@b\nTo: c@d\nCc: e@f\n").to == std::vector<std::string>{"a@b", "c@d"});
    CHECK(with("To:\nCc: \n").to.empty());
    using Refs = std::vector<std::string>;
    CHECK(with("References: <a@b> <c@d> <a@b>\nIn-Reply-To: <e@f>\n").references == Refs{"a@b", "c@d", "e@f"});
    CHECK(with("References: <a@b>\nReferences: <c@d>\nIn-Reply-To: <a@b>\n").references == Refs{"c@d", "a@b"});
    CHECK(with("In-Reply-To: <yes>\nReferences: y <no>\n").references.empty());
    CHECK(with("In-Reply-To: Your message of Mon <a@b>\n").references == Refs{"a@b"});
    CHECK(with("In-Reply-To: <34b017737a29>\nReferences: <n>\n").references == Refs{"34b017737a29"});
    const auto several = parsed("From: One <one@x>, Two <two@x>\nMessage-ID: <a@b>\n\n");
    CHECK(several.from == "One <one@x>");
    CHECK(several.more_from == Refs{"Two <two@x>"});
    CHECK(with("List-Id: Some words <list.x.org>\nList-ID: other.x.org\nList-Id: <list.x.org>\n").lists ==
          Refs{"list.x.org", "other.x.org"});
    CHECK(with("X-Patchwork-Id: 123\n").patchwork_id == "123");
    CHECK(with("X-Change-ID: 20260203-x-3f9a1c5be207\n").change_id == "20260203-x-3f9a1c5be207");
    CHECK(with("X-Original-From: Jane <j@x>\n").original_from == "Jane <j@x>");
    CHECK(with("Reply-To: Jane <j@x>\n").original_from.empty());
    CHECK(parsed("From: Jane via list <l@x>\nReply-To: Jane <j@x>\nMessage-ID: <a@b>\n\n").original_from ==
          "Jane <j@x>");
}

TEST_CASE("a date that cannot be read gives way to the next best") {
    const std::string rest = "From: a@b\nMessage-ID: <x@y>\n";
    const auto date = [&](const std::string& fields) { return parsed(fields + rest + "\n").date; };
    CHECK(date("Date: nonsense\nDate: Mon, 26 Oct 2020 11:51:08 +0000\n") == 1603713068);
    CHECK(date("Received: from x; Mon, 26 Oct 2020 11:51:08 +0000\nSubject: x\n") == 1603713068);
    CHECK(date("Received: from x\nReceived: from y; Mon, 26 Oct 2020 11:51:08 +0000\n") == 1603713068);
    CHECK_FALSE(date("Subject: x\n"));
    CHECK_FALSE(date("Date: nonsense\n"));
    CHECK(parsed("Date: nonsense\n" + rest + "\n").defects.size() == 1);
}

TEST_CASE("two copies of a mail have one content key, whatever way each came") {
    const auto key = [](const std::string& raw) { return parsed(raw).content_key; };
    const auto plain = key(kHead + "\nGrüße\n");
    CHECK(key("Received: from x; Mon\nStatus: RO\n" + kHead + "\nGrüße\n") == plain);
    CHECK(key(kHead + "Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain; "
                      "charset=utf-8\n\nGr=C3=BC=C3=9Fe\n") == plain);
    CHECK(key(kHead + "\nGrüße\r\n") == plain);
    CHECK(key(kHead + "\nother\n") != plain);
    CHECK(key(kHead + "\nGrüße\n\n \n") == plain);
    CHECK(key(kHead + "\n other\n") != key(kHead + "\nother\n"));
}

// Moderate forms of the mails that other programs take minutes or gigabytes for. What
// is checked is that the limits hold, and that the test ends.
TEST_CASE("bombs are defused") {
    struct Case {
        const char* name;
        std::string raw;
        bool truncated;
    };
    const std::string mixed = kHead + "Content-Type: multipart/mixed; boundary=\"b0\"\n\n";
    for (const Case& c : {
             Case{"nesting",
                  mixed + repeated(5000,
                                   [](std::size_t i) {
                                       return "--b" + std::to_string(i) +
                                              "\nContent-Type: multipart/mixed; boundary=\"b" + std::to_string(i + 1) +
                                              "\"\n\n";
                                   }),
                  true},
             Case{"nesting with one boundary",
                  mixed +
                      repeated(5000,
                               [](std::size_t) { return "--b0\nContent-Type: multipart/mixed; boundary=\"b0\"\n\n"; }),
                  true},
             Case{"mail in mail",
                  kHead + "Content-Type: message/rfc822\n\n" +
                      repeated(5000, [](std::size_t) { return "Content-Type: message/rfc822\n\n"; }),
                  true},
             Case{"mail in mail, folded",
                  kHead + "Content-Type: message/rfc822\n\n" +
                      repeated(5000, [](std::size_t) { return "Content-Type: message/\n rfc822\n\n"; }),
                  true},
             Case{"parts", mixed + repeated(50'000, [](std::size_t) { return "--b0\n\nx\n"; }), true},
             Case{"headers",
                  kHead + repeated(50'000, [](std::size_t i) { return "X-" + std::to_string(i) + ": v\n"; }) + "\n",
                  true},
             Case{"To headers", kHead + repeated(50'000, [](std::size_t) { return "To: a@b\n"; }) + "\n", true},
             Case{"addresses",
                  kHead + "Cc: " + repeated(50'000, [](std::size_t i) { return "a" + std::to_string(i) + "@b, "; }) +
                      "\n\n",
                  true},
             Case{"references",
                  kHead + "In-Reply-To: <parent@x>\nReferences:" +
                      repeated(50'000, [](std::size_t i) { return " <r" + std::to_string(i) + "@x>\n"; }) + "\n",
                  true},
             Case{"encoded words",
                  kHead + "Cc:" + repeated(50'000, [](std::size_t) { return " =?utf-8?q?a=C3=A9?=\n"; }) + "\n", true},
             Case{"pieces of a parameter",
                  mixed + "--b0\nContent-Disposition: attachment" +
                      repeated(20'000, [](std::size_t i) { return ";\n filename*" + std::to_string(i) + "=a"; }) +
                      "\n\nx\n",
                  false},
             Case{"a huge subject", "Subject: " + std::string(5 << 20, 's') + "\n" + kHead + "\n", true},
             Case{"brackets",
                  "X: (\nFrom: " + std::string(1 << 20, '(') + "\nTo: " + std::string(1 << 20, '<') + ">\n" + kHead +
                      "\n",
                  true},
             Case{"a huge body", kHead + "\n" + std::string(kMaxText + 100, 'x'), true},
             Case{"a huge body of one line whose characters take two bytes",
                  kHead + "\nx" + repeated(kMaxText / 2 + 9, [](std::size_t) { return "\u00e9"; }), true},
             Case{"a huge body of lines, in another charset",
                  "Content-Type: text/plain; charset=iso-8859-1\n" + kHead + "\n" +
                      repeated(kMaxText / 8 + 9, [](std::size_t) { return "12345 \xE9\n"; }),
                  true},
             Case{"CR without end", kHead + "\n" + std::string(1 << 20, '\r') + "x", false},
             Case{"NUL without end", kHead + "\n" + std::string(1 << 20, '\0') + "x", false},
             Case{"bytes that are no UTF-8", kHead + "\n" + std::string(1 << 20, '\xFF') + "x", false},
         }) {
        CAPTURE(c.name);
        const auto message = parsed(c.raw);
        CHECK(message.truncated == c.truncated);
        CHECK(message.ids.front() == "x@y");
        CHECK(message.to.size() + message.cc.size() <= 2 * kMaxAddresses);
        CHECK(message.references.size() <= kMaxReferences);
        CHECK(message.attachments.size() <= kMaxParts);
        CHECK(message.body.size() <= kMaxText);
        CHECK(is_utf8(message.body));
        if (c.raw.find("parent@x") != std::string::npos) CHECK(message.references.back() == "parent@x");
    }
}

TEST_CASE("hostile mails of the collection are read, each with something to find it by") {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(TEST_DATA "/hostile")) {
        if (entry.path().extension() != ".eml") continue;
        CAPTURE(entry.path().filename().native());
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string raw((std::istreambuf_iterator<char>(file)), {});
        const auto message = parsed(raw);
        REQUIRE_FALSE(message.ids.empty());
        CHECK((message.subject + message.body).find("needle") != std::string::npos);
        for (const std::string* text : {&message.subject, &message.from, &message.body, &message.headers}) {
            CHECK(is_utf8(*text));
            CHECK(text->find('\0') == std::string::npos);
        }
        ++count;
    }
    CHECK(count >= 10);
}
