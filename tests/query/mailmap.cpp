// SPDX-License-Identifier: GPL-2.0-or-later
#include "query/mailmap.hpp"

#include <doctest/doctest.h>

#include "query/parser.hpp"

using namespace patchseek;

namespace {

/// "Jane Doe, jane@x; Bo, bo@y", names and addresses of each in their order.
std::string parsed(std::string_view text) {
    tokens::Analyzer analyzer;
    const auto mailmap = query::Mailmap::parse(text, analyzer);
    if (!mailmap) {
        CHECK(mailmap.error().kind == ErrorKind::data);
        return mailmap.error().message;
    }
    std::string out;
    for (const auto& identity : mailmap->identities()) {
        out += out.empty() ? "" : "; ";
        for (const auto& alias : identity) out += (&alias == identity.data() ? "" : ", ") + alias.text;
    }
    return out;
}

constexpr std::string_view kPeople =
    "Jane Doe <jane@new.example> <jane@old.example>\n"
    "Jane Doe <jane@new.example> J. Dough <jd@corp.example>\n"
    "Bo Ek <bo@x.example>\n"
    "<cy@x.example> <cy@y.example>\n";

std::string widened(std::string_view query, std::string_view mailmap = kPeople, std::string* note = nullptr) {
    tokens::Analyzer analyzer;
    const auto people = query::Mailmap::parse(mailmap, analyzer);
    REQUIRE(people);
    auto tree = query::parse(query, {});
    REQUIRE(tree);
    std::vector<std::string> notes;
    people->widen(tree->root, analyzer, notes);
    if (note && !notes.empty()) *note = notes.front();
    return query::print(tree->root);
}

struct Case {
    const char *name, *text, *expected;
};

}  // namespace

TEST_CASE("a mailmap is read in all of git's forms") {
    for (const Case& c : {
             Case{"nothing", "", ""},
             Case{"comments and blank lines", "# people\n\n   \n\t# more\n", ""},
             Case{"name", "Jane Doe <jane@x>\n", "jane@x, Jane Doe"},
             Case{"address", "<jane@x> <old@y>", "jane@x, old@y"},
             Case{"name and address", "Jane Doe <jane@x> <old@y>", "jane@x, Jane Doe, old@y"},
             Case{"all", "Jane Doe <jane@x> J. Dough <old@y>", "jane@x, Jane Doe, J. Dough, old@y"},
             Case{"comment behind", "Jane Doe <jane@x> # was here\n<a@b> <c@d> #x", "jane@x, Jane Doe; a@b, c@d"},
             Case{"spaces and line ends", "  Jane  Doe\t< jane@x >  <old@y> \r\n", "jane@x, Jane  Doe, old@y"},
             Case{"lines of one address", "J D <j@x> <a@y>\n<j@x> <b@y>\nJ D <J@X>", "j@x, J D, a@y, b@y"},
             Case{"chains", "A B <new@x> <mid@x>\n<mid@x> <old@x>", "new@x, A B, mid@x, old@x"},
             Case{"chains the other way", "<mid@x> <old@x>\nA B <new@x> <mid@x>", "mid@x, old@x, new@x, A B"},
             Case{"an address of several", "A B <a@x> Root A <root@localhost>\nC D <c@x> Root C <root@localhost>",
                  "a@x, A B, Root A; c@x, C D, Root C"},
             Case{"two people of one name", "A B <a@x>\nA B <b@x>", "a@x, A B; b@x, A B"},
             Case{"no address", "A B <a@x>\n\nJane Doe\n",
                  "line 3: 'Jane Doe' is not as in 'Proper Name <proper@x> Commit Name <commit@x>'"},
             Case{"unclosed", "Jane Doe <jane@x",
                  "line 1: 'Jane Doe <jane@x' is not as in 'Proper Name <proper@x> Commit Name <commit@x>'"},
             Case{"empty address", "Jane Doe <>",
                  "line 1: 'Jane Doe <>' is not as in 'Proper Name <proper@x> Commit Name <commit@x>'"},
             Case{"nothing said", "<jane@x>",
                  "line 1: '<jane@x>' is not as in 'Proper Name <proper@x> Commit Name <commit@x>'"},
             Case{"something behind", "A B <a@x> <b@x> c",
                  "line 1: 'A B <a@x> <b@x> c' is not as in 'Proper Name <proper@x> Commit Name <commit@x>'"},
         }) {
        CAPTURE(c.name);
        CHECK(parsed(c.text) == c.expected);
    }
}

TEST_CASE("who is asked for is asked for by all names") {
    const std::string jane =
        R"((author phrase:"jane@new.example") (author phrase:"jane@old.example") (author phrase:"J. Dough") (author phrase:"jd@corp.example"))";
    for (
        const Case& c : {
            Case{"no field", "jane", "word:jane"},
            Case{"another field", "subject:jane", "(subject word:jane)"},
            Case{"nobody", "author:nobody", "(author word:nobody)"},
            Case{"domain", "author:example", "(author word:example)"},
            Case{"prefix", "author:jan*", "(author prefix:jan)"},
            Case{"any", "author:*", "(author exists)"},
            Case{
                "surname", "author:dough",
                R"((or (author word:dough) (author phrase:"jane@new.example") (author phrase:"Jane Doe") (author phrase:"jane@old.example") (author phrase:"jd@corp.example")))"},
            Case{
                "address", "from:jd@corp.example",
                R"((or (from word:jd@corp.example) (from phrase:"jane@new.example") (from phrase:"Jane Doe") (from phrase:"jane@old.example") (from phrase:"J. Dough")))"},
            Case{
                "beginning of an address", "author:jd",
                R"((or (author word:jd) (author phrase:"jane@new.example") (author phrase:"Jane Doe") (author phrase:"jane@old.example") (author phrase:"J. Dough")))"},
            Case{"phrase", "to:\"Bo Ek\"", R"((or (to phrase:"Bo Ek") (to phrase:"bo@x.example")))"},
            Case{"negated", "-cc:cy@y.example", R"((not (or (cc word:cy@y.example) (cc phrase:"cy@x.example"))))"},
            Case{"trailer", "reviewed:ek fixes:ek",
                 R"((and (or (reviewed word:ek) (reviewed phrase:"bo@x.example")) (fixes word:ek)))"},
            Case{"any trailer that says who", "trailer:co-developed-by:ek",
                 R"((or (trailer:co-developed-by word:ek) (trailer:co-developed-by phrase:"bo@x.example")))"},
            Case{"near", "a:bo NEAR a:ek", "(near/10 (tcf word:bo) (tcf word:ek))"},
            Case{"in braces", "thread:{author:ek}",
                 R"((whole:thread (or (author word:ek) (author phrase:"bo@x.example"))))"},
        }) {
        CAPTURE(c.name);
        CHECK(widened(c.text) == c.expected);
    }
    CHECK(widened("author:doe").find("(author word:doe) (author phrase:\"jane@new.example\")") != std::string::npos);
    CHECK(widened("author:jane").find(jane.substr(jane.find("(author phrase:\"J. Dough"))) != std::string::npos);
}

TEST_CASE("a word that means too many people stays as it is") {
    std::string many;
    for (int i = 0; i < 65; ++i) many += "John Q" + std::to_string(i) + " <p" + std::to_string(i) + "@x>\n";
    std::string note;
    CHECK(widened("author:john", many, &note) == "(author word:john)");
    CHECK(note == "'john' is too many people of the mailmap and finds itself only");
}
