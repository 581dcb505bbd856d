// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/patch/subject_tag.hpp"

#include <doctest/doctest.h>

using patchseek::patch::parse_subject;
using patchseek::patch::SubjectTag;

namespace {

/// "reply patch v2 3/8 {net-next} title": every part of a tag in a fixed order.
std::string print(const SubjectTag& tag) {
    std::string out;
    if (tag.reply) out += "reply ";
    if (tag.patch) out += "patch ";
    if (tag.pull) out += "pull ";
    if (tag.rfc) out += "rfc ";
    if (tag.resend) out += "resend ";
    if (tag.version) out += "v" + std::to_string(*tag.version) + " ";
    if (tag.part) out += std::to_string(*tag.part) + "/" + std::to_string(tag.total.value_or(0)) + " ";
    for (const auto& word : tag.tags) out += "{" + word + "} ";
    return out + "| " + tag.title;
}

}  // namespace

TEST_CASE("a subject is taken apart") {
    struct Case {
        const char* name;
        const char* subject;
        const char* parts;
    };
    for (const Case& c : {
             Case{"no tag", "linux-next: build failure after merge", "| linux-next: build failure after merge"},
             Case{"empty", "", "| "},
             Case{"plain patch", "[PATCH] mm: fix", "patch | mm: fix"},
             Case{"cover letter", "[PATCH v4 00/15] follow_pfn races", "patch v4 0/15 | follow_pfn races"},
             Case{"stable branch is a tag", "[PATCH 4.19 19/24] Fix it", "patch 19/24 {4.19} | Fix it"},
             Case{"tree in front", "[kvm-unit-tests PATCH 0/2] s390x", "patch 0/2 {kvm-unit-tests} | s390x"},
             Case{"tree behind", "[PATCH kvm-unit-tests 0/4] x", "patch 0/4 {kvm-unit-tests} | x"},
             Case{"pull of patches", "[GIT PULL 1/2] KVM: s390", "pull 1/2 | KVM: s390"},
             Case{"qemu pull", "[PULL 1/1] virtio-ccw", "pull 1/1 | virtio-ccw"},
             Case{"pull request in words", "[PULL REQUEST] net", "pull | net"},
             Case{"part glued to patch", "[PATCH1/8] x", "patch 1/8 | x"},
             Case{"all glued", "[v2PATCH12/15] x", "patch v2 12/15 | x"},
             Case{"version glued", "[PATCHv3] x", "patch v3 | x"},
             Case{"rfc glued", "[RFCv2 3/4] x", "rfc v2 3/4 | x"},
             Case{"joined by a dash", "[RFC-PATCHv2] x", "patch rfc v2 | x"},
             Case{"joined by a slash", "[PATCH/RFC 1/2] x", "patch rfc 1/2 | x"},
             Case{"comma for a space", "[PATCH v6,19/24] x", "patch v6 19/24 | x"},
             Case{"part above total stands", "[PATCH 6/5] x", "patch 6/5 | x"},
             Case{"mercurial counts in words", "[PATCH 1 of 3] x", "patch 1/3 | x"},
             Case{"two groups", "[RFC][PATCH 10/10] cifs", "patch rfc 10/10 | cifs"},
             Case{"debbugs in front", "[bug#60788] [PATCH v2] gnu: x", "patch v2 {bug#60788} | gnu: x"},
             Case{"nested brackets", "[PATCH [v2] 1/2] x", "patch v2 1/2 | x"},
             Case{"small letters", "[patch V3 2/9] x", "patch v3 2/9 | x"},
             Case{"resend", "[RESEND PATCH net-next v2] x", "patch resend v2 {net-next} | x"},
             Case{"resent", "[PATCH v7 RESENT] x", "patch resend v7 | x"},
             Case{"repost", "[REPOST][PATCH] x", "patch resend | x"},
             Case{"a release is no version", "[PATCH v5.10.y] x", "patch {v5.10.y} | x"},
             Case{"for which release", "[PATCH for v5.9] x", "patch {for} {v5.9} | x"},
             Case{"a version, and for which release", "[PATCH v2 for v5.9 1/2] x", "patch v2 1/2 {for} {v5.9} | x"},
             Case{"version with a letter", "[PATCH v4A 01/15] x", "patch v4 1/15 | x"},
             Case{"a name that looks like a version", "[PATCH v4l-utils 1/2] x", "patch 1/2 {v4l-utils} | x"},
             Case{"version without patch", "[v6,1/1] x", "v6 1/1 | x"},
             Case{"version behind the title", "[PATCH] x y (v2)", "patch v2 | x y"},
             Case{"tag's version wins", "[PATCH v3] x (v2)", "patch v3 | x"},
             Case{"other parentheses stay", "[PATCH] x (again)", "patch | x (again)"},
             Case{"reply", "Re: [PATCH] x", "reply patch | x"},
             Case{"replies pile up", "AW: Re: RE[2]: Antw: [PATCH] x", "reply patch | x"},
             Case{"swedish", "Sv: x", "reply | x"},
             Case{"list puts its name first", "[notmuch] Re: [PATCH 1/2] x", "reply patch 1/2 {notmuch} | x"},
             Case{"any two letters before a tag", "YT: [PATCH v2 1/2] x", "reply patch v2 1/2 | x"},
             Case{"two letters before other brackets", "mm: [a] x", "| mm: [a] x"},
             Case{"three letters before a tag", "kvm: [PATCH] x", "| kvm: [PATCH] x"},
             Case{"chinese", "回复：[PATCH] x", "reply patch | x"},
             Case{"chinese forward, plain colon", "转发: [PATCH] x", "patch | x"},
             Case{"reply between tags", "[bug#60788] Re: [PATCH v2] x", "reply patch v2 {bug#60788} | x"},
             Case{"forward of a reply", "Fwd: Re: [PATCH] x", "reply patch | x"},
             Case{"reply without a space", "Re:[PATCH v2]x", "reply patch v2 | x"},
             Case{"version 0 and cover", "[PATCH v0 0/3] x", "patch v0 0/3 | x"},
             Case{"three groups", "[PATCH][v2][1/3] x", "patch v2 1/3 | x"},
             Case{"mercurial without patch", "[1 of 3] x", "1/3 | x"},
             Case{"version and part by commas", "[PATCH,v6,19/24] x", "patch v6 19/24 | x"},
             Case{"glued in small letters", "[patchv3 2/9] x", "patch v3 2/9 | x"},
             Case{"version behind the title of a reply", "Re: [PATCH] x (v2)", "reply patch v2 | x"},
             Case{"forward is no reply", "Fwd: [PATCH] x", "patch | x"},
             Case{"subsystem of two letters is no prefix", "mm: x", "| mm: x"},
             Case{"subsystem that begins like one", "revert: x", "| revert: x"},
             Case{"bracket in the title", "[PATCH] fix [a] b", "patch | fix [a] b"},
             Case{"bracket that never closes", "[PATCH fix", "| [PATCH fix"},
             Case{"empty brackets", "[] x", "| x"},
             Case{"folded header", "[PATCH] a\n b\t c", "patch | a b c"},
             Case{"number too large", "[PATCH 99999999999/1] x", "patch {99999999999/1} | x"},
         }) {
        CAPTURE(c.name);
        CHECK(print(parse_subject(c.subject)) == c.parts);
    }
}

