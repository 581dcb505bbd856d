// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/path_terms.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace patchseek::patch;

namespace {

std::string print(const std::vector<PathTerm>& terms) {
    std::string out;
    for (const PathTerm& t : terms) out += std::to_string(t.position) + ":" + t.text + (t.exact ? "! " : " ");
    return out;
}

std::string print(const PathPattern& p) {
    std::string out = p.anchored ? "^" : "";
    for (const auto& c : p.components) out += c + " ";
    if (p.folder) out += "folder ";
    if (p.exact) out += "exact ";
    if (p.has_glob) out += "glob ";
    return out;
}

/// What the index does with a pattern without wildcards: a phrase over the terms.
bool phrase_matches(const PathPattern& pattern, std::string_view path, bool partial) {
    if (pattern.components.empty()) return true;
    const auto terms = path_terms(path, partial);
    const auto has = [&](const std::string& text, std::uint32_t position) {
        return std::ranges::any_of(terms, [&](const PathTerm& t) {
            return t.text == text && t.position == position && t.exact == pattern.exact;
        });
    };
    for (std::uint32_t start = 0; start < terms.size(); ++start) {
        bool all = true;
        for (std::uint32_t i = 0; all && i < pattern.components.size(); ++i)
            all = has((i == 0 && pattern.anchored ? "/" : "") + pattern.components[i], start + i);
        if (all) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("terms of a path") {
    CHECK(print(path_terms("arch/x86/kvm/svm.c", false)) == "0:/arch/ 0:arch/ 1:x86/ 2:kvm/ 3:*.c 3:svm.c ");
    CHECK(print(path_terms("kvm/svm.c", true)) == "0:kvm/ 1:*.c 1:svm.c ");
    CHECK(print(path_terms("Makefile", false)) == "0:/makefile 0:makefile 0:/Makefile! 0:Makefile! ");
    CHECK(print(path_terms("./a//b.c", false)) == "0:/a/ 0:a/ 1:*.c 1:b.c ");
    CHECK(print(path_terms("a.tar.gz", true)) == "0:*.gz 0:*.tar.gz 0:a.tar.gz ");
    CHECK(print(path_terms("d.d/.x", true)) == "0:d.d/ 1:*.x 1:.x ");
    CHECK(print(path_terms("", false)) == "");
    CHECK(path_terms(std::string(4000, '.') + "c", true).size() == kMaxEndings + 1);
}

TEST_CASE("a pattern is taken apart") {
    struct Case {
        const char* name;
        const char* typed;
        const char* parts;
    };
    for (const Case& c : {
             Case{"file", "svm.c", "svm.c "},
             Case{"tail", "kvm/svm.c", "kvm/ svm.c "},
             Case{"top", "/kernel/fork.c", "^kernel/ fork.c "},
             Case{"folder", "drivers/net/", "drivers/ net/ folder "},
             Case{"capital", "Kconfig", "Kconfig exact "},
             Case{"wildcards", "/drivers/**/*_main.c", "^drivers/ **/ *_main.c glob "},
             Case{"doubled and dotted", "./a//./b.c", "a/ b.c "},
             Case{"everything", "**", ""},
             Case{"everything, from the top", "/", ""},
             Case{"empty", "", ""},
             Case{"any head", "**/x.c", "x.c "},
             Case{"any head from the top", "/**/x.c", "x.c "},
             Case{"below", "drivers/**", "drivers/ folder "},
             Case{"runs of stars", "a/**/**/b", "a/ **/ b glob "},
         }) {
        CAPTURE(c.name);
        CHECK(print(parse_path_pattern(c.typed)) == c.parts);
    }
}

TEST_CASE("a component against a wildcard") {
    struct Case {
        const char* glob;
        const char* name;
        bool match;
    };
    for (const Case& c : {
             Case{"*", "", true},
             Case{"*", "abc", true},
             Case{"a*c", "abbc", true},
             Case{"a*c", "abcd", false},
             Case{"?", "a", true},
             Case{"?", "", false},
             Case{"?", "\xc3\xa4", true},
             Case{"??", "\xc3\xa4", false},
             Case{"?", "\xc3", true},
             Case{"*.c", "svm.c", true},
             Case{"*.c", "svm.cc", false},
             Case{"*a*b*", "xaxxbx", true},
             Case{"a**b", "ab", true},
             Case{"", "", true},
             Case{"", "a", false},
         }) {
        CAPTURE(c.glob);
        CAPTURE(c.name);
        CHECK(component_matches(c.glob, c.name) == c.match);
    }
}

TEST_CASE("a pattern against a path") {
    struct Case {
        const char* pattern;
        const char* path;
        bool partial;
        bool match;
    };
    for (const Case& c : {
             Case{"kvm/svm.c", "arch/x86/kvm/svm.c", false, true},
             Case{"vm/svm.c", "arch/x86/kvm/svm.c", false, false},
             Case{"kvm", "arch/x86/kvm/svm.c", false, false},
             Case{"kvm/", "arch/x86/kvm/svm.c", false, true},
             Case{"svm.c/", "arch/x86/kvm/svm.c", false, false},
             Case{"/kvm/svm.c", "arch/x86/kvm/svm.c", false, false},
             Case{"/arch/", "arch/x86/kvm/svm.c", false, true},
             Case{"/arch/", "tools/arch/x.c", false, false},
             Case{"/arch/", "arch/x.c", true, false},
             Case{"*.c", "a/b.c", false, true},
             Case{"a/*.c", "a/b/c.c", false, false},
             Case{"a/**/c.c", "a/b/c.c", false, true},
             Case{"a/**/c.c", "a/c.c", false, true},
             Case{"a/**/c.c", "a/b/c/c.c", false, true},
             Case{"/drivers/**/*_main.c", "drivers/net/bnx2x/bnx2x_main.c", false, true},
             Case{"/drivers/**/*_main.c", "x/drivers/net/bnx2x_main.c", false, false},
             Case{"drivers/*/", "drivers/net/x.c", false, true},
             Case{"drivers/*/", "drivers/x.c", false, false},
             Case{"a/**/b/", "a/x/b/y/z", false, true},
             Case{"KVM/svm.c", "arch/x86/kvm/svm.c", false, false},
             Case{"kconfig", "mm/Kconfig", false, true},
             Case{"Kconfig", "mm/Kconfig", false, true},
             Case{"KConfig", "mm/Kconfig", false, false},
             Case{"**", "a", true, true},
             Case{"a/a/b", "a/a/a/b", false, true},
         }) {
        CAPTURE(c.pattern);
        CAPTURE(c.path);
        CHECK(path_matches(parse_path_pattern(c.pattern), c.path, c.partial) == c.match);
    }
}

TEST_CASE("an ending is a term that finds what its glob matches") {
    const auto dots = std::string(kMaxEndings, '.');
    CHECK(is_ending_term("*.c"));
    CHECK(is_ending_term("*.tar.gz"));
    CHECK(is_ending_term("*" + dots));
    for (const std::string& component : {std::string("*c"), std::string("*.?"), std::string("*.c/"),
                                         std::string("x*.c"), std::string("*.c*"), std::string(""), "*." + dots}) {
        CAPTURE(component);
        CHECK(!is_ending_term(component));
    }
    for (const char* path : {"a.c", "d/a.c", ".c", "a.b.c", "c", "a.C", "a.c/b", "a.cc", "b", "a.b.c.d.e.f.g.h.i.j.c"})
        for (const char* typed : {"*.c", "*.b.c", "*.C", "*.c.d"}) {
            CAPTURE(path);
            CAPTURE(typed);
            const auto pattern = parse_path_pattern(typed);
            REQUIRE(is_ending_term(pattern.components.front()));
            CHECK(phrase_matches(pattern, path, false) == path_matches(pattern, path, false));
        }
}

TEST_CASE("the phrase over the terms agrees with the match") {
    const auto paths = {"a",       "a/b",      "b/a",         "a/a/b",          "A/b",          "a/B.c",        "x/a/b",
                        "a/b/a/b", "Makefile", "mm/Makefile", "mm/makefile",    "\xc3\x84/b.c", "\xc3\xa4/b.c", "./a/b",
                        "a//b",    "",         "a/\xc2\xad",  "\xef\xbc\x8f/b", "a/b/",         "/a/b",         "ab/b"};
    const auto patterns = {"a",         "a/",  "/a",          "/a/",       "a/b",          "/a/b",     "b",
                           "A/",        "A/b", "B.c",         "b.c",       "a/b.c",        "Makefile", "makefile",
                           "/Makefile", "mm/", "mm/Makefile", "\xc3\x84/", "\xc3\xa4/b.c", "a/a/",     "b/a",
                           "",          "/",   "./a",         "a//b"};
    int matches = 0;
    for (const char* path : paths)
        for (const char* typed : patterns)
            for (const bool partial : {false, true}) {
                const auto pattern = parse_path_pattern(typed);
                CAPTURE(path);
                CAPTURE(typed);
                CAPTURE(partial);
                REQUIRE(!pattern.has_glob);
                const bool match = path_matches(pattern, path, partial);
                CHECK(phrase_matches(pattern, path, partial) == match);
                matches += match;
            }
    CHECK(matches > 100);  // the property is not kept by matching nothing
}
