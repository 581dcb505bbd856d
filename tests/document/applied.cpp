// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/applied.hpp"
#include "document/notices.hpp"
#include "document/sentences.hpp"
#include "patchseek/patch/subject_tag.hpp"

#include <doctest/doctest.h>

#include <string>

using patchseek::document::Applied;

namespace {

/// "whole 1/2 title=commit; ... @tree"; "-" for nothing.
std::string print(const std::optional<Applied>& applied) {
    if (!applied) return "-";
    std::string out = applied->dropped ? "dropped" : applied->except ? "except" : applied->whole ? "whole" : "";
    for (const Applied::Part& part : applied->parts) {
        std::string one = part.part == 0 ? "" : std::to_string(part.part);
        if (part.total != 0) one += '/' + std::to_string(part.total);
        for (const std::string& more : {part.title, part.commit.empty() ? "" : '=' + part.commit})
            if (!more.empty()) one += (one.empty() ? "" : " ") + more;
        if (one.empty() && applied->parts.size() > 1) one = "this";
        if (!one.empty()) out += (out.empty() ? "" : "; ") + one;
    }
    return applied->tree.empty() ? out : out + (out.empty() ? "@" : " @") + applied->tree;
}

std::string told(const std::string& body) {
    return print(patchseek::document::applied_of(body, patchseek::patch::classify(body)));
}

}  // namespace

