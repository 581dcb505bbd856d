// SPDX-License-Identifier: GPL-2.0-or-later
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "document/record.hpp"

using patchseek::document::make_record;
using patchseek::document::order_key;

namespace {

// "kind v part/total author", '-' for what is absent.
std::string summary(const char* subject, const char* body, const char* reference) {
    patchseek::mail::Message message;
    message.ids = {"a@b"};
    message.subject = subject;
    message.from = "Sender <s@x>";
    message.body = body;
    if (*reference) message.references = {reference};
    const auto record = make_record(message, patchseek::patch::parse(message.subject, message.body, message.sender()));
    const auto number = [](const auto& value) { return value ? std::to_string(*value) : std::string("-"); };
    std::string kind = patchseek::store::name(record.kind);
    if (kind.empty()) kind = "none";
    return kind + " " + number(record.version) + " " + number(record.part) + "/" + number(record.total) + " " +
           record.author;
}

constexpr const char* kDiff = "log\n---\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n";
constexpr const char* kInBody =
    "From: Author <a@x>\n\nlog\n---\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n";
#define DIFF_WITH_STAT "---\n f | 2 +-\n 1 file changed\n\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n"
constexpr const char* kCopy = "It works here.\n\nlog\n\nSigned-off-by: Ada <ada@x.example>\n" DIFF_WITH_STAT;
constexpr const char* kOwn = "Try this.\n\nlog\n\nSigned-off-by: Sender <s@x>\n" DIFF_WITH_STAT;
constexpr const char* kCutOut = "Try this.\n\n-- >8 --\nlog\n\nSigned-off-by: Ada <ada@x.example>\n" DIFF_WITH_STAT;
constexpr const char* kRevised = "> a bug\nTry this.\n\nlog\n\nSigned-off-by: Ada <ada@x.example>\n" DIFF_WITH_STAT;
constexpr const char* kStat = "words\n\n f | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n";
constexpr const char* kMerge =
    "Please pull!\n\n  git://x.example/brook.git for-next\n\nThe merge:\n\ndiff --cc f\nindex 1a,2b..3c\n--- a/f\n+++ "
    "b/f\n@@@ -1,1 -1,1 +1,2 @@@\n  a\n +b\n";
constexpr const char* kPull =
    "The following changes since commit x:\n\nare available in the Git repository at:\n\n  git://x.org/y tags/z\n\n f "
    "| 2 +-\n";

}  // namespace

TEST_CASE("a message is what its subject and body make it") {
    struct Case {
        const char* name;
        const char* subject;
        const char* body;
        const char* reference;
        const char* summary;
    };
    for (const Case& c : {
             Case{"patch", "[PATCH] x", kDiff, "", "patch 1 -/- Sender <s@x>"},
             Case{"only the version is said", "[v2 3/7] x", kDiff, "c@d", "patch 2 3/7 Sender <s@x>"},
             Case{"no tag says that it is a first version", "[3/7] x", kDiff, "c@d", "patch - 3/7 Sender <s@x>"},
             Case{"part of a second version", "[PATCH v2 3/7] x", kDiff, "c@d", "patch 2 3/7 Sender <s@x>"},
             Case{"author in the body", "[PATCH 1/2] x", kInBody, "", "patch 1 1/2 Author <a@x>"},
             Case{"author in the body, encoded", "[PATCH] x",
                  "From: =?utf-8?q?J=C3=BCrgen?= <j@x>\n\nlog\n---\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n", "",
                  "patch 1 -/- Jürgen <j@x>"},
             Case{"cover letter", "[PATCH v4 00/15] x", kStat, "", "cover 4 0/15 Sender <s@x>"},
             Case{"cover letter without a diffstat", "[PATCH 0/2] x", "words\n", "", "cover 1 0/2 Sender <s@x>"},
             Case{"pull request", "[GIT PULL] x", kPull, "", "pull - -/- Sender <s@x>"},
             Case{"pull request with what a merge resolved", "[GIT PULL v2] x", kMerge, "", "pull - -/- Sender <s@x>"},
             Case{"a patch whose subject says pull", "[PULL] x", kDiff, "", "patch 1 -/- Sender <s@x>"},
             Case{"reply", "Re: [PATCH v2 3/7] x", "> log\nlooks fine\n", "c@d", "reply - -/- Sender <s@x>"},
             Case{"reply with a copy of what it answers, without marks", "Re: [PATCH] x", kCopy, "c@d",
                  "reply - -/- Sender <s@x>"},
             Case{"the same, and all of a digest", "Re: lumen Digest, Vol 9, Issue 4", kDiff, "c@d",
                  "reply - -/- Sender <s@x>"},
             Case{"reply with a patch beside quotes with marks", "Re: [PATCH] x", kRevised, "c@d",
                  "patch 1 -/- Sender <s@x>"},
             Case{"the same posted by another", "[PATCH] x", kCopy, "c@d", "patch 1 -/- Sender <s@x>"},
             Case{"reply with a patch of its own", "Re: [PATCH] x", kOwn, "c@d", "patch 1 -/- Sender <s@x>"},
             Case{"reply with a patch to be cut out", "Re: [PATCH] x", kCutOut, "c@d", "patch 1 -/- Sender <s@x>"},
             Case{"reply to a cover letter", "Re: [PATCH 0/7] x", "fine\n", "c@d", "reply - -/- Sender <s@x>"},
             Case{"reply to a pull request", "Re: [GIT PULL] x", "pulled\n", "c@d", "reply - -/- Sender <s@x>"},
             Case{"reply by reference alone", "x", "fine\n", "c@d", "reply - -/- Sender <s@x>"},
             Case{"a quoted diff is no patch", "Re: [PATCH] x",
                  "> diff --git a/f b/f\n> --- a/f\n> +++ b/f\n> @@ -1 +1 @@\n> -a\n> +b\n", "c@d",
                  "reply - -/- Sender <s@x>"},
             Case{"patch without a diff, by its diffstat", "[PATCH 1/2] x", kStat, "", "patch 1 1/2 Sender <s@x>"},
             Case{"stable backport", "[PATCH 4.19 19/24] x", kDiff, "", "patch 1 19/24 Sender <s@x>"},
             Case{"discussion", "linux-next: build failure", "words\n", "", "none - -/- Sender <s@x>"},
             Case{"nothing at all", "", "", "", "none - -/- Sender <s@x>"},
         }) {
        CAPTURE(c.name);
        CHECK(summary(c.subject, c.body, c.reference) == c.summary);
    }
}

