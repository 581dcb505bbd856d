// SPDX-License-Identifier: GPL-2.0-or-later
// The parts that MIME is read with, each alone.
#include <doctest/doctest.h>

#include <string>

#include "mail/address.hpp"
#include "mail/encoding.hpp"
#include "mail/entity.hpp"
#include "mail/limits.hpp"
#include "mail/message.hpp"
#include "mail/parts.hpp"
#include "mail/plain_text.hpp"

using namespace patchseek::mail;

TEST_CASE("parameters") {
    struct Case {
        const char* value;
        const char* name;
        const char* found;
    };
    for (const Case& c : {
             Case{"text/plain; charset=utf-8", "charset", "utf-8"},
             Case{"text/plain;CHARSET=\"utf-8\"; x=y", "charset", "utf-8"},
             Case{"text/plain; charset=utf-8; format=flowed", "format", "flowed"},
             Case{"text/plain", "charset", ""},
             Case{"text/plain; charset", "charset", ""},
             Case{"text/plain; charset=", "charset", ""},
             Case{"text/plain; charset=\"open", "charset", "open"},
             Case{"text/plain; x-charset=a; charset=b", "charset", "b"},
             Case{"text/plain; charset = utf-8", "charset", "utf-8"},
             Case{"text/plain; charset=utf-8 format=flowed", "charset", "utf-8"},
             Case{"text/plain; x=\"a; charset=b\"; charset=c", "charset", "c"},
             Case{"a/b; name=two words.patch ; x=y", "name", "two words.patch"},
             Case{"a/b; name=\"a \\\"b\\\" C:\\d\"", "name", "a \"b\" C:\\d"},
             Case{"a/b; name==?utf-8?q?=C3=BC?=.txt", "name", "ü.txt"},
             Case{"a/b; name*=utf-8''%C3%BC%2; name=x", "name", "ü%2"},
             Case{"a/b; name*=iso-8859-1'en'%FC", "name", "ü"},
             Case{"a/b; name*=%C3%BC", "name", "ü"},
             Case{"a/b; name*0=a; name*1=b; name*3=d", "name", "ab"},
             Case{"a/b; name*1*=%BC; name*0*=utf-8''%C3", "name", "ü"},
             Case{"a/b; name*1=b", "name", ""},
             Case{"a/b; name*99999999999999999999=b; name=c", "name", "c"},
             Case{"a/b; name*x=b; name=c", "name", "c"},
             Case{"a/b; boundary*0=a; boundary*1=b", "boundary", "ab"},
         }) {
        CAPTURE(c.value);
        CHECK(parameter(c.value, c.name) == c.found);
    }
}

TEST_CASE("transfer encodings by name") {
    struct Case {
        const char* value;
        Transfer transfer;
    };
    for (const Case& c : {
             Case{"", Transfer::none},
             Case{" 8bit", Transfer::none},
             Case{"7-bit", Transfer::none},
             Case{"BASE64", Transfer::base64},
             Case{" base64 (really)", Transfer::base64},
             Case{"\"base64\"", Transfer::base64},
             Case{"base64;", Transfer::base64},
             Case{"Quoted-Printable\r\n", Transfer::quoted_printable},
             Case{"x-uuencode", Transfer::uuencode},
             Case{"base65", Transfer::none},
         }) {
        CAPTURE(c.value);
        CHECK(transfer_of(c.value) == c.transfer);
    }
}

TEST_CASE("transfer encodings are undone") {
    struct Case {
        const char* name;
        const char* text;
        Transfer transfer;
        const char* bytes;
    };
    for (const Case& c : {
             Case{"base64", "YWJj\nZA==\n", Transfer::base64, "abcd"},
             Case{"base64, padding gone", "YWJjZA", Transfer::base64, "abcd"},
             Case{"base64, padding half gone", "YWJjZA=", Transfer::base64, "abcd"},
             Case{"base64, one digit too many", "YWJjZ", Transfer::base64, "abc"},
             Case{"base64, noise", "Y*W J-j", Transfer::base64, "abc"},
             Case{"nothing", "", Transfer::base64, ""},
             Case{"soft line break", "a=\nb=3D=\r\nc", Transfer::quoted_printable, "ab=c"},
             Case{"broken code", "a=G1=", Transfer::quoted_printable, "a=G1"},
             Case{"uuencode", "begin 644 f\n#86)C\n`\nend\n", Transfer::uuencode, "abc"},
             Case{"none", "a=3Db", Transfer::none, "a=3Db"},
         }) {
        CAPTURE(c.name);
        CHECK(decode_transfer(c.text, c.transfer) == c.bytes);
    }
}

