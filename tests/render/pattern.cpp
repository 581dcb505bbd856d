// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/formats.hpp"

#include "capture.hpp"

using namespace patchseek;

namespace {

std::string by(const char* text, const reader::Hit& hit = sample_hit()) {
    const auto pattern = render::parse_pattern(text);
    return pattern ? render::by_pattern(hit, *pattern)
                   : "error: " + pattern.error().message.substr(0, pattern.error().message.find(" in a"));
}

}  // namespace

TEST_CASE("templates have git's letters") {
    struct Case {
        const char* text;
        const char* wanted;
    };
    for (const Case& c : {
             Case{"%s", "[PATCH v3 2/7] mm: foo bar"},
             Case{"%t", "mm: foo bar"},
             Case{"%an|%ae", "Jane Doe|jane@x.example"},
             Case{"%cn|%ce", "List|l@x.example"},
             Case{"%ad", "Mon Oct 26 09:51:08 2020 +0000"},
             Case{"%as %at", "2020-10-26 1603705868"},
             Case{"%aI", "2020-10-26T09:51:08Z"},
             Case{"%b", "Log.\n"},
             Case{"%B", "mm: foo bar\n\nLog.\n"},
             Case{"a%nb%%c%x41", "a\nb%cA"},
             Case{"%(id) %(kind) %(version)", "1@x.example patch 3"},
             Case{"%(files)", "arch/x86/kvm/svm.c, fs/new.c, tail.c, logo.png"},
             Case{"%(trailers)", "Reviewed-by: A <a@b>"},
             Case{"%(thread)", ""},
             Case{"format:%s", "[PATCH v3 2/7] mm: foo bar"},
             Case{"%h", "error: '%h' stands for nothing"},
             Case{"%", "error: '%' stands for nothing"},
             Case{"%(nosuch)", "error: '%(nosuch)' stands for nothing"},
         }) {
        CAPTURE(c.text);
        CHECK(by(c.text) == std::string(c.wanted));
    }
    reader::Hit bare;
    CHECK(by("<%s%an%ad%as%b%(id)>", bare) == "<>");
}

TEST_CASE("what is a template and no name") {
    CHECK(render::is_pattern("%s"));
    CHECK(render::is_pattern("format:x"));
    CHECK(render::is_pattern("tformat:x"));
    CHECK(!render::is_pattern("jsonl"));
}
