// SPDX-License-Identifier: GPL-2.0-or-later
#include "relate/relate.hpp"

#include <doctest/doctest.h>

#include "archive.hpp"
#include "patchseek/base/encoding.hpp"

using namespace patchseek::relate;
using patchseek::store::RelationState;

namespace {

struct Case {
    std::string what;
    std::vector<Mail> mails;
    /// Each series: the ids of its messages, a blank between.
    std::vector<std::string> series;
    std::string latest, complete;
    /// Those of several series.
    std::vector<std::string> changes = {};
};

// How series really come: what lists and mailers make of them.
const std::vector<Case>& cases() {
    static const std::vector<Case> kCases = {
        {"a cover and its parts",
         {{.id = "c", .subject = "[PATCH 0/2] all", .at = 1},
          {.id = "1", .subject = "[PATCH 1/2] a", .at = 2, .refs = {"c"}},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 3, .refs = {"c"}}},
         {"1 2 c"},
         "1 2 c",
         "1 2 c"},
        {"no cover, parts in reply to the first",
         {{.id = "1", .subject = "[PATCH 1/3] a", .at = 1},
          {.id = "2", .subject = "[PATCH 2/3] b", .at = 2, .refs = {"1"}},
          {.id = "3", .subject = "[PATCH 3/3] c", .at = 3, .refs = {"1"}}},
         {"1 2 3"},
         "1 2 3",
         "1 2 3"},
        {"no cover, each part in reply to the one before",
         {{.id = "1", .subject = "[PATCH 1/3] a", .at = 1},
          {.id = "2", .subject = "[PATCH 2/3] b", .at = 2, .refs = {"1"}},
          {.id = "3", .subject = "[PATCH 3/3] c", .at = 3, .refs = {"1", "2"}}},
         {"1 2 3"},
         "1 2 3",
         "1 2 3"},
        {"no cover and no threading",
         {{.id = "1", .subject = "[PATCH 1/2] a", .at = 1}, {.id = "2", .subject = "[PATCH 2/2] b", .at = 9}},
         {"1 2"},
         "1 2",
         "1 2"},
        {"the cover late, in reply to a part",
         {{.id = "1", .subject = "[PATCH 1/2] a", .at = 1},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 2, .refs = {"1"}},
          {.id = "c", .subject = "[PATCH 0/2] all", .at = 90'000, .refs = {"1"}}},
         {"1 2 c"},
         "1 2 c",
         "1 2 c"},
        {"the cover late and not threaded",
         {{.id = "1", .subject = "[PATCH 1/2] a", .at = 1},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 2},
          {.id = "c", .subject = "[PATCH 0/2] all", .at = 1800}},
         {"1 2 c"},
         "1 2 c",
         "1 2 c"},
        {"parts dated out of order",
         {{.id = "2", .subject = "[PATCH 2/3] b", .at = 1},
          {.id = "3", .subject = "[PATCH 3/3] c", .at = 2},
          {.id = "1", .subject = "[PATCH 1/3] a", .at = 3}},
         {"1 2 3"},
         "1 2 3",
         "1 2 3"},
        {"a part is missing",
         {{.id = "c", .subject = "[PATCH 0/3] all", .at = 1},
          {.id = "1", .subject = "[PATCH 1/3] a", .at = 2, .refs = {"c"}},
          {.id = "3", .subject = "[PATCH 3/3] c", .at = 3, .refs = {"c"}}},
         {"1 3 c"},
         "1 3 c",
         ""},
        {"the cover is missing, and all parts refer to it",
         {{.id = "1", .subject = "[PATCH 1/2] a", .at = 1, .refs = {"c"}},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 90'000, .refs = {"c"}}},
         {"1 2"},
         "1 2",
         "1 2"},
        {"a gateway has spoilt the nearest reference",
         {{.id = "c", .subject = "[PATCH 0/2] all", .at = 1},
          {.id = "1", .subject = "[PATCH 1/2] a", .from = "ann@gateway", .at = 2, .refs = {"c", "c@gateway"}},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 3, .refs = {"c"}}},
         {"1 2 c"},
         "1 2 c",
         "1 2 c"},
        {"v2 as reply to v1",
         {{.id = "c", .subject = "[PATCH 0/2] all", .at = 1},
          {.id = "1", .subject = "[PATCH 1/2] a", .at = 2, .refs = {"c"}},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 3, .refs = {"c"}},
          {.id = "d", .subject = "[PATCH v2 0/2] all", .at = 11, .refs = {"c"}},
          {.id = "3", .subject = "[PATCH v2 1/2] a", .at = 12, .refs = {"c", "d"}},
          {.id = "4", .subject = "[PATCH v2 2/2] b", .at = 13, .refs = {"c", "d"}}},
         {"1 2 c", "3 4 d"},
         "3 4 d",
         "1 2 3 4 c d",
         {"1 2 3 4 c d"}},
        {"sent at once, and each part counts its own versions",
         {{.id = "c", .subject = "[PATCH v3 0/3] all", .at = 1},
          {.id = "1", .subject = "[PATCH v3 1/3] a", .at = 2, .refs = {"c"}},
          {.id = "2", .subject = "[PATCH v2 2/3] b", .at = 3, .refs = {"c"}},
          {.id = "3", .subject = "[PATCH RESEND 3/3] c", .at = 4, .refs = {"c"}}},
         {"1 2 3 c"},
         "1 2 3 c",
         "1 2 3 c"},
        {"the cover says another version than all its parts",
         {{.id = "c", .subject = "[PATCH v8 0/2] all", .at = 1},
          {.id = "1", .subject = "[PATCH v7 1/2] a", .at = 2, .refs = {"c"}},
          {.id = "2", .subject = "[PATCH v7 2/2] b", .at = 3, .refs = {"c"}}},
         {"1 2 c"},
         "1 2 c",
         "1 2 c"},
        {"a part that comes again later is not one that was sent at once",
         {{.id = "c", .subject = "[PATCH 0/2] all", .at = 1},
          {.id = "1", .subject = "[PATCH 1/2] a", .at = 2, .refs = {"c"}},
          {.id = "2", .subject = "[PATCH v2 2/2] b", .at = 4000, .refs = {"c"}}},
         {"1 c", "2"},
         "1 2 c",
         "",
         {"1 2 c"}},
        {"v2 without a cover, each part as reply to its v1",
         {{.id = "1", .subject = "[PATCH 1/2] a", .at = 1},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 2, .refs = {"1"}},
          {.id = "3", .subject = "[PATCH v2 1/2] a", .at = 12, .refs = {"1"}},
          {.id = "4", .subject = "[PATCH v2 2/2] b", .at = 13, .refs = {"1", "2"}}},
         {"1 2", "3 4"},
         "3 4",
         "1 2 3 4",
         {"1 2 3 4"}},
        {"v2 not threaded, the cover renamed, a part dropped",
         {{.id = "c", .subject = "[PATCH 0/3] old name", .at = 1},
          {.id = "1", .subject = "[PATCH 1/3] a", .at = 2, .refs = {"c"}},
          {.id = "2", .subject = "[PATCH 2/3] b", .at = 3, .refs = {"c"}},
          {.id = "3", .subject = "[PATCH 3/3] c", .at = 4, .refs = {"c"}},
          {.id = "d", .subject = "[PATCH v2 0/2] new name", .at = 1'000'000},
          {.id = "4", .subject = "[PATCH v2 1/2] a", .at = 1'000'001, .refs = {"d"}},
          {.id = "5", .subject = "[PATCH v2 2/2] b", .at = 1'000'002, .refs = {"d"}}},
         {"1 2 3 c", "4 5 d"},
         "4 5 d",
         "1 2 3 4 5 c d",
         {"1 2 3 4 5 c d"}},
        {"a single patch becomes a series",
         {{.id = "1", .subject = "[PATCH] a", .at = 1},
          {.id = "c", .subject = "[PATCH v2 0/2] more", .at = 1001},
          {.id = "2", .subject = "[PATCH v2 1/2] prepare", .at = 1002, .refs = {"c"}},
          {.id = "3", .subject = "[PATCH v2 2/2] a", .at = 1003, .refs = {"c"}}},
         {"1", "2 3 c"},
         "2 3 c",
         "1 2 3 c",
         {"1 2 3 c"}},
        {"everything renamed, but the paths are the same",
         {{.id = "1", .subject = "[PATCH] make it work", .at = 1, .paths = {"x.c", "y.c"}},
          {.id = "2", .subject = "[PATCH v2] do it well", .at = 1001, .paths = {"x.c", "y.c"}}},
         {"1", "2"},
         "2",
         "1 2",
         {"1 2"}},
        {"everything renamed, but the patch is the same",
         {{.id = "1", .subject = "[PATCH] make it work", .at = 1, .patch = "p"},
          {.id = "2", .subject = "[PATCH v2] do it well", .at = 1001, .patch = "p"}},
         {"1", "2"},
         "2",
         "1 2",
         {"1 2"}},
        {"a cover of one part, then that part alone under another title",
         {{.id = "c", .subject = "[PATCH 0/1] make it work", .at = 1, .change = "x"},
          {.id = "1", .subject = "[PATCH 1/1] a", .at = 2, .refs = {"c"}, .change = "x"},
          {.id = "2", .subject = "[PATCH v2] do it well", .at = 1001, .change = "x"}},
         {"1 c", "2"},
         "2",
         "1 2 c",
         {"1 2 c"}},
        {"another sender, but one change-id",
         {{.id = "1", .subject = "[PATCH] make it work", .at = 1, .change = "x"},
          {.id = "2", .subject = "[PATCH v2] do it well", .from = "bob", .at = 1001, .change = "x"}},
         {"1", "2"},
         "2",
         "1 2",
         {"1 2"}},
        {"sent again, and it says so",
         {{.id = "1", .subject = "[PATCH] a", .at = 1}, {.id = "2", .subject = "[RESEND PATCH] a", .at = 100}},
         {"1", "2"},
         "2",
         "1 2",
         {"1 2"}},
        {"a series sent again",
         {{.id = "1", .subject = "[PATCH 1/2] a", .at = 1},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 2, .refs = {"1"}},
          {.id = "3", .subject = "[PATCH RESEND 1/2] a", .at = 30, .refs = {"1"}},
          {.id = "4", .subject = "[PATCH RESEND 2/2] b", .at = 31, .refs = {"1", "3"}}},
         {"1 2", "3 4"},
         "3 4",
         "1 2 3 4",
         {"1 2 3 4"}},
        {"sent again, unsaid: the patch tells",
         {{.id = "1", .subject = "[PATCH] a", .at = 1, .patch = "p"},
          {.id = "2", .subject = "[PATCH] a", .at = 100, .patch = "p"}},
         {"1", "2"},
         "2",
         "1 2",
         {"1 2"}},
        {"one title, two works",
         {{.id = "1", .subject = "[PATCH] fix typos", .at = 1, .paths = {"x"}},
          {.id = "2", .subject = "[PATCH] fix typos", .at = 100, .paths = {"y"}}},
         {"1", "2"},
         "1 2",
         "1 2"},
        {"one patch for two trees",
         {{.id = "1", .subject = "[PATCH 4.19] a", .at = 1, .patch = "p"},
          {.id = "2", .subject = "[PATCH 5.4] a", .at = 100, .patch = "p"}},
         {"1", "2"},
         "1 2",
         "1 2"},
        {"two series of one author within a minute, one after the other",
         {{.id = "1", .subject = "[PATCH 1/2] a", .at = 1},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 2},
          {.id = "3", .subject = "[PATCH 1/2] c", .at = 3},
          {.id = "4", .subject = "[PATCH 2/2] d", .at = 4}},
         {"1 2", "3 4"},
         "1 2 3 4",
         "1 2 3 4"},
        {"two series of one author within a minute, mixed: the ids tell",
         {{.id = "1", .subject = "[PATCH 1/2] a", .at = 1, .stem = "x"},
          {.id = "3", .subject = "[PATCH 1/2] c", .at = 2, .stem = "y"},
          {.id = "4", .subject = "[PATCH 2/2] d", .at = 3, .stem = "y"},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 4, .stem = "x"}},
         {"1 2", "3 4"},
         "1 2 3 4",
         "1 2 3 4"},
        {"a mailer that is started for each part",
         {{.id = "1", .subject = "[PATCH 1/2] a", .at = 1, .stem = "x"},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 60, .stem = "y"}},
         {"1 2"},
         "1 2",
         "1 2"},
        {"days apart and nothing that joins them",
         {{.id = "1", .subject = "[PATCH 1/2] a", .at = 1}, {.id = "2", .subject = "[PATCH 2/2] b", .at = 90'000}},
         {"1", "2"},
         "1 2",
         ""},
        {"two trees",
         {{.id = "1", .subject = "[PATCH net 1/2] a", .at = 1}, {.id = "2", .subject = "[PATCH bpf 2/2] b", .at = 2}},
         {"1", "2"},
         "1 2",
         ""},
        {"two authors",
         {{.id = "1", .subject = "[PATCH 1/2] a", .at = 1},
          {.id = "2", .subject = "[PATCH 2/2] b", .from = "bob", .at = 2}},
         {"1", "2"},
         "1 2",
         ""},
        {"somebody else's alternative in reply to the cover",
         {{.id = "c", .subject = "[PATCH 0/1] all", .at = 1},
          {.id = "1", .subject = "[PATCH 1/1] a", .at = 2, .refs = {"c"}},
          {.id = "2", .subject = "[PATCH 1/1] better", .from = "bob", .at = 30, .refs = {"c"}}},
         {"1 c", "2"},
         "1 2 c",
         "1 2 c"},
        {"a reply that keeps the subject without Re:",
         {{.id = "1", .subject = "[PATCH 1/2] a", .at = 1},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 2, .refs = {"1"}},
          {.id = "r",
           .subject = "[PATCH 2/2] b",
           .from = "bob",
           .at = 3,
           .refs = {"1", "2"},
           .trailer = "Acked-by",
           .diff = false}},
         {"1 2", ""},
         "1 2",
         "1 2"},
        {"[PATCH v6,19/24]",
         {{.id = "1", .subject = "[PATCH v6,1/2] a", .at = 1},
          {.id = "2", .subject = "[PATCH v6,2/2] b", .at = 2, .refs = {"1"}}},
         {"1 2"},
         "1 2",
         "1 2"},
        {"PATCHv3",
         {{.id = "1", .subject = "[PATCHv2 1/1] a", .at = 1}, {.id = "2", .subject = "[PATCHv3 1/1] a", .at = 20}},
         {"1", "2"},
         "2",
         "1 2",
         {"1 2"}},
        {"[bug#1] [PATCH v2]",
         {{.id = "1", .subject = "[bug#1] [PATCH] a", .at = 1},
          {.id = "2", .subject = "[bug#1] [PATCH v2] a", .at = 20}},
         {"1", "2"},
         "2",
         "1 2",
         {"1 2"}},
        {"N of M",
         {{.id = "1", .subject = "[PATCH 1 of 2] a", .at = 1},
          {.id = "2", .subject = "[PATCH 2 of 2] b", .at = 2, .refs = {"1"}}},
         {"1 2"},
         "1 2",
         "1 2"},
        {"one part sent again",
         {{.id = "1", .subject = "[PATCH 1/3] a", .at = 1},
          {.id = "2", .subject = "[PATCH 2/3] b", .at = 2, .refs = {"1"}},
          {.id = "3", .subject = "[PATCH 3/3] c", .at = 3, .refs = {"1"}},
          {.id = "4", .subject = "[PATCH v2 2/3] b", .at = 50, .refs = {"1", "2"}}},
         {"1 2 3", "4"},
         "1 3 4",
         "1 2 3",
         {"1 2 3 4"}},
        {"three versions, the middle one missing",
         {{.id = "1", .subject = "[PATCH] a", .at = 1}, {.id = "3", .subject = "[PATCH v3] a", .at = 200}},
         {"1", "3"},
         "3",
         "1 3",
         {"1 3"}},
        {"an RFC in two versions, posted in earnest without a number",
         {{.id = "1", .subject = "[RFC PATCH] a", .at = 1},
          {.id = "2", .subject = "[RFC PATCH v2] a", .at = 100},
          {.id = "3", .subject = "[PATCH] a", .at = 200}},
         {"1", "2", "3"},
         "3",
         "1 2 3",
         {"1 2 3"}},
        {"the same, and a second version of it",
         {{.id = "1", .subject = "[RFC PATCH v3 1/2] a", .at = 1},
          {.id = "2", .subject = "[RFC PATCH v3 2/2] b", .at = 2, .refs = {"1"}},
          {.id = "c", .subject = "[PATCH 0/2] all of it", .at = 200},
          {.id = "3", .subject = "[PATCH 1/2] a", .at = 201, .refs = {"c"}},
          {.id = "4", .subject = "[PATCH 2/2] b", .at = 202, .refs = {"c"}},
          {.id = "5", .subject = "[PATCH v2 1/2] a", .at = 300},
          {.id = "6", .subject = "[PATCH v2 2/2] b", .at = 301, .refs = {"5"}}},
         {"1 2", "3 4 c", "5 6"},
         "5 6",
         "1 2 3 4 5 6 c",
         {"1 2 3 4 5 6 c"}},
        {"another patch to the same file below an RFC",
         {{.id = "1", .subject = "[RFC PATCH v2] a", .at = 1, .paths = {"x.c"}},
          {.id = "2", .subject = "[PATCH] b", .at = 2, .refs = {"1"}, .paths = {"x.c"}}},
         {"1", "2"},
         "1 2",
         "1 2"},
        {"a first version, then an RFC of the next",
         {{.id = "1", .subject = "[PATCH] a", .at = 1}, {.id = "2", .subject = "[RFC PATCH v2] a", .at = 100}},
         {"1", "2"},
         "2",
         "1 2",
         {"1 2"}},
        {"v3 names v1 and v2, of which nothing tells that they are one work",
         {{.id = "1", .subject = "[PATCH] make it work", .at = 1, .paths = {"x.c"}},
          {.id = "2", .subject = "[PATCH v2] do it well", .at = 100, .paths = {"y.c"}},
          {.id = "3", .subject = "[PATCH v3] all of it", .at = 200, .paths = {"x.c", "y.c"}, .earlier = {"1", "2"}}},
         {"1", "2", "3"},
         "3",
         "1 2 3",
         {"1 2 3"}},
        {"v2 names what has nothing to do with it",
         {{.id = "1", .subject = "[PATCH] other work", .from = "bob", .at = 1, .paths = {"z.c"}},
          {.id = "2", .subject = "[PATCH v2] do it well", .at = 100, .paths = {"y.c"}, .earlier = {"1"}}},
         {"1", "2"},
         "1 2",
         "1 2"},
        {"a plain subject as cover",
         {{.id = "c", .subject = "widget: faster", .at = 1, .diff = false},
          {.id = "1", .subject = "[PATCH 1/2] a", .at = 2, .refs = {"c"}},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 3, .refs = {"c"}}},
         {"1 2 c"},
         "1 2 c",
         "1 2 c"},
        {"[PATCHSET v2 0/2] above parts without version",
         {{.id = "b", .subject = "[PATCHSET 0/2] all", .at = 1},
          {.id = "1", .subject = "[PATCH 1/2] a", .at = 2, .refs = {"b"}},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 3, .refs = {"b"}},
          {.id = "c", .subject = "[PATCHSET v2 0/2] all", .at = 901},
          {.id = "3", .subject = "[PATCH 1/2] a", .at = 902, .refs = {"c"}},
          {.id = "4", .subject = "[PATCH 2/2] b", .at = 903, .refs = {"c"}}},
         {"1 2 b", "3 4 c"},
         "3 4 c",
         "1 2 3 4 b c",
         {"1 2 3 4 b c"}},
        {"sets of a set: [PATCHSET 1/2] and [PATCHSET 2/2] in reply to one mail",
         {{.id = "t", .subject = "two sets", .at = 1, .diff = false},
          {.id = "c", .subject = "[PATCHSET 1/2] pump", .at = 2, .refs = {"t"}, .diff = false},
          {.id = "1", .subject = "[PATCH 1/2] pump: a", .at = 3, .refs = {"c"}},
          {.id = "2", .subject = "[PATCH 2/2] pump: b", .at = 4, .refs = {"c"}},
          {.id = "d", .subject = "[PATCHSET 2/2] valve", .at = 5, .refs = {"t"}, .diff = false},
          {.id = "3", .subject = "[PATCH 1/1] valve: a", .at = 6, .refs = {"d"}}},
         {"1 2 c", "3 d"},
         "1 2 3 c d",
         "1 2 3 c d"},
        {"the total of the cover does not agree with the parts",
         {{.id = "c", .subject = "[PATCH 0/3] all", .at = 1},
          {.id = "1", .subject = "[PATCH 1/2] a", .at = 2, .refs = {"c"}},
          {.id = "2", .subject = "[PATCH 2/2] b", .at = 3, .refs = {"c"}}},
         {"1 2 c"},
         "1 2 c",
         "1 2 c"},
        {"dotted versions",
         {{.id = "1", .subject = "[PATCH v23.1 1/1] a", .at = 1},
          {.id = "2", .subject = "[PATCH v24.0 1/1] a", .at = 900},
          {.id = "3", .subject = "[PATCH v24.1 1/1] a", .at = 1800}},
         {"1", "2", "3"},
         "3",
         "1 2 3",
         {"1 2 3"}},
        {"v12 by a colleague",
         {{.id = "1", .subject = "[PATCH v11 1/2] a", .at = 1, .paths = {"x"}},
          {.id = "2", .subject = "[PATCH v11 2/2] b", .at = 2, .refs = {"1"}, .paths = {"y"}},
          {.id = "3", .subject = "[PATCH v12 1/2] a", .from = "bob", .at = 9000, .paths = {"x"}},
          {.id = "4", .subject = "[PATCH v12 2/2] b", .from = "bob", .at = 9001, .refs = {"3"}, .paths = {"y"}}},
         {"1 2", "3 4"},
         "3 4",
         "1 2 3 4",
         {"1 2 3 4"}},
        {"headerless parts, by the shortlog of the cover",
         {{.id = "c", .subject = "[PATCH v5 00/02] all", .at = 1, .shortlog = {"a", "b"}},
          {.id = "x1", .subject = "[PATCH v5 01/02] a", .from = "", .headerless = true},
          {.id = "x2", .subject = "[PATCH v5 02/02] b", .from = "bob", .headerless = true},
          {.id = "x3", .subject = "[PATCH v5 02/02] other", .from = "", .headerless = true}},
         {"c x1 x2", "x3"},
         "c x1 x2 x3",
         "c x1 x2"},
    };
    return kCases;
}