TEST_CASE("encoded words") {
    struct Case {
        const char* name;
        const char* text;
        const char* decoded;
    };
    for (const Case& c : {
             Case{"glued to text", "(=?utf-8?q?=C3=BC?=)x", "(ü)x"},
             Case{"blanks around text stay", "a  =?utf-8?q?b?=  c", "a  b  c"},
             Case{"a language", "=?utf-8*de?q?=C3=BC?=", "ü"},
             Case{"blanks inside", "=?utf-8?q?a b?=", "a b"},
             Case{"a question mark inside", "=?utf-8?q?what?\?=", "what?"},
             Case{"another charset between", "=?utf-8?q?=C3=BC?= =?iso-8859-1?q?=FC?= =?utf-8?q?=C3=BC?=", "üüü"},
             Case{"a letter over two encodings", "=?utf-8?q?=C3?= =?UTF-8?b?vA==?=", "ü"},
             Case{"base64 cut between digits", "=?utf-8?b?w?= =?utf-8?b?7w=?=", "ü"},
             Case{"ISO-2022-JP in two words", "=?iso-2022-jp?B?GyRCNEEbKEI=?= =?iso-2022-jp?B?GyRCO3obKEI=?=", "漢字"},
             Case{"no charset", "=??q?a?=", "a"},
             Case{"no encoding", "=?utf-8?x?a?=", "=?utf-8?x?a?="},
             Case{"never closed", "=?utf-8?q?a =?utf-8?q?b", "=?utf-8?q?a =?utf-8?q?b"},
             Case{"nothing in it", "a=?utf-8?q?\?=b", "ab"},
             Case{"nothing in it, base64", "a=?utf-8?b?\?=b", "ab"},
             Case{"a word that is none, then one", "=?a b?q?x =?utf-8?q?c?=", "=?a b?q?x c"},
         }) {
        CAPTURE(c.name);
        CHECK(decode_words(c.text) == std::string_view(c.decoded));
    }
    std::string many;
    for (std::size_t i = 0; i < kMaxEncodedWords + 7; ++i) many += "=?utf-8?q?a?=";
    CHECK(decode_words(many) == std::string(kMaxEncodedWords, 'a') + many.substr(13 * kMaxEncodedWords));
}

TEST_CASE("encoded words in address lists") {
    struct Case {
        const char* name;
        const char* value;
        const char* first;
    };
    for (const Case& c : {
             Case{"brackets in a word are no address", "=?utf-8?q?J_=3Cx=40y=3E?= <a@b.c>", "J <x@y> <a@b.c>"},
             Case{"a quote in a word", "=?utf-8?q?J_=22K=22?= <a@b.c>", "J \"K\" <a@b.c>"},
             Case{"a quote in a word in quotes", "\"=?utf-8?q?J_=22K=22?=\" <a@b.c>", "J \"K\" <a@b.c>"},
             Case{"a word between words", "J =?utf-8?q?=C3=BC?= K <a@b.c>", "J ü K <a@b.c>"},
             Case{"a backslash in a word", "=?utf-8?q?J=5C?= <a@b.c>", "J\\ <a@b.c>"},
         }) {
        CAPTURE(c.name);
        const auto found = decode_addresses(c.value);
        REQUIRE_FALSE(found.empty());
        CHECK(found.front() == std::string_view(c.first));
    }
}

TEST_CASE("a multipart body is cut at its delimiters") {
    struct Case {
        const char* name;
        const char* body;
        const char* boundary;
        const char* parts;
    };
    for (const Case& c : {
             Case{"usual", "pre\n--b\none\n--b\ntwo\n--b--\nafter\n", "b", "<pre\n>[one][two]"},
             Case{"CRLF, and blanks behind", "--b \r\none\r\n--b--\t\r\n", "b", "<>[one]"},
             Case{"no end", "--b\none\n", "b", "<>[one\n]"},
             Case{"no line end", "--b\none", "b", "<>[one]"},
             Case{"empty parts", "--b\n--b\n\n--b--", "b", "<>[][]"},
             Case{"a boundary that begins like it", "--b\none\n--bb\n--b--x\n--b--\n", "b", "<>[one\n--bb\n--b--x]"},
             Case{"behind the end", "--b\none\n--b--\nx\n--b\ntwo\n--b--\n", "b", "<>[one][two]"},
             Case{"none", "text\n-- \nsignature\n", "b", "<>"},
             Case{"guessed", "x\n--what\nContent-Type: text/plain\n\none\n--what--\n", "",
                  "<x\n>[Content-Type: text/plain\n\none]"},
             Case{"nothing to guess from", "x\n--what\none\n", "", "<>"},
             Case{"no boundary but empty delimiters", "--\n\none\n----\n", "", "<>[\none]"},
             Case{"boundary ends in a blank", "--b\none\n--b--\n", "b ", "<>[one]"},
             Case{"nothing", "", "b", "<>"},
         }) {
        CAPTURE(c.name);
        const auto pieces = split_multipart(c.body, c.boundary, 100);
        std::string out = "<" + std::string(pieces.preamble) + ">";
        for (const auto part : pieces.parts) out += "[" + std::string(part) + "]";
        CHECK(out == std::string_view(c.parts));
    }
    const auto some = split_multipart("--b\n1\n--b\n2\n--b\n3\n--b--\n", "b", 2);
    CHECK(some.truncated);
    CHECK(some.parts.size() == 2);
    CHECK_FALSE(split_multipart("--b\n1\n--b\n2\n--b--\n", "b", 2).truncated);
}

