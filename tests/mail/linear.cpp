// SPDX-License-Identifier: GPL-2.0-or-later
// Twice the mail costs twice the time, whatever there is more of.
#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <string>

#include "mail/message.hpp"

using namespace patchseek::mail;

namespace {

constexpr std::size_t kFew = 40'000, kMany = 4 * kFew;

std::string repeated(std::size_t count, const std::function<std::string(std::size_t)>& unit) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += unit(i);
    return out;
}

// The best of a few, in seconds of this process: others on the machine only make it longer.
double seconds(const std::string& raw) {
    double best = 1e9;
    for (int run = 0; run < 5; ++run) {
        const auto begin = std::clock();
        const auto message = parse(raw);
        REQUIRE_FALSE(message.ids.empty());
        best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
    return best;
}

}  // namespace

TEST_CASE("time grows with size") {
    const std::string head = "From: A <a@b.c>\nSubject: s\nMessage-ID: <x@y>\n";
    const std::string mixed = head + "Content-Type: multipart/mixed; boundary=\"b0\"\n\n";
    const auto number = [](std::size_t i) { return std::to_string(i); };
    const std::string diff = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n";
    struct Case {
        const char* name;
        std::function<std::string(std::size_t)> make;
    };
    for (const Case& c : {
             Case{"parts",
                  [&](std::size_t n) { return mixed + repeated(n, [](std::size_t) { return "--b0\n\nx\n"; }); }},
             Case{"parts with a diff",
                  [&](std::size_t n) {
                      return mixed + repeated(n / 4, [&](std::size_t) {
                                 return "--b0\nContent-Type: text/x-patch\n\n" + diff;
                             });
                  }},
             Case{"alternatives",
                  [&](std::size_t n) {
                      return head + "Content-Type: multipart/alternative; boundary=b0\n\n" +
                             repeated(n / 4, [&](std::size_t) { return "--b0\nContent-Type: text/html\n\n" + diff; });
                  }},
             Case{"nesting",
                  [&](std::size_t n) {
                      return mixed + repeated(n, [&](std::size_t i) {
                                 return "--b" + number(i) + "\nContent-Type: multipart/mixed; boundary=\"b" +
                                        number(i + 1) + "\"\n\n";
                             });
                  }},
             Case{"mail in mail",
                  [&](std::size_t n) {
                      return head + "Content-Type: message/rfc822\n\n" +
                             repeated(n, [](std::size_t) { return "Content-Type: message/rfc822\n\n"; });
                  }},
             Case{"headers",
                  [&](std::size_t n) {
                      return head + repeated(n, [&](std::size_t i) { return "X-" + number(i) + ": v\n"; }) + "\n";
                  }},
             Case{"headers of a part",
                  [&](std::size_t n) {
                      return mixed + "--b0\n" + repeated(n, [](std::size_t) { return "Content-Type: text/plain\n"; }) +
                             "\nx\n";
                  }},
             Case{"addresses",
                  [&](std::size_t n) {
                      return head + "Cc: " + repeated(n, [&](std::size_t i) { return "a" + number(i) + "@b, "; }) +
                             "\n\n";
                  }},
             Case{
                 "groups of addresses within groups",
                 [&](std::size_t n) { return head + "To: " + repeated(n, [](std::size_t) { return "g:"; }) + "\n\n"; }},
             Case{
                 "comments of addresses that never end",
                 [&](std::size_t n) { return head + "To: " + repeated(n, [](std::size_t) { return "(,"; }) + "\n\n"; }},
             Case{"references",
                  [&](std::size_t n) {
                      return head +
                             "References:" + repeated(n, [&](std::size_t i) { return " <r" + number(i) + "@x>\n"; }) +
                             "\n";
                  }},
             Case{"ids",
                  [&](std::size_t n) {
                      return head + repeated(n, [&](std::size_t i) { return "Message-ID: <r" + number(i) + "@x>\n"; }) +
                             "\n";
                  }},
             Case{"brackets in references",
                  [&](std::size_t n) {
                      return head + "References: " + std::string(n, '(') + std::string(n, '<') + "\n\n";
                  }},
             Case{"encoded words",
                  [&](std::size_t n) {
                      return head + "To:" + repeated(n, [](std::size_t) { return " =?utf-8?q?a=C3=A9?=\n"; }) + "\n";
                  }},
             Case{"halves of encoded words",
                  [&](std::size_t n) {
                      return head + "X-Original-From:" + repeated(n, [](std::size_t) { return " =?utf-8?b?"; }) +
                             "\n\n";
                  }},
             Case{"pieces of a name",
                  [&](std::size_t n) {
                      return mixed + "--b0\nContent-Disposition: attachment" +
                             repeated(n, [&](std::size_t i) { return ";\n filename*" + number(i) + "=a"; }) + "\n\nx\n";
                  }},
             Case{"cleartext signatures",
                  [&](std::size_t n) {
                      return head + "\n" +
                             repeated(n, [](std::size_t) { return "-----BEGIN PGP SIGNED MESSAGE-----\n"; });
                  }},
             Case{"HTML tags",
                  [&](std::size_t n) {
                      return head + "Content-Type: text/html\n\n" +
                             repeated(n, [](std::size_t) { return "<style>&a<!--"; });
                  }},
             Case{"bytes of no charset",
                  [&](std::size_t n) {
                      return head + "Content-Type: text/plain; charset=gb2312\n\n" +
                             repeated(n, [](std::size_t) { return "aaaaaaa\xFF"; });
                  }},
             Case{"quotes",
                  [&](std::size_t n) {
                      return head + "Content-Type: text/plain; format=flowed\n\n" + std::string(n, '>') +
                             repeated(n, [](std::size_t) { return "> a \n"; });
                  }},
         }) {
        // Other processes can slow down either of two measurements; what is not linear is so in each of them.
        double few = 0, many = 0;
        for (int attempt = 0; attempt == 0 || (attempt < 3 && many >= std::max(2.3 * 2.3 * few, 0.02)); ++attempt) {
            few = seconds(c.make(kFew));
            many = seconds(c.make(kMany));
        }
        INFO(c.name << ": " << few << " s, four times as much " << many << " s");
        // 2.3 for each doubling; what takes no time is none of the clock's business.
        CHECK(many < std::max(2.3 * 2.3 * few, 0.02));
        CHECK(many < 2.0);
    }
}
