// SPDX-License-Identifier: GPL-2.0-or-later
#include "mail/body.hpp"

#include <doctest/doctest.h>

#include <string>

#include "mail/charset.hpp"
#include "mail/limits.hpp"
#include "mail/message.hpp"
#include "mail/plain_text.hpp"

using namespace patchseek::mail;

namespace {

Body decoded(const std::string& raw) {
    const auto header = parse_header_block(raw);
    return decode_body(header, std::string_view(raw).substr(header.body));
}

const std::string kMixed = "Content-Type: multipart/mixed; boundary=\"b\"\n\n";
const std::string kDiff = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a b \n\n-x \n+y \n c\n";

}  // namespace

TEST_CASE("bodies become text") {
    struct Case {
        const char* name;
        std::string raw;
        std::string text;
    };
    for (const Case& c : {
             Case{"nothing", "\n", ""},
             Case{"plain", "\nbody\n", "body\n"},
             Case{"CRLF and CRCRLF", "\na\r\nb\r\r\nc\rd\n", "a\nb\nc\rd\n"},
             Case{"runs of CR without LF", "\na\r\r\rb\r\r", "a\r\r\rb\r\r"},
             Case{"quoted-printable", "Content-Transfer-Encoding: quoted-printable\n\na=3Db =\nc=C3=BC=20\n",
                  "a=b cü \n"},
             Case{"quoted-printable, broken", "Content-Transfer-Encoding: quoted-printable\n\na=ZZb=\n", "a=ZZb"},
             Case{"base64", "Content-Transfer-Encoding: base64\n\nYm9keQo=\n", "body\n"},
             Case{"base64 with noise", "Content-Transfer-Encoding: BASE64\n\nYm9\n!!keQ o=\n", "body\n"},
             Case{"an encoding nobody knows", "Content-Transfer-Encoding: 8-bit\n\nbödy\n", "bödy\n"},
             Case{"Latin-1",
                  "Content-Type: text/plain; charset=ISO-8859-1\n\nGr\xFC\xDF"
                  "e\n",
                  "Grüße\n"},
             Case{"Latin-9", "Content-Type: text/plain; charset=ISO-8859-15\n\n5\xA4\n", "5€\n"},
             Case{"Windows", "Content-Type: text/plain; charset=windows-1252\n\n\x93q\x94 5\x80\n", "“q” 5€\n"},
             Case{"Windows called Latin-1", "Content-Type: text/plain; charset=iso-8859-1\n\n\x93q\x94\n", "“q”\n"},
             Case{"KOI8-R", "Content-Type: text/plain; charset=koi8-r\n\n\xF0\xD2\xC9\xD7\xC5\xD4\n", "Привет\n"},
             Case{"GB2312", "Content-Type: text/plain; charset=GB2312\n\n\xC4\xDA\xBA\xCB\n", "内核\n"},
             Case{"UTF-7", "Content-Type: text/plain; charset=utf-7\n\nPr+APw-fung 1 +- 1\n", "Pr\u00FCfung 1 + 1\n"},
             Case{"ISO-2022-JP", "Content-Type: text/plain; charset=iso-2022-jp\n\n\x1B$B4A;z\x1B(B\n", "漢字\n"},
             Case{"UTF-8 called Latin-1", "Content-Type: text/plain; charset=iso-8859-1\n\nGrüße\n", "Grüße\n"},
             Case{"Latin-1 called UTF-8",
                  "Content-Type: text/plain; charset=utf-8\n\nGr\xFC\xDF"
                  "e\n",
                  "Grüße\n"},
             Case{"a charset nobody knows", "Content-Type: text/plain; charset=X-UNKNOWN\n\nGrüße\n", "Grüße\n"},
             Case{"an unknown charset, no UTF-8",
                  "Content-Type: text/plain; charset=x-nobody\n\nGr\xFC\xDF"
                  "e\n",
                  "Grüße\n"},
             Case{"no charset",
                  "\nGr\xFC\xDF"
                  "e\n",
                  "Grüße\n"},
             Case{"NUL", std::string("\na\0b\n", 5), "a b\n"},
             Case{"type that is none", "Content-Type: text\n\nbody\n", "body\n"},
             Case{"the first of two types counts",
                  "Content-Type: text/plain; charset=utf-8\nContent-Type: multipart/mixed; boundary=b\n\nbody\n",
                  "body\n"},
             Case{"text called multipart", kMixed + "body\n", "body\n"},
         }) {
        CAPTURE(c.name);
        const Body body = decoded(c.raw);
        CHECK(body.text == c.text);
        CHECK_FALSE(body.truncated);
    }
}

