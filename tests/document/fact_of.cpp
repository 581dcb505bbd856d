// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/fact_of.hpp"

#include <doctest/doctest.h>

#include "document/record.hpp"

using namespace patchseek;
using namespace patchseek::document;

namespace {

relate::Fact fact(const std::string& raw) {
    const auto message = mail::parse(raw);
    const auto patch = patch::parse(message.subject, message.body, message.sender());
    return fact_of(message, patch, make_record(message, patch), {});
}

relate::Fact from(const std::string& from) { return fact("From: " + from + "\nSubject: [PATCH] x\n\nlog\n"); }

}  // namespace

TEST_CASE("what ids of one run of a mailer share") {
    struct Case {
        std::string a, b;
        bool same;
    };
    const std::string sha1(40, 'a'), sha2(40, 'b');
    for (const Case& c : {
             Case{"20201026095108.12345-2-ann@x.org", "20201026095108.12345-13-ann@x.org", true},
             Case{"20201026095108.12345-2-ann@x.org", "20201026095109.12345-3-ann@x.org", false},
             Case{"20201026095108.12345-2-ann@x.org", "20201026095108.12346-3-ann@x.org", false},
             Case{"1277221261-3717-1-git-send-email-ann@x.org", "1277221261-3717-2-git-send-email-ann@x.org", true},
             Case{"1277221261-3717-1-git-send-email-ann@x.org", "1277221261-3718-1-git-send-email-ann@x.org", false},
             Case{"cover.1603705468.git.ann@x.org", sha1 + ".1603705468.git.ann@x.org", true},
             Case{sha2 + ".1603705468.git.ann@x.org", sha1 + ".1603705468.git.ann@x.org", true},
             Case{sha2 + ".1603705468.git.ann@x.org", sha1 + ".1603705469.git.ann@x.org", false},
             Case{"20240102-my-topic-v3-0-0123456789ab@x.org", "20240102-my-topic-v3-11-0123456789ab@x.org", true},
             Case{"20240102-my-topic-v2-1-0123456789ab@x.org", "20240102-my-topic-v3-1-0123456789ab@x.org", false},
         }) {
        INFO(c.a << " " << c.b);
        CHECK_FALSE(id_stem(c.a).empty());
        CHECK((id_stem(c.a) == id_stem(c.b)) == c.same);
    }
    for (const char* id : {"", "abc@x.org", "20201026095108@x.org", "20201026095108.GA123@x.org", "cover@x", "-1-",
                           "202010260951080.1-2-a@x", "20201026095108.-2-a", "20201026095108.1-", "@", "a-b-c@d"})
        CHECK(id_stem(id).empty());
}

TEST_CASE("the titles of a shortlog") {
    const std::string body =
        "What it is for:\n"
        "  not this\n"
        "\n"
        "Ann Lee (2):\n"
        "  net: do this\n"
        "  net: do that, of which there is so much to say that\n"
        "    it is wrapped\n"
        "\n"
        "Bob (1):\r\n"
        "      six blanks as in a request to pull\n"
        " arch/x86/a.c | 2 +-\n"
        "  neither this\n";
    const auto titles = shortlog_titles(body, patch::classify(body));
    REQUIRE(titles.size() == 3);
    CHECK(titles[0] == "net: do this");
    CHECK(titles[1] == "net: do that, of which there is so much to say that it is wrapped");
    CHECK(titles[2] == "six blanks as in a request to pull");
}

TEST_CASE("who sent it: the same person under several addresses, and two of one first name") {
    CHECK(from("Ann Lee <ann@x.org>").sender == from("Ann Lee <ann@y.org>").sender);
    CHECK(from("Ann Lee <ann@x.org>").sender == from("\"ann lee\" <a@x.org>").sender);
    CHECK(from("Ann Lee <ann@x.org>").sender == from("Ann Lee via dev <dev@lists.x.org>").sender);
    CHECK(from("Ann <ann@x.org>").sender != from("Ann <ann@y.org>").sender);
    CHECK(from("Ann <ann@x.org>").sender == from("ANN@x.org").sender);
    CHECK(fact("Subject: x\n\nlog\n").sender == 0);
}

TEST_CASE("change-ids: b4's of a series, Gerrit's of one sender and tree") {
    const auto with = [](const std::string& who, const std::string& subject, const std::string& line) {
        return fact("From: " + who + "\nSubject: " + subject + "\n\nlog\n\n---\n" + line + "\n\n").change;
    };
    const std::string b4 = "change-id: 20240102-my-topic-0123456789ab";
    const std::string gerrit = "Change-Id: I0123456789012345678901234567890123456789";
    CHECK(with("Ann Lee <a@x>", "[PATCH] x", b4) != 0);
    CHECK(with("Ann Lee <a@x>", "[PATCH] x", b4) == with("Bob Ray <b@x>", "[PATCH v2] y", b4));
    CHECK(with("Ann Lee <a@x>", "[PATCH] x", gerrit) == with("Ann Lee <a@x>", "[PATCH v2] y", gerrit));
    CHECK(with("Ann Lee <a@x>", "[PATCH] x", gerrit) != with("Bob Ray <b@x>", "[PATCH] x", gerrit));
    CHECK(with("Ann Lee <a@x>", "[PATCH 4.19] x", gerrit) != with("Ann Lee <a@x>", "[PATCH 5.4] x", gerrit));
    CHECK(with("Ann Lee <a@x>", "[PATCH] x", "change-id: of what?") == 0);
    CHECK(with("Ann Lee <a@x>", "[PATCH] x", "> " + b4) == 0);
    const auto part =
        fact("From: Bob Ray <b@x>\nSubject: [PATCH v3 1/2] z\nX-Change-ID: 20240102-my-topic-0123456789ab\n\nx\n");
    CHECK(part.change == with("Ann Lee <a@x>", "[PATCH] x", b4));
}

TEST_CASE("a request to pull lists titles") {
    const auto pull = fact(
        "From: Ann Lee <a@x>\nSubject: [GIT PULL] things\n\n"
        "The following changes since commit 0123456789:\n\n  x\n\nare available in the Git repository at:\n\n"
        "  git://x y\n\nAnn Lee (2):\n      a\n      b\n\n a.c | 1 +\n 1 file changed, 1 insertion(+)\n");
    CHECK(pull.kind == store::MessageKind::pull);
    CHECK(pull.shortlog.size() == 2);
}