std::vector<Mail> shuffled(std::vector<Mail> mails, unsigned seed) {
    std::mt19937 chance(seed);
    std::ranges::shuffle(mails, chance);
    return mails;
}

}  // namespace

TEST_CASE("series as they come") {
    for (const Case& c : cases()) {
        INFO(c.what);
        const Archive archive(c.mails);
        for (const std::string& series : c.series)
            if (!series.empty()) CHECK(archive.series(series.substr(0, series.find(' '))) == series);
        CHECK(archive.latest() == c.latest);
        CHECK(archive.complete() == c.complete);
        for (const std::string& change : c.changes) CHECK(archive.change(change.substr(0, change.find(' '))) == change);
        if (c.changes.empty())
            for (const std::string& series : c.series)
                if (!series.empty()) CHECK(archive.change(series.substr(0, series.find(' '))) == series);
    }
}

TEST_CASE("a part that counts its own versions gives them to no other") {
    const Archive archive({{.id = "c", .subject = "[PATCH 0/3] all", .at = 1},
                           {.id = "1", .subject = "[PATCH 1/3] a", .at = 2, .refs = {"c"}},
                           {.id = "2", .subject = "[PATCH v4 2/3] b", .at = 3, .refs = {"c"}},
                           {.id = "3", .subject = "[PATCH 3/3] c", .at = 4, .refs = {"c"}}});
    CHECK(archive.series("1") == "1 2 3 c");
    CHECK(archive.place("1").empty());  // as it says itself
    CHECK(archive.place("2") == "v1 2/3");
}