TEST_CASE("of several parts the text is taken, in order") {
    struct Case {
        const char* name;
        std::string raw;
        const char* text;
        const char* attachment;
    };
    for (const Case& c : {
             Case{"text and a patch",
                  kMixed + "--b\nContent-Type: text/plain\n\nhello\n\n--b\nContent-Type: text/x-patch; "
                           "name=\"a.patch\"\n\n-x\n+y\n\n--b--\n",
                  "hello\n-x\n+y\n", "a.patch"},
             Case{"a patch as octets, in base64",
                  kMixed + "--b\n\nhello\n\n--b\nContent-Type: application/octet-stream; "
                           "name=a.diff\nContent-Transfer-Encoding: base64\n\nLXgKK3kK\n--b--\n",
                  "hello\n-x\n+y\n", "a.diff"},
             Case{"a picture is named only",
                  kMixed + "--b\n\nhello\n--b\nContent-Type: image/png\nContent-Disposition: attachment; "
                           "filename=\"x.png\"\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--\n",
                  "hello", "x.png"},
             Case{"name in another charset",
                  kMixed + "--b\n\nhello\n--b\nContent-Type: image/png\nContent-Disposition: attachment; "
                           "filename*=utf-8''%C3%BC.png\n\nAAAA\n--b--\n",
                  "hello", "ü.png"},
             Case{"alternatives",
                  "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: "
                  "text/plain\n\nplain\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n",
                  "plain", nullptr},
             Case{"signed",
                  "Content-Type: multipart/signed; boundary=b\n\n--b\n\nsaid\n--b\nContent-Type: "
                  "application/pgp-signature; name=\"s.asc\"\n\nnoise\n--b--\n",
                  "said", nullptr},
             Case{"a mail in a mail", kMixed + "--b\nContent-Type: message/rfc822\n\nSubject: inner\n\nwords\n--b--\n",
                  "Subject: inner\n\nwords", nullptr},
             Case{"no epilogue", kMixed + "--b\n\nhello\n", "hello\n", nullptr},
             Case{"cut off in a part's header", kMixed + "--b\n\nhello\n--b\nContent-Ty", "hello", nullptr},
             Case{"boundary 0", "Content-Type: multipart/mixed; boundary=0\n\n--0\n\nhello\n--0--\n", "hello", nullptr},
             Case{"preamble like a header", kMixed + "This: is\nMIME: mail\n\n--b\n\nhello\n--b--\n", "hello", nullptr},
             Case{"CRLF", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n\r\n--b--\r\n",
                  "hello\n", nullptr},
         }) {
        CAPTURE(c.name);
        const Body body = decoded(c.raw);
        CHECK(body.text == c.text);
        CHECK_FALSE(body.html);
        if (c.attachment) {
            REQUIRE(body.attachments.size() == 1);
            CHECK(body.attachments[0] == c.attachment);
        }
    }
}