TEST_CASE("a part is told from its header") {
    struct Case {
        const char* name;
        const char* raw;
        const char* type;
        const char* body;
    };
    for (const Case& c : {
             Case{"usual", "Content-Type: Text/HTML; x=y\n\nbody\n", "text/html", "body\n"},
             Case{"folded", "Content-Type: text/html;\n\tx=y\nX-A: b\n\nbody\n", "text/html", "body\n"},
             Case{"no header", "\nbody\n", "text/plain", "body\n"},
             Case{"no header and no blank line", "body\n\nmore\n", "text/plain", "body\n\nmore\n"},
             Case{"fields that no part has", "Note: this\n\nmore\n", "text/plain", "Note: this\n\nmore\n"},
             Case{"no blank line behind the header", "Content-Type: text/html\nbody text\n", "text/html",
                  "body text\n"},
             Case{"cut off in a field", "Content-Type: text/html\nContent-Tr", "text/html", ""},
             Case{"cut off in the first field", "Conte", "text/plain", ""},
             Case{"a header alone", "Content-Type: text/html\n", "text/html", ""},
             Case{"no type", "Content-Type:\n\nbody", "text/plain", "body"},
             Case{"type without a slash", "Content-Type: html\n\nbody", "text/plain", "body"},
             Case{"blanks in the type", "Content-Type: text / html\n\nbody", "text/html", "body"},
             Case{"no semicolon", "Content-Type: text/html charset=utf-8\n\nbody", "text/html", "body"},
             Case{"CRLF", "Content-Type: text/html\r\n\r\nbody\r\n", "text/html", "body\r\n"},
             Case{"nothing", "", "text/plain", ""},
         }) {
        CAPTURE(c.name);
        const auto entity = read_part(c.raw, "text/plain");
        CHECK(entity.type == std::string_view(c.type));
        CHECK(entity.body == std::string_view(c.body));
    }
}

TEST_CASE("cleartext signatures") {
    const std::string begin = "-----BEGIN PGP SIGNED MESSAGE-----\n",
                      signature = "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n";
    struct Case {
        const char* name;
        std::string text, out;
    };
    for (const Case& c : {
             Case{"usual", begin + "Hash: SHA1\n\nwords\n- -- \nJane\n" + signature, "words\n-- \nJane\n"},
             Case{"no hash", begin + "\nwords\n" + signature, "words\n"},
             Case{"no blank line", begin + "words of it\n" + signature, "words of it\n"},
             Case{"two of them", begin + "\na\n" + signature + "between\n" + begin + "\nb\n" + signature,
                  "a\nbetween\nb\n"},
             Case{"the second has no end", begin + "\na\n" + signature + begin + "\n- b\n", "a\n" + begin + "\n- b\n"},
             Case{"added by a patch", "+" + begin + "+- x\n", "+" + begin + "+- x\n"},
             Case{"a list", "- a\n- b\n", "- a\n- b\n"},
             Case{"a signature alone", "a\n" + signature, "a\n" + signature},
             Case{"armor inside a line", "x " + begin + "\n- a\n" + signature, "x " + begin + "\n- a\n" + signature},
         }) {
        CAPTURE(c.name);
        CHECK(without_clear_signature(c.text) == c.out);
    }
}

TEST_CASE("what is no PKCS #7 is told from what is") {
    for (const auto& body : {std::string(), std::string("words"), std::string(kMaxSigned + 1, '0')}) {
        const auto message = parse("From: a@b.c\nSubject: s\nContent-Type: application/pkcs7-mime\n\n" + body);
        CHECK(message.defects == std::vector<std::string>{"S/MIME part cannot be read"});
        CHECK(message.body.empty());
    }
}

TEST_CASE("where a diff stands in a text") {
    const std::string diff = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y";
    const auto range = find_diff("Hello\n\n" + diff + "\nbye\n");
    CHECK(range.begin == 7);
    CHECK(range.end == 7 + diff.size());
    CHECK(find_diff("Hello\n--- a\n").empty());
    CHECK(find_diff("> " + diff).empty());
    CHECK(find_diff("").empty());
}
