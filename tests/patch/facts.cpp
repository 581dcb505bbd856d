// SPDX-License-Identifier: GPL-2.0-or-later
// How patches really look: one file, or a few, in tests/data/facts for each oddity, named by its number in the list the
// project keeps of them. Those of mail are in tests/mail/facts_test.cpp.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "patchseek/patch/patch.hpp"

using namespace patchseek::patch;

namespace {

std::string content(const std::string& name) {
    std::ifstream file(std::string(TEST_DATA "/facts/") + name, std::ios::binary);
    REQUIRE_MESSAGE(file, name);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// "op old => path; " for each file.
std::string files(const Patch& patch) {
    std::string out;
    for (const FileChange& f : patch.files)
        out += std::string(name(f.op)) + (f.op == Op::modify ? "" : " ") + (f.old.empty() ? "" : f.old + " => ") +
               f.path + (f.binary ? " binary" : "") + "; ";
    return out;
}

struct Fact {
    const char* file;
    const char* letters;  ///< of LineKind
    const char* files;
};

void check(std::initializer_list<Fact> facts) {
    for (const Fact& fact : facts) {
        CAPTURE(std::string(fact.file));
        const auto patch = parse("", content(std::string(fact.file) + ".patch"));
        CHECK(letters(patch.lines) == std::string(fact.letters));
        CHECK(files(patch) == std::string(fact.files));
    }
}

}  // namespace

TEST_CASE("fact 34: a signature ends a diff, a removed line that looks like one does not") {
    check({
        {"34-signature-removed-by-the-patch", "L~HHHH@=--+=NN", "lib/loom.c; "},
        {"34-signature-behind-the-patch", "L~HHHH@-+NNNN", "lib/loom.c; "},
        {"34-log-end-removed-by-the-patch", "L~HHHH@=-=", "lib/loom.c; "},
    });
}

TEST_CASE("fact 35: quotes, whatever stands before them, touch no file and are no words of the author") {
    check({
        {"35-quoted-diff", ">>>>>>>>L", ""},
        {"35-quoted-with-bars", ">>>>>>>>L", ""},
        {"35-quoted-with-initials", ">.>>>>>>>>L", ""},
        {"35-bars-that-are-a-table", "LLL.L", ""},
    });
}

TEST_CASE("fact 36: encoded bytes are no words") {
    check({
        {"36-binary-patch", "L~HHHBB.BB.NN", "logo.gif binary; "},
        {"36-binary-patch-crlf", "L~HHHBB.BB.NN", "logo.gif binary; "},
        {"36-binary-patch-quoted", ">>>BB>BB>L", ""},
        {"36-uuencode", "L.BBBBBL", ""},
        {"36-begin-that-is-prose", "LLL", ""},
        {"36-base64-block", "L.BBBBB.L", ""},
        {"36-pgp-block", "LBBBBBBBL", ""},
        {"36-pgp-block-without-end", "L.L", ""},
    });
}

TEST_CASE("fact 37: headers of diffs") {
    check({
        {"37-quoted-name", "L~HHHH@-+", "zähler \"x\".c; "},
        {"37-spaces-in-name", "L~HHHH@-+", "my loom.c; "},
        {"37-gnu-diff-with-options", "L~HHH@-+", "lib/loom.c; "},
        {"37-no-diff-line", "L~HH@-+", "lib/loom.c; "},
        {"37-index-line", "L~HHHH@-+", "lib/loom.c; "},
        {"37-time-behind-a-tab", "L~HH@-+", "lib/loom.c; "},
        {"37-p0", "L~HH@-+", "lib/loom.c; "},
        {"37-rename-only", "L~HHHH", "rename lib/loom.c => lib/weft.c; "},
        {"37-mode-only", "L~HHH", "mode run; "},
        {"37-combined", "L~HHHH@--++", "lib/loom.c; "},
        {"37-new-from-dev-null", "L~HH@+", "create lib/weft.c; "},
        {"37-gone-to-dev-null", "L~HH@-", "delete lib/weft.c; "},
        {"37-submodule", "L~HHHH@-+", "sub; "},
        {"37-submodule-log", "L~HN", "sub; "},
        {"37-dissimilarity", "L~HHHHH@-+", "lib/loom.c; "},
    });
}

TEST_CASE("fact 39: subjects") {
    std::string out;
    const auto all = content("39-subjects.txt");
    for (std::size_t pos = 0; pos < all.size();) {
        const auto end = all.find('\n', pos);
        const auto tag = parse_subject(std::string_view(all).substr(pos, end - pos));
        out += std::string(tag.reply ? "reply " : "") + (tag.patch ? "patch " : "");
        if (tag.version) out += "v" + std::to_string(*tag.version) + " ";
        if (tag.part) out += std::to_string(*tag.part) + "/" + std::to_string(tag.total.value_or(0)) + " ";
        for (const std::string& word : tag.tags) out += "{" + word + "} ";
        out += tag.title + "\n";
        pos = end + 1;
    }
    CHECK(out ==
          "patch 1/8 loom: count\npatch v2 12/15 loom: count\npatch v6 19/24 loom: count\npatch v3 loom: count\n"
          "patch 2/3 loom: count\npatch v2 loom: count\npatch v2 1/2 loom: count\npatch 6/5 loom: count\n"
          "reply patch loom: count\nreply patch loom: count\npatch loom: count\nmm: count\npatch v2 {bug#60788} loom: "
          "count\n");
}

TEST_CASE("fact 41: pull requests") {
    struct Case {
        const char* file;
        bool pull;
    };
    for (const Case& c : {
             Case{"41-pull-request", true},
             Case{"41-pull-request-in-small-letters", true},
             Case{"41-pull-request-on-one-line", true},
             Case{"41-prose-of-a-repository", false},
             Case{"41-pull-request-quoted", false},
         }) {
        CAPTURE(std::string(c.file));
        CHECK(parse("", content(std::string(c.file) + ".patch")).pull_request == c.pull);
    }
}