TEST_CASE("HTML is read when there is nothing else") {
    struct Case {
        const char* name;
        std::string raw;
        const char* text;
    };
    for (const Case& c : {
             Case{"alone",
                  "Content-Type: text/html\n\n<html><style>p{}</style><p>a &lt; b<br>c&#228;&nbsp;d</p><!-- x "
                  "--></html>\n",
                  "a < b\ncä d\n\n"},
             Case{"quotes",
                  "Content-Type: text/html\n\n<p>no</p><blockquote>a<br>b<blockquote>c</blockquote>d</blockquote>e\n",
                  "no\n> a\n> b\n>> c\n> d\ne\n"},
             Case{"as a part", kMixed + "--b\nContent-Type: text/html\n\n<b>bold</b>\n--b--\n", "bold"},
             Case{"an alternative without plain text",
                  "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: "
                  "text/html\n\n<p>html</p>\n--b--\n",
                  "html\n"},
         }) {
        CAPTURE(c.name);
        const Body body = decoded(c.raw);
        CHECK(body.html);
        CHECK(body.text == c.text);
    }
    // A reply's HTML copy quotes the patch without signs; the plain part tells.
    const std::string reply =
        "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nfine\n> diff --git a/f "
        "b/f\n"
        "> --- a/f\n> +++ b/f\n> @@ -1 +1 @@\n> -x\n> +y\n--b\nContent-Type: text/html\n\n<pre>diff --git a/f b/f\n--- "
        "a/f\n"
        "+++ b/f\n@@ -1 +1 @@\n-x\n+y\n</pre>\n--b--\n";
    CHECK(decoded(reply).text.find("\n+y") == std::string::npos);
    // Quotes in quotes are marked, but make no bomb of a page of line ends.
    for (const std::string_view unit : {"\n", "x\n"}) {
        std::string page;
        for (int depth = 0; depth < 100; ++depth) page += "<blockquote>";
        while (page.size() < 100'000) page += unit;
        CHECK(text_of_html(page).size() <= 4 * page.size());
    }
    for (const char* unit : {"<", "<!--", "<style>", "&", "<a", "&#x41;"}) {
        std::string html;
        while (html.size() < 1'000'000) html += unit;
        CHECK(text_of_html(html).size() <= html.size());  // and ends
    }
}

TEST_CASE("flowed text is joined, a patch stays applicable") {
    struct Case {
        const char* name;
        std::string type, text, unflowed;
    };
    const std::string flowed = "text/plain; format=flowed", delsp = flowed + "; delsp=yes";
    std::string
        stuffed;  // as a mailer sends kDiff that follows RFC 3676: each leading space doubled, trailing ones cut
    stuffed = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n  a b\n\n-x\n+y\n  c\n";
    for (const Case& c : {
             Case{"joined", flowed, "one \ntwo \nthree\nfour\n", "one two three\nfour\n"},
             Case{"joined without the space", delsp, "漢 \n字\n", "漢字\n"},
             Case{"stuffing", flowed, " From here\n >no quote\n", "From here\n>no quote\n"},
             Case{"quotes", flowed, "> a \n> b\n>> c\n", "> a b\n>> c\n"},
             Case{"quote ends a paragraph", flowed, "> a \nb\n", "> a \nb\n"},
             Case{"signature", flowed, "end\n-- \nJane\n", "end\n-- \nJane\n"},
             Case{"no flow without the label", "text/plain", "one \ntwo\n", "one \ntwo\n"},
             Case{"patch, stuffed", flowed, stuffed,
                  "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a b\n\n-x\n+y\n c\n"},
             Case{"patch, labelled but not flowed", flowed, kDiff, kDiff},
         }) {
        CAPTURE(c.name);
        CHECK(decoded("Content-Type: " + c.type + "\n\n" + c.text).text == c.unflowed);
    }
}

TEST_CASE("a multipart patch to MIME code is no bomb") {
    std::string diff = "--- a/m.c\n+++ b/m.c\n@@ -0,0 +1,50 @@\n";
    for (int i = 0; i < 50; ++i) diff += "+Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n";
    const auto body = decoded("Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/x-patch\n\n" +
                              diff + "\n--x--\n");
    CHECK_FALSE(body.truncated);
    CHECK(body.text.starts_with("--- a/m.c"));
}

TEST_CASE("an attachment without a type is read where it is a diff") {
    struct Case {
        std::string name, content;
        bool read;
    };
    for (const Case& c : {
             Case{"diff", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n", true},
             Case{"prose", "nothing to see\n", false},
             Case{"binary", std::string("--- a\0b\n", 8), false},
         }) {
        CAPTURE(c.name);
        const auto body = decoded(
            "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nsee below\n--x\nContent-Type: "
            "application/octet-stream\n\n" +
            c.content + "\n--x--\n");
        CHECK((body.text.find(c.content.substr(0, 5)) != std::string::npos) == c.read);
    }
}
