// SPDX-License-Identifier: GPL-2.0-or-later
#include "patchseek/settings/settings.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

using namespace patchseek;

namespace {

std::string error_of(const std::string& text) {
    const auto settings = settings::parse(text, "config", "/home/ann");
    return settings ? "" : settings.error().message;
}

}  // namespace

TEST_CASE("a configuration is read") {
    const auto settings = settings::parse(
        "\xEF\xBB\xBF# mine\r\n"
        "db = ~/mail/index   # a comment\r\n"
        "archives = /mail/a b.mbox\narchives=/mail/c#d\n"
        "  limit =  5\nlimit = 7\n"
        "link-template = https://mail.example/#/%s\n\n"
        "[list]\nnet = netdev.vger.example\n"
        "[ saved ]\nmine = added:#define is:latest  # and what is said of it\n"
        "[list]\nmm=mm.lists.example\n",
        "config", "/home/ann");
    REQUIRE(settings);
    CHECK(settings->choose("db")->text == "/home/ann/mail/index");
    CHECK(settings->choose("db")->origin == "config:2");
    CHECK(settings->choose("limit")->text == "7");
    CHECK(settings->choose("limit")->origin == "config:6");
    CHECK(settings->choose("limit", "9")->origin == "option --limit");
    CHECK(settings->choose("link-template")->text == "https://mail.example/#/%s");
    CHECK_FALSE(settings->choose("sort"));
    const auto archives = settings->all("archives");
    REQUIRE(archives.size() == 2);
    CHECK(archives[0].text == "/mail/a b.mbox");
    CHECK(archives[1].text == "/mail/c#d");
    CHECK(settings->lists.at("net").text == "netdev.vger.example");
    CHECK(settings->lists.at("mm").origin == "config:14");
    CHECK(settings->saved.at("mine").text == "added:#define is:latest");
}

TEST_CASE("the environment beats the file") {
    const auto settings = settings::parse("db = /a\ncolor = always\n", "config", "");
    REQUIRE(settings);
    ::setenv("PATCHSEEK_DB", "/b", 1);
    ::setenv("NO_COLOR", "1", 1);
    CHECK(settings->choose("db")->text == "/b");
    CHECK(settings->choose("db")->origin == "$PATCHSEEK_DB");
    CHECK(settings->choose("color")->text == "never");
    CHECK(settings->choose("color", "always")->text == "always");
    ::unsetenv("PATCHSEEK_DB");
    ::unsetenv("NO_COLOR");
    CHECK(settings->choose("color")->text == "always");
}

TEST_CASE("an error of a configuration names its line") {
    struct Case {
        const char* text;
        const char* error;
    };
    for (const Case& c : {
             Case{"", ""},
             Case{"\n\n# nothing\n", ""},
             Case{"db = /a\nlimt = 5\n", "config:2: unknown key 'limt', did you mean 'limit'?"},
             Case{"zebra = 1\n",
                  "config:1: unknown key 'zebra'; there are db, archives, mailmap, format, limit, sort, color, "
                  "link-template"},
             Case{"[lists]\n", "config:1: unknown section '[lists]', did you mean '[list]'?"},
             Case{"[zebra]\n", "config:1: unknown section '[zebra]'; there are [list], [saved] and [db]"},
             Case{"db\n", "config:1: a line is 'key = value' or '[section]', not 'db'"},
             Case{"\n[list\n", "config:2: a line is 'key = value' or '[section]', not '[list'"},
             Case{"db =\n", "config:1: nothing stands behind 'db ='"},
             Case{"db = # later\n", "config:1: nothing stands behind 'db ='"},
             Case{"= 5\n",
                  "config:1: unknown key ''; there are db, archives, mailmap, format, limit, sort, color, "
                  "link-template"},
             Case{"db = index\n", "config:1: 'db' takes a path that begins with '/' or '~/', not 'index'"},
             Case{"limit = -1\n", "config:1: 'limit' takes a number, not '-1'"},
             Case{"limit = 99999999999999999999\n", "config:1: 'limit' takes a number, not '99999999999999999999'"},
             Case{"color = yes\n", "config:1: 'color' takes auto, always or never, not 'yes'"},
             Case{"sort = \x1b[31m\n", "config:1: the line has a control character"},
             Case{"[list]\na b = c\n", "config:2: a name has letters, digits, '-', '_' and '.', unlike 'a b'"},
         }) {
        CAPTURE(std::string(c.text));
        CHECK(error_of(c.text) == c.error);
    }
}

TEST_CASE("indexes are those of options, of the variable, of the file") {
    const auto settings = settings::parse("db = /a\ndb = ~/b\n[db]\nlore = ~/mail/lore\n", "config", "/home/ann");
    REQUIRE(settings);
    const auto texts = [&](const std::vector<std::string>& options) {
        std::string out;
        for (const settings::Value& value : settings->indexes(options)) out += value.text + '|';
        return out;
    };
    ::unsetenv("PATCHSEEK_DB");
    CHECK(texts({}) == "/a|/home/ann/b|");
    CHECK(texts({"lore", "./lore", "/c:d"}) == "/home/ann/mail/lore|./lore|/c:d|");
    ::setenv("PATCHSEEK_DB", "/x:/y z::", 1);
    CHECK(texts({}) == "/x|/y z|");
    CHECK(texts({"/c"}) == "/c|");
    ::unsetenv("PATCHSEEK_DB");
    CHECK(error_of("[db]\nlore = mail/lore\n") ==
          "config:2: 'db' takes a path that begins with '/' or '~/', not 'mail/lore'");
}