TEST_CASE("sentences that say that a patch was applied") {
    struct Case {
        const char *sentence, *expected;
    };
    for (const Case& c : {
             Case{"Applied, thanks!", ""},
             Case{"Thanks, applied.", ""},
             Case{"LGTM, applied.", ""},
             Case{"Series looks good to me, applied.", "whole"},
             Case{"I've applied the series, thanks.", "whole"},
             Case{"Both patches applied, thanks.", "whole"},
             Case{"Applied 1-2, thanks.", "1; 2"},
             Case{"Applied 1/3 for now, thanks.", "1"},
             Case{"Patches 1,2,4 applied.", "1; 2; 4"},
             Case{"patches 1 and 3 have been applied to pebble-next tree.", "1; 3 @pebble-next"},
             Case{"all 3 patches have been applied to pebble-next tree.", "whole @pebble-next"},
             Case{"All patches in this set have been applied to brook-next.", "whole @brook-next"},
             Case{"Applied for 5.10, thanks.", "@5.10"},
             Case{"Applied to the brook.misc branch of the brook/brook.git tree.", "@brook/brook.git"},
             Case{"Added to for-next, thanks.", "@for-next"},
             Case{"Added, thanks.", ""},
             Case{"Now queued up, thanks.", ""},
             Case{"Pulled, thanks.", ""},
             Case{"Merged and pushed out.", ""},
             Case{"This patch was applied to brook/brook.git", "@brook/brook.git"},
             Case{"Applied with minor edits, thanks!", ""},
             Case{"I have applied this one as I think it makes sense separately, but I'd like more", ""},
             Case{"Given that this works and got some testing I've applied this now, if there's a way to simplify it "
                  "can always be done later.",
                  ""},
             Case{"I don't think that will land in 6.19, so I've applied patches 1 and 3.", "1; 3"},
             Case{"Looks like these haven't been applied, so I applied patches 2-4.", "2; 3; 4"},
             Case{"So, I applied the series, and I'll submit patches when it is in, or I will not.", "whole"},
             Case{"I fixed it up and applied the patch.", ""},
             Case{"Thank you for your contribution, it has been applied to my local review-brook-fixes branch.",
                  "@review-brook-fixes"},
             Case{"Just applied as 6.16 material, I'll let you know when the tag is ready.", ""},
             Case{"Applied, but please name the driver in the subject.", ""},
             Case{"Applied, though it can only be seen if the other one is in.", ""},
             Case{"Thanks,I've queued that up now.", ""},
             Case{"After minor cosmetic fixes, series applied on brook-next.", "whole @brook-next"},
             Case{"Applied to the stones branch of pebble and pushed out as testing.", ""},
             Case{"Applying to brook-next, thanks.", "@brook-next"},
             Case{"I've applied the first two, the others need more work.", "1; 2"},
             Case{"I applied the second patch.", "2"},
             Case{"I applied patches 2..4 to brook-next.", "2; 3; 4 @brook-next"},
             Case{"With that tag dropped, applied, thx.", ""},
             Case{"No objections, so I just merged them.", "whole"},
             Case{"Otherwise fine, patches added to brook-next.", "whole @brook-next"},
             Case{"I've applied all except 1, 3 and 8, so there are still some warnings.", "except; 1; 3; 8"},
             Case{"I've applied the set except for this one.", "except"},
             Case{"I've applied the rest, please send it again.", "except"},
             Case{"Applied, together with patches 2..4 of the series.", "this; 2; 3; 4"},
             Case{"Applied together with the first patch of the series.", "1"},
             Case{"queued 1/5 for 6.15.", "1 @6.15"},
             Case{"I merged the two patches.", "whole"},
             // Undone.
             Case{"I've dropped this patch for now.", "dropped"},
             Case{"Dropping the series.", "dropped"},
             Case{"Consider dropping this patch.", "-"},
             Case{"Dropped from brook-next.", "dropped @brook-next"},
             Case{"Thanks, this is on for-next.", "@for-next"},
             Case{"These are on brook-for-next, with a few fixups.", "whole @brook-for-next"},
             Case{"It's in my fixes branch now.", "@fixes"},
             Case{"Thanks, queued for v5.5 with a minor fix to one of the comments.", ""},
             Case{"Thanks, I'm taking this into for-next.", "@for-next"},
             Case{"I've taken this onto fixes.", "@fixes"},
             Case{"I've put these (along with the other fix) on for-next.", "whole @for-next"},
             Case{"I applied your patch to brook/misc for v5.4", "@brook/misc"},
             // Something else.
             Case{"All but the last one are on for-next", "-"},
             Case{"This is in the Fixes tag.", "-"},
             Case{"This is in linux-next since Monday", "-"},
             Case{"The bug is on for-next too", "-"},
             Case{"this is not in for-next", "-"},
             Case{"Applied the patches but did not enable anything:", "-"},
             Case{"Applied the \"brook\" patchset and also included the \"pebble\" patch.", "-"},
             Case{"I applied patches from Renee and Anselm", "-"},
             Case{"I applied these to 5.2rc2, along with my change", "-"},
             Case{"I applied your patch and it warns", "-"},
             Case{"I'm taking this over", "-"},
             Case{"I've taken this into account.", "-"},
             Case{"I've put this on my list.", "-"},
             Case{"I put these in drivers/brook.", "-"},
             Case{"I've applied your patch to the latest", "-"},
             Case{"I'll take this.", "-"},
             Case{"I will queue it for 6.3.", "-"},
             Case{"I have applied the fixup (with corrected spelling):", "-"},
             Case{"I have applied the following fixup:", "-"},
             Case{"I have applied the following to branch brook-next.", "@brook-next"},
             Case{"Will apply if nobody objects.", "-"},
             Case{"I have not applied this yet.", "-"},
             Case{"I haven't applied this.", "-"},
             Case{"Not applied.", "-"},
             Case{"I can't say that I've applied it.", "-"},
             Case{"If you agree, I've applied it already for you.", "-"},
             Case{"Before that, I have applied the patch:", "-"},
             Case{"With my board, and the series applied, I get:", "-"},
             Case{"So I applied this series and tested the overlay.", "-"},
             Case{"I have applied this on a plain v6.0", "-"},
             Case{"My box, applied to 5.5.0-rc5", "-"},
             Case{"Applying: brook: read limits", "-"},
             Case{"Applying the overlay leads to a warning.", "-"},
             Case{"Picked up the Reviewed-by tags.", "-"},
             Case{"You picked this patch into your tree.", "-"},
             Case{"Add a lock\") applied.", "-"},
             Case{"For convenience, I pushed this series at the tree below.", "-"},
             Case{"I've pulled the patch from the queue.", "-"},
             Case{"I dropped the Fixes tag.", "-"},
             Case{"I dropped it from the commit.", "-"},
             Case{"I'm committed to it.", "-"},
             Case{"I picked this value because of it.", "-"},
             Case{"I've committed the transaction.", "-"},
             Case{"I got pulled into something else.", "-"},
             Case{"I pulled this, and then I unpulled it again.", "-"},
             Case{"Thanks, added to the changelog.", "-"},
             Case{"It is needed for a change I have queued and nothing else.", "-"},
             Case{"Can someone get this applied, please?", "-"},
             Case{"I'll get it applied, thanks.", "-"},
             Case{"When applied, it warns.", "-"},
             Case{"I applied this locally.", "-"},
             Case{"I applied the patch on top of the tree and the issue is gone.", "-"},
             Case{"Applied your suggestions.", "-"},
             Case{"I've queued up a fix for this", "-"},
             Case{"Pushed out a fix for this one.", "-"},
             Case{"Merged it with the previous patch.", "-"},
             Case{"I added the helper function.", "-"},
             Case{"This was merged in 5.5.", "-"},
             Case{"It has not been applied.", "-"},
             Case{"queued to work) --> cancel", "-"},
             Case{"A cqe is queued for each one of these.", "-"},
             Case{"Please apply.", "-"},
             Case{"", "-"},
         }) {
        CAPTURE(std::string(c.sentence));
        CHECK(print(patchseek::document::applied_in(c.sentence)) == c.expected);
    }
}

