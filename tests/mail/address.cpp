// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/address.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace patchseek::mail;

TEST_CASE("address lists, right and wrong") {
    struct Case {
        const char* name;
        std::string value;
        const char* addresses;
    };
    for (const Case& c : {
             Case{"a name and an address", "Jane Doe <jane@x.example>", "Jane Doe <jane@x.example>"},
             Case{"a bare address", "jane@x.example", "jane@x.example"},
             Case{"the name in a comment", "jane@x.example (Jane Doe)", "Jane Doe <jane@x.example>"},
             Case{"no domain", "jane, bob", "jane|bob"},
             Case{"quoted", "\"Doe, \\\"J\\\" Jane\" <jane@x.example>", "Doe, \"J\" Jane <jane@x.example>"},
             Case{"dots without quotes", "Jane R. Doe <jane@x.example>", "Jane R. Doe <jane@x.example>"},
             Case{"a comma without quotes", "Doe, Jane <jane@x.example>, b@x", "Doe, Jane <jane@x.example>|b@x"},
             Case{"an address for a name", "jane@x.example <jane@x.example>", "jane@x.example <jane@x.example>"},
             Case{"a group", "list: a@x, B <b@x>; c@x", "a@x|B <b@x>|c@x"},
             Case{"an empty group", "undisclosed-recipients:;", "undisclosed-recipients:;"},
             Case{"groups within groups", "a: b: c: d@x;;;", "d@x"},
             Case{"semicolons", "a@x; B <b@x>", "a@x|B <b@x>"},
             Case{"too many brackets", "<<a@x>>, <b@x", "a@x|b@x"},
             Case{"an open bracket before others", "A <a@x, b@x>", "A <a@x>|b@x"},
             Case{"a route", "A <@r.x,@s.x:a@x>", "A <a@x>"},
             Case{"a quoted local part", "\"a b\"@x", "\"a b\"@x"},
             Case{"a domain literal", "a@[10.0.0.1]", "a@[10.0.0.1]"},
             Case{"comments and blanks within", "a (c) . b (d) @ x (e) . example", "a.b@x.example"},
             Case{"a dot at the end of the domain", "a@x.example.", "a@x.example"},
             Case{"what is no address between others", "a@x, b c d, e@x", "a@x|e@x"},
             Case{"a comment that never ends", "a@x, b@x (oh", "a@x"},
             Case{"a quote that never ends", "\"Jane <jane@x.example>", "Jane <jane@x.example>"},
             Case{"words only", "who knows", "who knows"},
             Case{"nothing", " , ", ","},
         }) {
        CAPTURE(c.name);
        std::string joined;
        for (const std::string& address : decode_addresses(c.value)) joined += (joined.empty() ? "" : "|") + address;
        CHECK(joined == c.addresses);
    }
}