TEST_CASE("the order in which mail comes does not matter") {
    std::vector<Mail> everything;
    for (std::size_t i = 0; i < cases().size(); ++i) {
        const Case& c = cases()[i];
        INFO(c.what);
        const auto truth = Archive(c.mails).all();
        for (unsigned seed = 0; seed < 20; ++seed) CHECK(Archive(shuffled(c.mails, seed)).all() == truth);
        for (Mail mail : c.mails) {
            // One archive of all cases: ids apart, people the same, a day for each.
            const auto apart = std::to_string(i) + "-";
            mail.id = apart + mail.id;
            for (std::string& ref : mail.refs) ref = apart + ref;
            if (mail.at != 0) mail.at += static_cast<std::int64_t>(i) * 86'400;
            everything.push_back(mail);
        }
    }
    const auto truth = Archive(everything).all();
    for (unsigned seed = 0; seed < 20; ++seed) CHECK(Archive(shuffled(everything, seed)).all() == truth);
}

TEST_CASE("threads: what is referred to and not there joins, loops and references to oneself do no harm") {
    const Archive archive({{.id = "1", .subject = "Re: x", .at = 5, .refs = {"ghost"}},
                           {.id = "2", .subject = "Re: x", .at = 2, .refs = {"ghost"}},
                           {.id = "a", .subject = "a", .at = 1, .refs = {"b"}, .diff = false},
                           {.id = "b", .subject = "Re: a", .at = 2, .refs = {"a"}},
                           {.id = "self", .subject = "Re: me", .at = 1, .refs = {"self"}},
                           {.id = "alone", .subject = "Re: x", .at = 5}});
    CHECK(archive.thread("1") == "1 2");
    CHECK(archive.of("1").thread == archive.of("2").thread);
    CHECK(archive.of("1").thread == 2);  // the older one names it
    CHECK(archive.thread("a") == "a b");
    CHECK(archive.thread("self") == "self");
    CHECK(archive.thread("alone") == "alone");
}