TEST_CASE("the order key sorts newest first, undated last, ties by id") {
    const std::vector<std::string> sorted = {
        order_key(4102444800, "z", "0"),  order_key(1603705868, "a", "0"), order_key(1603705868, "a", "1"),
        order_key(1603705868, "aa", "0"), order_key(1603705868, "b", "0"), order_key(1603705867, "a", "0"),
        order_key(1, "a", "0"),           order_key(0, "a", "0"),          order_key(-1, "a", "0"),
        order_key(-2208988800, "a", "0"), order_key({}, "a", "0"),         order_key({}, "b", "0"),
    };
    CHECK(std::ranges::is_sorted(sorted));
    CHECK(std::ranges::adjacent_find(sorted) == sorted.end());
    CHECK(order_key(0, std::string(5000, 'x'), std::string(64, '0')).size() <= 8 + 64 + 17);
}

TEST_CASE("mail of robots is told by words of the sender") {
    struct Case {
        const char* from;
        bool bot;
    };
    for (const Case& c : {
             Case{"kernel test robot <tests@x.example>", true},
             Case{"lkp@x.example", true},
             Case{"syzbot <syzbot+0123456789abcdef@x.example>", true},
             Case{"patchwork-bot+netdev@x.example", true},
             Case{"tip-bot2 for Jane Doe <tip-bot2@x.example>", true},
             Case{"\"kernelci.org bot\" <bot@x.example>", true},
             Case{"A Forge <noreply@x.example>", true},
             Case{"A Forge <no-reply@x.example>", true},
             Case{"bugzilla-daemon@x.example", true},
             Case{"dependabot[bot] <1+dependabot[bot]@x.example>", true},
             Case{"Patchwork <patchwork@x.example>", true},
             Case{"ci_notify@x.example", true},
             Case{"CKI Project <cki-project@x.example>", true},
             Case{"Marcia Ci <marcia@x.example>", false},
             Case{"Ci Bo <ci.bo@x.example>", false},
             Case{"Kevin Talbot <kevin.talbot@x.example>", false},
             Case{"Jane Abbot <abbot@x.example>", false},
             Case{"Lkp Daemon <lk@x.example>", false},
             Case{"Robotics Group <robotics@x.example>", false},
             Case{"Jane <jane@bot.example>", false},
             Case{"", false},
         }) {
        CAPTURE(c.from);
        CHECK(patchseek::document::is_bot(c.from) == c.bot);
    }
}
