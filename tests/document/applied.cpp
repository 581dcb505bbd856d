#include "document/applied.hpp"

#include <doctest/doctest.h>

#include <string>

using patchseek::document::Applied;

namespace {

/// "whole 1/2 title=commit; ... @tree"; "-" for nothing.
std::string print(const std::optional<Applied>& applied) {
    if (!applied) return "-";
    std::string out = applied->whole ? "whole" : "";
    for (const Applied::Part& part : applied->parts) {
        std::string one = part.part == 0 ? "" : std::to_string(part.part);
        if (part.total != 0) one += '/' + std::to_string(part.total);
        for (const std::string& more : {part.title, part.commit.empty() ? "" : '=' + part.commit})
            if (!more.empty()) one += (one.empty() ? "" : " ") + more;
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
             // Something else.
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
          "1/2 brook: read limits =37d26edd6bb4984849a71e21c6824c961fcd19db; 2/2 brook: use them");
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

TEST_CASE("quotes, signatures and what follows them say nothing") {
    CHECK(told("Ann wrote:\n> Applied, thanks.\n\nWas it?\n") == "-");
    CHECK(told("No.\n\n-- \nApplied, thanks.\n") == "-");
    CHECK(told("> a change\n\nLooks fine.\nApplied, thanks.\n") == "");
    CHECK(told("Here is the summary with links:\n  - brook: one\n    (no matching commit)\n") == "-");
    CHECK(told("[1/2] of the values\nsee commit: 37d26edd6bb4\n") == "-");
    CHECK(told("") == "-");
}