TEST_CASE("replies and their trailers go to the nearest patch, those to a cover to all it covers") {
    const std::vector<Mail> mails = {
        {.id = "c", .subject = "[PATCH 0/2] all", .at = 1},
        {.id = "1", .subject = "[PATCH 1/2] a", .at = 2, .refs = {"c"}},
        {.id = "2", .subject = "[PATCH 2/2] b", .at = 3, .refs = {"c"}},
        {.id = "r", .subject = "Re: [PATCH 1/2] a", .from = "bob", .at = 4, .refs = {"c", "1"}},
        {.id = "s", .subject = "Re: [PATCH 1/2] a", .from = "eve", .at = 5, .refs = {"r"}, .trailer = "Reviewed-by"},
        {.id = "t", .subject = "Re: [PATCH 2/2] b", .from = "ann", .at = 6, .refs = {"c", "2"}},
        {.id = "other", .subject = "[PATCH] z", .at = 7, .trailer = "Acked-by"}};
    const Archive archive(mails);
    CHECK(archive.credits() == "s>1");
    CHECK(archive.of("1").replies == 2);
    CHECK(archive.of("2").replies == 1);
    CHECK(archive.of("c").replies == 0);
    CHECK(archive.of("r").replies == 1);
    CHECK(archive.with(RelationState::unanswered) == "2 c other");
    CHECK(archive.with(RelationState::unreviewed) == "2");
    auto more = mails;
    more.push_back(
        {.id = "u", .subject = "Re: [PATCH 0/2] all", .from = "dan", .at = 9, .refs = {"c"}, .trailer = "Reviewed-by"});
    const Archive covered(more);
    CHECK(covered.credits() == "s>1 u>1 u>2 u>c");
    CHECK(covered.with(RelationState::unanswered) == "other");
    CHECK(covered.with(RelationState::unreviewed).empty());
}

