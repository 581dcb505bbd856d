// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/base/spelling.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace patchseek;

TEST_CASE("edit distance") {
    struct Case {
        const char* name;
        const char *a, *b;
        std::size_t limit, expected;
    };
    for (const Case& c : {
             Case{"same", "file", "file", 2, 0},
             Case{"case is no edit", "FILE", "file", 2, 0},
             Case{"swap is one", "fiel", "file", 2, 1},
             Case{"swap at the front", "ifle", "file", 2, 1},
             Case{"insertion", "fle", "file", 2, 1},
             Case{"insertion at the end", "fil", "file", 2, 1},
             Case{"deletion at the front", "xfile", "file", 2, 1},
             Case{"replacement", "fale", "file", 2, 1},
             Case{"two", "kitten", "kittxnx", 2, 2},
             Case{"three", "kitten", "sitting", 3, 3},
             Case{"over the limit", "kitten", "sitting", 2, 3},
             Case{"over the limit by length", "a", "abcdef", 2, 3},
             Case{"nothing against something", "", "ab", 2, 2},
             Case{"limit 0", "ab", "ac", 0, 1},
             Case{"swap and one more", "reivewd", "reviewed", 2, 2},
             Case{"shift over a long word", "abcdefghij", "bcdefghijk", 2, 2},
         }) {
        CAPTURE(c.name);
        CHECK(edit_distance(c.a, c.b, c.limit) == c.expected);
        CHECK(edit_distance(c.b, c.a, c.limit) == c.expected);
    }
}

TEST_CASE("the band finds what the whole matrix finds") {
    // All words of a, b and c up to five letters against one: the limit must not change the answer.
    std::array<std::string, 1> other{"abcab"};
    std::string word;
    for (int code = 0; code < 1024; ++code) {
        word.clear();
        for (int rest = code; rest > 0; rest /= 4)
            if (rest % 4 != 0) word += static_cast<char>('a' + rest % 4 - 1);
        const std::size_t whole = edit_distance(word, other[0], 100);
        for (std::size_t limit = 0; limit < 6; ++limit) {
            CAPTURE(word);
            CAPTURE(limit);
            CHECK(edit_distance(word, other[0], limit) == std::min(whole, limit + 1));
        }
    }
}

TEST_CASE("the nearest name") {
    constexpr auto names =
        std::to_array<std::string_view>({"subject", "s", "file", "files", "reviewed", "author", "to"});
    struct Case {
        const char* name;
        std::string word;
        const char* expected;  ///< "" for none
    };
    for (const Case& c : {
             Case{"swap", "fiel", "file"},
             Case{"first of equals", "filet", "file"},
             Case{"two edits in a long word", "reveiwd", "reviewed"},
             Case{"two edits in a short word", "foxe", ""},
             Case{"beginning", "auth", "author"},
             Case{"beginning in capitals", "REV", "reviewed"},
             Case{"too short to guess", "t", ""},
             Case{"short but the same", "TO", "to"},
             Case{"nothing like it", "mmap", ""},
             Case{"very long", std::string(60000, 's'), ""},
         }) {
        CAPTURE(c.name);
        CHECK(nearest(c.word, names).value_or("") == c.expected);
    }
    CHECK_FALSE(nearest("file", {}));
}
