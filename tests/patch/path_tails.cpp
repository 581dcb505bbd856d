// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/path_tails.hpp"

#include <doctest/doctest.h>

#include <string>

using patchseek::patch::PathTails;

TEST_CASE("a tail finds its path") {
    const std::vector<std::string_view> paths = {
        "arch/x86/kvm/svm.c", "kvm/svm.c", "mm/nsvm.c", "a/b.c", "b.c", "lib/b.c"};
    const PathTails tails(paths);
    struct Case {
        const char* name;
        const char* tail;
        bool fragment;
        std::size_t found;
    };
    for (const Case& c : {
             Case{"only one", "x86/kvm/svm.c", false, 0},
             Case{"several", "svm.c", false, PathTails::kMany},
             Case{"none", "x.c", false, PathTails::kNone},
             Case{"the path itself has no head that was cut off", "kvm/svm.c", false, 0},
             Case{"inside a name, not wanted", "sm.c", false, PathTails::kNone},
             Case{"inside a name", "nsvm.c", true, 2},
             Case{"inside several names", "vm.c", true, PathTails::kMany},
         }) {
        CAPTURE(c.name);
        CHECK(tails.find(c.tail, c.fragment) == c.found);
    }
    CHECK(tails.find("b.c", false, [](std::size_t i) { return i == 3; }) == 5);
    CHECK(tails.count("svm.c", false) == 2);
    CHECK(tails.count("svm.c", true) == 3);
    CHECK(PathTails({}).find("x", true) == PathTails::kNone);
}

TEST_CASE("thousands of paths that end alike are many") {
    std::vector<std::string> names;
    for (int i = 0; i < 5000; ++i) names.push_back("d" + std::to_string(i) + "/same.c");
    const std::vector<std::string_view> paths(names.begin(), names.end());
    const PathTails tails(paths);
    CHECK(tails.find("same.c", false) == PathTails::kMany);
    CHECK(tails.count("same.c", false) == PathTails::kMaxAlike);
    CHECK(tails.find("d77/same.c", true) == PathTails::kNone);  // nothing before it that was cut off
    CHECK(tails.find("77/same.c", true) == PathTails::kMany);
}

TEST_CASE("of paths that end alike not all are looked at, and the count says so") {
    std::vector<std::string> paths;
    for (int i = 0; i < 200; ++i) {
        paths.push_back("d" + std::to_string(i) + "/all");
        paths.push_back("d" + std::to_string(i) + "/binary-all");
    }
    const PathTails tails({paths.begin(), paths.end()});
    CHECK(tails.count("all", false) == PathTails::kMaxAlike);
    CHECK(tails.find("all", false) == PathTails::kMany);
}