TEST_CASE("mail that is no patch has the replies that answer it directly") {
    const Archive archive({{.id = "report", .subject = "it fails", .at = 1, .diff = false},
                           {.id = "r", .subject = "Re: it fails", .from = "bob", .at = 2, .refs = {"report"}},
                           {.id = "s", .subject = "Re: it fails", .from = "eve", .at = 3, .refs = {"report", "r"}},
                           {.id = "self", .subject = "me", .at = 4, .refs = {"self"}, .diff = false}});
    CHECK(archive.of("report").replies == 1);
    CHECK(archive.of("r").replies == 1);
    CHECK(archive.of("s").replies == 0);
    CHECK(archive.of("self").replies == 0);
}

TEST_CASE("a mail that was sent again under its id is the first once more") {
    const std::vector<Mail> mails = {
        {.id = "c", .subject = "[PATCH 0/2] all", .at = 1},
        {.id = "1", .subject = "[PATCH 1/2] a", .at = 2, .refs = {"c"}, .patch = "p"},
        {.id = "1+", .subject = "[PATCH 1/2] a", .at = 900, .refs = {"c"}, .patch = "p"},
        {.id = "2", .subject = "[PATCH 2/2] b", .at = 3, .refs = {"c"}},
        {.id = "r", .subject = "Re: [PATCH 1/2] a", .from = "bob", .at = 950, .refs = {"1"}, .trailer = "Reviewed-by"},
        {.id = "r+", .subject = "Re: [PATCH 1/2] a", .from = "bob", .at = 960, .refs = {"1"}, .trailer = "Acked-by"},
        {.id = "2+", .subject = "[PATCH 2/2] b", .from = "eve", .at = 990, .refs = {"c"}}};
    const auto truth = Archive(mails).all();
    for (unsigned seed = 0; seed < 20; ++seed) CHECK(Archive(shuffled(mails, seed)).all() == truth);
    const Archive archive(mails);
    CHECK(archive.series("c") == "1 1+ 2 c");
    CHECK(archive.credits() == "r>1 r>1+");
    CHECK(archive.of("1").replies == 1);
    CHECK(archive.of("1") == archive.of("1+"));
    CHECK(archive.complete() == "1 1+ 2 c");
    // Somebody else's under that id is not it.
    CHECK(archive.with(RelationState::unreviewed) == "2 2+");
    CHECK(archive.of("2+").series != archive.of("2").series);
}