TEST_CASE("versions stand in their order, and what counts anew after an RFC behind it") {
    struct Case {
        const char *postings, *order;  ///< r2: an RFC that says v2; p1: a patch, in the order of time
    };
    for (const Case& c : {
             Case{"p2 p1 p3", "p1 p2 p3"},
             Case{"r1 r2 p1", "r1 r2 p1"},
             Case{"r2 r1 p1 p3 p2", "r1 r2 p1 p2 p3"},
             Case{"r1 p2 p3", "r1 p2 p3"},
             Case{"r3 p3 p4", "r3 p3 p4"},
             Case{"p1 r2 p3", "p1 r2 p3"},
             Case{"p1 r2 p1 r3 p2", "p1 r2 p1 p2 r3"},
             Case{"r1", "r1"},
             Case{"", ""},
         }) {
        std::vector<std::string> all;
        for (std::string_view rest = c.postings; !rest.empty();
             rest.remove_prefix(std::min<std::size_t>(3, rest.size())))
            all.emplace_back(rest.substr(0, 2));
        patchseek::patch::order_versions(
            all, [](const std::string& one) { return one[1]; }, [](const std::string& one) { return one[0] == 'r'; });
        std::string out;
        for (const std::string& one : all) out += (out.empty() ? "" : " ") + one;
        CHECK(out == c.order);
    }
}
