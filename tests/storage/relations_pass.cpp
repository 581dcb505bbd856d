// SPDX-License-Identifier: GPL-2.0-or-later
#include "storage/relations_pass.hpp"

#include <doctest/doctest.h>

using namespace patchseek;
using namespace patchseek::storage;

namespace {

patch::FileChange whole(const std::string& path, const std::string& old = {}) {
    patch::FileChange file;
    file.path = path;
    file.old = old;
    return file;
}

patch::FileChange tail(const std::string& path, bool fragment = false) {
    patch::FileChange file;
    file.path = path;
    file.partial = true;
    file.fragment = fragment;
    return file;
}

store::Record message(std::vector<patch::FileChange> files) {
    store::Record record;
    record.files = std::move(files);
    return record;
}

}  // namespace

TEST_CASE("what a cover's diffstat cuts short, its parts have whole") {
    using Series = std::vector<store::Record>;
    struct Case {
        std::string what;
        Series series;
        std::vector<Resolved> resolved;
    };
    const std::vector<Case> cases = {
        {"one fits",
         {message({tail("kvm/svm.c")}), message({whole("arch/x86/kvm/svm.c")})},
         {{0, 0, "arch/x86/kvm/svm.c"}}},
        {"the same path in two parts",
         {message({tail("kvm/svm.c")}), message({whole("x/kvm/svm.c")}), message({whole("x/kvm/svm.c")})},
         {{0, 0, "x/kvm/svm.c"}}},
        {"two fit", {message({tail("svm.c")}), message({whole("a/svm.c"), whole("b/svm.c")})}, {}},
        {"two fit, but one is named beside it",
         {message({tail("svm.c"), whole("a/svm.c")}), message({whole("a/svm.c"), whole("b/svm.c")})},
         {{0, 0, "b/svm.c"}}},
        {"an end of a name only", {message({tail("svm.c")}), message({whole("x/nsvm.c")})}, {}},
        {"cut inside a name", {message({tail("vm.c", true)}), message({whole("x/svm.c")})}, {{0, 0, "x/svm.c"}}},
        {"the old name of a renamed file",
         {message({tail("y/old.c")}), message({whole("new.c", "x/y/old.c")})},
         {{0, 0, "x/y/old.c"}}},
        {"a part by another part", {message({whole("x/y/z.c")}), message({tail("y/z.c")})}, {{1, 0, "x/y/z.c"}}},
        {"nobody knows", {message({tail("z.c")}), message({whole("y.c")}), message({})}, {}},
    };
    for (const Case& c : cases) {
        INFO(c.what);
        CHECK((resolve_paths(c.series) == c.resolved));
    }
}