TEST_CASE("a robot is an answer only where it says what was taken") {
    const TakenPatch taken{.title = 0, .part = 0, .total = 0, .commit = {}};
    const Archive archive(
        {{.id = "1", .subject = "[PATCH] a", .at = 1},
         {.id = "2", .subject = "[PATCH] b", .at = 2},
         {.id = "3", .subject = "[PATCH] c", .at = 3},
         {.id = "r", .subject = "Re: [PATCH] a", .from = "robot", .at = 4, .refs = {"1"}, .bot = true},
         {.id = "s", .subject = "Re: [PATCH] b", .from = "joe", .at = 5, .refs = {"2"}},
         {.id = "t",
          .subject = "Re: [PATCH] c",
          .from = "robot",
          .at = 6,
          .refs = {"3"},
          .taken = {taken},
          .bot = true}});
    CHECK(archive.with(RelationState::unanswered) == "1");
}

TEST_CASE("a thread of ten thousand replies, each to the one before") {
    std::vector<Mail> mails = {{.id = "0", .subject = "[PATCH] a", .at = 1}};
    for (int i = 1; i < 10'000; ++i)
        mails.push_back({.id = std::to_string(i),
                         .subject = "Re: [PATCH] a",
                         .from = "bob",
                         .at = 10'000 - i,
                         .refs = {std::to_string(i - 1)}});
    const Archive archive(mails);
    CHECK(archive.of("0").replies == 9'999);
    CHECK(archive.of("9999").thread == archive.of("0").thread);
}

TEST_CASE("facts come back as they were, and damaged ones add nothing") {
    Fact fact = fact_of({.id = "1",
                         .subject = "[PATCH net v7 3/9] a",
                         .at = -1'700'000'000,
                         .refs = {"a", "b"},
                         .stem = "s",
                         .change = "c",
                         .patch = "p",
                         .paths = {"x", "y"},
                         .shortlog = {"t"},
                         .trailer = "Acked-by"});
    const auto bytes = encode(fact);
    Facts facts;
    REQUIRE(facts.add(bytes));
    const auto& item = facts[0];
    CHECK(item.date == *fact.date);
    CHECK((item.dated && item.numbered && item.reviewed && item.credits && !item.reply && !item.resend));
    CHECK((item.version == 7 && item.part == 3 && item.total == 9));
    CHECK((item.sender == fact.sender && item.title == fact.title && item.tags == fact.tags));
    CHECK((item.stem == fact.stem && facts.change(0) == fact.change && item.patch == fact.patch));
    CHECK((item.content == fact.content && item.kind == fact.kind));
    CHECK(std::ranges::equal(facts.ids(0), fact.ids));
    CHECK(std::ranges::equal(facts.references(0), fact.references));
    CHECK(std::ranges::equal(facts.paths(0), fact.paths));
    CHECK(std::ranges::equal(facts.shortlog(0), fact.shortlog));
    // Stored in indexes, so that it may never change.
    CHECK(patchseek::base64(bytes) ==
          "+AUBBwADCQAfCvr/////f+XFtKFj5Woz8aTpKIKIDLVxb7huMdH3LiiOePX+OmXZDv64cySKimk85IbTJrIfHq4JnPO3nkswAQD/daAQ"
          "qNRWAnFvuG4x0fcuJ9D9JuzkQ9YBSPWLoXVY92gCqoJOz7uSosJQcDv/mIg7rwA=");
    for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(facts.add(bytes.substr(0, size)));
    CHECK_FALSE(facts.add(bytes + "x"));
    CHECK(facts.size() == 1);
}