TEST_CASE("lists of b4, patchwork-bot and pr-tracker-bot") {
    CHECK(told("On Mon, 2 Oct 2023 10:00:00 +0200, Ann Lee wrote:\n> Two things.\n> \n> [...]\n\nApplied, thanks!\n\n"
               "[1/2] brook: read limits\n      commit: 37d26edd6bb4984849a71e21c6824c961fcd19db\n"
               "[2/2] brook: use them\n      (no commit info)\n\nBest regards,\n-- \nBob Ray\n") ==
          "1/2 brook: read limits =37d26edd6bb4984849a71e21c6824c961fcd19db");
    CHECK(told("Applied, thanks!\n\n[1/2] brook: read limits\n      (no commit info)\n[2/2] brook: use them\n"
               "      (no commit info)\n") == "1/2 brook: read limits; 2/2 brook: use them");
    CHECK(told("Hello:\n\nThis series was applied to brook/brook.git (master)\nby Bob Ray <bob@x.example>:\n\n"
               "On Mon, 2 Oct 2023 10:00:00 +0200 you wrote:\n> Two things.\n> \n> [...]\n\n"
               "Here is the summary with links:\n  - [Brook,v2,1/2] brook: read limits\n"
               "    https://git.x.example/brook/brook/c/d26a7f96cdd4\n"
               "  - [Brook,v2,2/2] brook: use them\n    (no matching commit)\n\nYou are awesome, thank you!\n-- "
               "\nbot\n") == "1/2 brook: read limits =d26a7f96cdd4 @brook/brook.git (master)");
    CHECK(told("This patch was applied to brook/brook.git (master)\nby Bob Ray <bob@x.example>:\n\n"
               "Here is the summary with links:\n  - brook: one\n    "
               "https://git.x.example/brook.git/?id=f355617ee0e6\n") ==
          "brook: one =f355617ee0e6 @brook/brook.git (master)");
    CHECK(told("The pull request you sent on Mon, 2 Oct 2023 10:00:00 +0200:\n\n> git://x.example/brook.git "
               "tags/for-6.7\n\n"
               "has been merged into lumen/lumen.git:\n"
               "https://git.x.example/lumen/c/e829083bc46d3d79b9aade758c350ec12342c9bd\n\nThank you!\n") ==
          "=e829083bc46d3d79b9aade758c350ec12342c9bd @lumen/lumen.git");
    CHECK(told("Applied to\n\n   https://git.x.example/pub/scm/linux/kernel/git/brook/brook.git for-next\n\nThanks!\n\n"
               "[1/1] brook: one\n      commit: 37d26edd6bb4\n") ==
          "1/1 brook: one =37d26edd6bb4 @brook/brook.git for-next");
    CHECK(told("tree:   https://git.x.example/pub/scm/linux/kernel/git/brook/brook.git\nbranch: brook-6.19\n\n"
               "[1/5] brook: one\n      https://git.x.example/brook/brook/c/56749ed317e2\n") ==
          "1/5 brook: one =56749ed317e2 @brook/brook.git (brook-6.19)");
}

TEST_CASE("what is said of parts in two sentences adds up") {
    CHECK(told("Applied patches 1-2 to brook-next.\n\nPatch 4 applied to fixes.\n") == "1; 2; 4 @brook-next");
    CHECK(told("I've applied the series.\nI've applied patch 3 twice.\n") == "whole");
}

