// SPDX-License-Identifier: GPL-2.0-or-later
#include "document/mentions.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

std::string named(std::string_view line) {
    std::string out;
    for (const std::string& name : patchseek::document::mentions(line)) out += (out.empty() ? "" : " ") + name;
    return out;
}

}  // namespace

TEST_CASE("prose names commits, messages, bugs and CVEs") {
    struct Case {
        const char* name;
        const char* line;
        const char* named;
    };
    for (const Case& c : {
             Case{"nothing", "", ""},
             Case{"prose", "This is a plain sentence, defaced or not.", ""},
             Case{"a commit", "Commit 7dcd57552008 (\"x86\") broke it", "7dcd57552008"},
             Case{"seven digits are enough", "see 1a2b3c4.", "1a2b3c4"},
             Case{"six are not", "see 1a2b3c.", ""},
             Case{"a whole id",
                  "commit 0123456789ABCDEF0123456789abcdef01234567:", "0123456789abcdef0123456789abcdef01234567"},
             Case{"SHA-256", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
             Case{"longer than any id", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0", ""},
             Case{"letters only are a word", "effaced deadbeef fadeface", ""},
             Case{"figures only are a number", "20201026 1234567 12345678901", ""},
             Case{"unless as long as a short id", "123456789012", "123456789012"},
             Case{"addresses in memory", "at 0xffff8880 and ffff8880_1", ""},
             Case{"CVE", "CVE-2018-3639, cve-2020-12345.", "cve-2018-3639 cve-2020-12345"},
             Case{"CVE cut short", "CVE-2018 CVE-2018-1 CVE- CVE", ""},
             Case{"CVE without an end", "CVE-2018-3639-", ""},
             Case{"lore", "Link: https://lore.kernel.org/kvm/20201026.x-1@y.example", "20201026.x-1@y.example"},
             Case{"lore with a slash", "https://lore.kernel.org/r/A-b@Y.example/.", "a-b@y.example"},
             Case{"lore, a thread", "[1] https://lore.kernel.org/all/a.1@y.example/T/#u", "a.1@y.example"},
             Case{"lore, raw", "(https://lore.kernel.org/all/a.1@y.example/raw)", "a.1@y.example"},
             Case{"a user of a host is no id", "git://me@host.org/x.git https://me@host.org", ""},
             Case{"a handle is no id", "https://example.org/@handle/post", ""},
             Case{"Message-Id", "Message-Id: <20181130143215.69496-2-mila@stow.example>",
                  "20181130143215.69496-2-mila@stow.example"},
             Case{"In-Reply-To with two", "In-Reply-To: <a@b> <c@d>", "a@b c@d"},
             Case{"an address is no id", "Cc: Jane <jane@x.org>", ""},
             Case{"announced in prose", "See message <87abc.fsf@y.example>, cf. <c@d>", "87abc.fsf@y.example c@d"},
             Case{"as only a program writes it", "As said <20240103090000.5-1-oto@y.example>",
                  "20240103090000.5-1-oto@y.example"},
             Case{"an address with a number", "Jane <jane1970@x.org>", ""},
             Case{"bracket left open", "Message-Id: <a@b", ""},
             Case{"brackets doubled", "Message-Id: <<a@b>>", "a@b"},
             Case{"bugzilla", "BugLink: https://bugzilla.kernel.org/show_bug.cgi?id=1883084", "1883084"},
             Case{"bugzilla, a comment", "https://bugzilla.kernel.org/show_bug.cgi?id=1883084#c5", "1883084"},
             Case{"Launchpad and forges", "https://bugs.launchpad.net/bugs/1861936 https://x.org/a/b/issues/12,",
                  "1861936 12"},
             Case{"a page with a number is no bug", "https://x.org/2020/10", ""},
             Case{"letters only, but announced", "Fixes: deadbee (\"x\"), see commit abcdefab", "deadbee abcdefab"},
             Case{"figures only, but announced", "commit 1234567", "1234567"},
             Case{"announced and too short", "commit 123456 fixes 12", ""},
             Case{"git describe", "v5.4-12-g7dcd57552008 g7dcd57552008", "7dcd57552008"},
             Case{"a range of commits", "1a2b3c4..5d6e7f8", "1a2b3c4 5d6e7f8"},
             Case{"link to a commit", "https://git.kernel.org/x/c/1a2b3c4", "1a2b3c4"},
             Case{"lore, percent", "https://lore.kernel.org/r/a%2B1%40y.example/", "a+1@y.example"},
             Case{"percent of no code", "https://x.org/a%4@y.example", "a%4@y.example"},
             Case{"marc", "https://marc.info/?i=a.1@y.example&x=1", "a.1@y.example"},
             Case{"Message-Id without brackets", "Message-ID: a.1@y.example", "a.1@y.example"},
             Case{"References", "References: <a@b>", "a@b"},
             Case{"notmuch and public-inbox", "see id:a.1@y.example, mid:b@c.", "a.1@y.example b@c"},
             Case{"id of something else", "grid:a@b void:c@d", ""},
             Case{"bug by its number", "Bug 12345, bug: 999, bug #7", "12345 999 7"},
             Case{"bugs that are counted", "fixes 2 bugs, bug 12 of 30", ""},
             Case{"trackers", "bsc#1234 [bug#60788] LP: #99 rhbz#5", "1234 bsc#1234 60788 bug#60788 99 5 rhbz#5"},
             Case{"closes", "Closes: #12345", "12345"},
             Case{"a number sign alone", "item #3", ""},
             Case{"Debian's tracker", "Closes: https://bugs.debian.org/12345", "12345"},
             Case{"links after one another", "://://a ://", ""},
         }) {
        CAPTURE(c.name);
        CHECK(named(c.line) == c.named);
    }
}

TEST_CASE("a line made of openings costs no more than its length") {
    constexpr std::size_t kSize = 2'000'000;
    for (const char* unit : {"://", "://a@b", "<", "<a", "<a@b>", "CVE-", "CVE-1111-", "Message-Id: <", "id:", "id:a@b",
                             "bug #12 ", "%40"}) {
        CAPTURE(unit);
        std::string line = "Message-Id: ";
        while (line.size() < kSize) line += unit;
        line += '>';
        CHECK(patchseek::document::mentions(line).size() <= line.size() / 5);  // and the test ends
    }
}