TEST_CASE("notices of what became of a patch, which carry it once more") {
    const auto notice = [](const std::string& subject, const std::string& body) {
        return print(patchseek::document::notice_of(patchseek::patch::parse_subject(subject), body));
    };
    const std::string diff = "---\n a.c | 2 +-\n\ndiff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-a\n+b\n";
    const std::string id = "37d26edd6bb4984849a71e21c6824c961fcd19db";
    CHECK(notice("[tip: brook/core] brook: Read limits",
                 "The following commit has been merged into the brook/core branch of tip:\n\nCommit-ID:     " + id +
                     "\nGitweb:        https://git.x.example/tip/" + id + "\nAuthor:        Ann Lee\n\nText\n" +
                     diff) == "brook: Read limits =" + id + " @tip (brook/core)");
    CHECK(notice("[tip:brook/core] brook: Read limits",
                 "Commit-ID:  " + id + "\nGitweb:     https://git.x.example/tip/" + id + "\nAuthor:     Ann Lee\n") ==
          "brook: Read limits =" + id + " @tip (brook/core)");
    CHECK(notice("+ brook-read-limits.patch added to mm-unstable branch",
                 "\nThe patch titled\n     Subject: brook: read limits\nhas been added to the -mm mm-unstable branch.  "
                 "Its filename is\n     brook-read-limits.patch\n\n" +
                     diff) == "brook: read limits @-mm (mm-unstable)");
    const std::string removed =
        "\nThe quilt patch titled\n     Subject: brook: read limits\nhas been removed from the -mm tree.  Its filename "
        "was\n     brook-read-limits.patch\n\nThis patch was dropped because ";
    CHECK(notice("[merged mm-stable] brook-read-limits.patch removed from -mm tree",
                 removed +
                     "it was merged into the mm-stable branch\nof git://git.x.example/pub/scm/linux/kernel/git/"
                     "akpm/mm\n\n" +
                     diff) == "brook: read limits @akpm/mm (mm-stable)");
    CHECK(notice("[to-be-updated] brook-read-limits.patch removed from -mm tree",
                 removed + "an updated version will be issued\n\n" + diff) == "dropped; brook: read limits");
    CHECK(notice("Patch \"brook: read limits\" has been added to the 6.12-stable tree",
                 "\nThis is a note to let you know that I've just added the patch titled\n\n    brook: read limits\n\n"
                 "to the 6.12-stable tree which can be found at:\n    http://git.x.example/\n") ==
          "brook: read limits @6.12-stable");
    CHECK(notice("Applied \"brook: read limits\" to the brook tree",
                 "The patch\n\n   brook: read limits\n\nhas been applied to the brook tree at\n\n"
                 "   https://git.x.example/pub/scm/linux/kernel/git/ann/brook.git for-5.4\n\nAll being well\n" +
                     diff) == "brook: read limits @ann/brook.git for-5.4");
    CHECK(notice("Patchwork summary for: brook",
                 "Hello:\n\nThe following patches were marked \"accepted\", because they were applied to\n"
                 "ann/brook.git (for-next):\n\nSeries: More limits\n  Submitter: Ann Lee <ann@x.example>\n"
                 "    Patches: [v2,1/2] brook: read limits\n             [v2,2/2] brook: use them\n\n"
                 "Patch: [v3] brook: other\n  Submitter: Ann Lee <ann@x.example>\n\nTotal patches: 3\n\n-- \nbot\n") ==
          "brook: read limits; brook: use them; brook: other @ann/brook.git (for-next)");
    // A patch whose log speaks of another, or that is damaged, is none.
    CHECK(notice("[PATCH] brook: read limits",
                 "It was bad.\n\nThe following went in.\n\nIt is so.\nAnd so.\n\n"
                 "The patch\n\n   x\n\nhas been applied to the brook tree at\n") == "-");
    CHECK(notice("[tip: brook/core] x", "Commit-ID: none\nGitweb: x\n") == "-");
    CHECK(notice("x", "The patch titled\n     Subject: x\n\nwas lost.\n") == "-");
    CHECK(notice("x", "The patch\n") == "-");
    CHECK(notice("x", "") == "-");
}

TEST_CASE("quotes, signatures and what follows them say nothing") {
    CHECK(told("Ann wrote:\n> Applied, thanks.\n\nWas it?\n") == "-");
    CHECK(told("No.\n\n-- \nApplied, thanks.\n") == "-");
    CHECK(told("> a change\n\nLooks fine.\nApplied, thanks.\n") == "");
    CHECK(told("Here is the summary with links:\n  - brook: one\n    (no matching commit)\n") == "-");
    CHECK(told("See these:\n\n[1]\nhttps://git.x.example/brook/commit/?id=37d26edd6bb4\n") == "-");
    CHECK(told("[1] the fix\nhttps://git.x.example/brook/commit/?id=37d26edd6bb4\n") == "-");
    CHECK(told("[1/2] of the values\nsee commit: 37d26edd6bb4\n") == "-");
    CHECK(told("") == "-");
}
