# SPDX-License-Identifier: GPL-2.0-or-later
"""Mail for the checks of archives: forty messages with the oddities of real mail, and as many plain ones as wanted."""
import base64
import hashlib
import quopri
import random
import re

DATE = "Mon, 6 Nov 2023 10:{:02}:00 +0000"

DIFF = """\
diff --git a/{path} b/{path}
index 1234567..89abcde 100644
--- a/{path}
+++ b/{path}
@@ -1,5 +1,5 @@ int {word}_init(struct device *dev)
 	struct {word} *w = dev_get_drvdata(dev);
 
-	return {word}_old(w, -EINVAL);
+	return {word}_new(w, -ENODEV);
 }}
 
"""
PATCH = """\
The {word} driver forgets to look.

Signed-off-by: A U Thor <author@example.org>
---
 {path} | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

""" + DIFF + """\
-- 
2.39.2
"""


def patch_text(word, path=None):
    return PATCH.format(word=word, path=path or f"drivers/{word}/core.c")


def mail(word, body, number=0, subject=None, extra="", **headers):
    """One mail as bytes; headers with None are left out, `Message_ID` is written with '-'."""
    lines = {"From": "A U Thor <author@example.org>", "To": "list@example.org",
             "Subject": subject or f"[PATCH] {word}: mend it", "Date": DATE.format(number % 60),
             "Message-ID": f"<{word}@example.org>"}
    lines.update({name.replace("_", "-"): value for name, value in headers.items()})
    head = "".join(f"{name}: {value}\n" for name, value in lines.items() if value is not None) + extra
    if isinstance(body, str):
        body = body.encode()
    return head.encode() + b"\n" + body


MULTIPART = """\
This is a multi-part message in MIME format.
--{boundary}
Content-Type: text/plain; charset=utf-8

{text}
--{boundary}
{part}
--{boundary}--
"""


def multipart(text, part, boundary="=-=word"):
    return MULTIPART.format(text=text, part=part, boundary=boundary)


def mime(kind, encoding=None):
    return f"MIME-Version: 1.0\nContent-Type: {kind}\n" + (
        f"Content-Transfer-Encoding: {encoding}\n" if encoding else "")


def encoded64(text):
    return base64.encodebytes(text.encode()).decode()


def patches():
    """Mail whose only oddity is what it brings: good for a folder of format-patch files too."""
    yield mail("plain", patch_text("plain"), 1)
    yield mail("crossed", "It mends \u00fc and \u4e2d.\n\n" + patch_text("crossed"), 2,
               extra=mime("text/plain; charset=UTF-8", "8bit"))
    yield mail("inbody", "From: Ada Lovelace <ada@example.org>\n\n" + patch_text("inbody"), 3)
    yield mail("renamed", "---\n a/{old => new}/x.c | 0\n rename a/{old => new}/x.c (100%)\n\n"
               "diff --git a/a/old/x.c b/a/new/x.c\nsimilarity index 100%\nrename from a/old/x.c\nrename to a/new/x.c\n"
               "diff --git a/run b/run\nold mode 100644\nnew mode 100755\n-- \n2.39.2\n", 4)
    yield mail("binary", "---\n logo.png | Bin 0 -> 5 bytes\n\ndiff --git a/logo.png b/logo.png\nnew file mode 100644\n"
               "index 0000000..1234567\nGIT binary patch\nliteral 5\nMcmZQzU|?imU{C=7ssI20\n\n"
               "literal 0\nHcmV?d00001\n\n"
               "-- \n2.39.2\n", 5)
    yield mail("signs", "---\ndiff --git a/q.sql b/q.sql\n--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1,2 @@\n--- a comment\n"
               "+++ another\n the end\n-- \n2.39.2\n", 6)
    yield mail("longline", "---\n" + DIFF.format(word="longline", path="l.c").replace(
        "_old(w", "_old(" + "w + " * 25_000 + "w") + "-- \n2.39.2\n", 7)
    yield mail("series", patch_text("series"), 8, subject="[PATCH net-next v3 2/7] series: mend it",
               References="<cover@example.org>", In_Reply_To="<cover@example.org>")
    yield mail("lists", patch_text("lists"), 9, List_Id="The list <netdev.vger.example.org>",
               Received="from a by b; Mon, 6 Nov 2023 10:10:00 +0000", X_Patchwork_Id="4711")
    yield mail("folded", patch_text("folded"), 10, subject="[PATCH] folded:\n\tmend it in a\n  subject of three lines")


def separators():
    """What looks like the beginning of another message and is none."""
    yield mail("fromnow", "Hello,\n\nFrom now on this is text.\n\nFrom here too: it is.\n", 11)
    yield mail("fromdate", "It said\n\nFrom author@example.org Mon Nov  6 10:00:00 2023\nand went on.\n", 12)
    yield mail("fromquoted", "He wrote:\n\n>From now on.\nand\n>From 1 to 2\n", 13)
    yield mail("fromdeep", "He wrote:\n\n>>From now on.\n>>>From before.\n> >From me\n", 14)
    yield mail("frombox", "I have this mbox:\n\nFrom author@example.org Mon Nov  6 10:00:00 2023\nSubject: innocent\n"
               "From: Someone <else@example.org>\n\nBody of an innocent.\n", 15)
    yield mail("fences", "Look:\n\n```c\nint fenced;\n```\n\nand\n#### not a heading\nthat was it.\n", 16)


def headers():
    yield mail("longhead", "See the subject.\n", 17, subject="long " * 900, X_Long="x" * 70_000,
               References=" ".join(f"<r{n}@example.org>" for n in range(300)))
    yield mail("noid", "I have no Message-ID.\n", 18, Message_ID=None)
    yield mail("nodate", "I have no Date.\n", 19, Date=None)
    yield mail("rawhead", "The subject is raw.\n", 20, subject="grün und schön", From="Jürgen <j@example.org>")
    yield mail("words", "The subject is encoded.\n", 21, subject="=?utf-8?B?Z3LDvG4=?= =?iso-8859-1?Q?und_sch=F6n?=",
               From="=?utf-8?q?J=C3=BCrgen?= <j@example.org>")
    yield mail("manyids", "I have several ids.\n", 22, extra="Message-ID: <manyids2@example.org>\n")
    yield mail("nobody", "", 23)
    yield mail("blanks", "Blank lines follow.\n\n\n", 24)
    yield mail("blankfirst", "\n\nBlank lines were here.\n", 25)
    yield mail("oddnames", "Many people.\n", 26, Cc='"Doe, John" <john@example.org>,\n\tundisclosed:;, b@example.org')


def bodies():
    text = "Grün ist die Wiese, sagt man, und auch sonst ist vieles grün, wenn man nur lange genug hinsieht.\n"
    quoted = quopri.encodestring((text + patch_text("quotedprintable")).encode()).decode()
    yield mail("quotedprintable", quoted, 27, extra=mime("text/plain; charset=utf-8", "quoted-printable"))
    yield mail("base64", encoded64(text + patch_text("base64")), 28, extra=mime("text/plain; charset=utf-8", "base64"))
    yield mail("latin", "Grün, sagt man.\n".encode("latin-1"), 29,
               extra=mime("text/plain; charset=iso-8859-1", "8bit"))
    yield mail("lies", "Grün, sagt man.\n", 30, extra=mime("text/plain; charset=us-ascii", "8bit"))
    yield mail("flowed", "A paragraph that \nflows and flo \nws on.\n> a quote that \n> flows\n-- \nme\n", 31,
               extra=mime("text/plain; charset=utf-8; format=flowed; delsp=yes"))
    yield mail("attached", multipart("See the patch.", "Content-Type: text/x-patch; name=a.patch\nContent-Disposition: "
                                     "attachment; filename=a.patch\nContent-Transfer-Encoding: base64\n\n"
                                     + encoded64(patch_text("attached"))), 32,
               extra=mime('multipart/mixed; boundary="=-=word"'))
    inner = 'Content-Type: multipart/alternative; boundary="inner"\n\n' + multipart(
        "plain text", "Content-Type: text/html\n\n<p>hyper text</p>", "inner")
    yield mail("nested", multipart("outer text", inner), 33,
               extra=mime('multipart/mixed; boundary="=-=word"'))
    within = ("Content-Type: message/rfc822\n\nFrom: x@example.org\nSubject: within\n"
              "Message-ID: <within@example.org>\n\nThe text within.\n")
    yield mail("forwarded", multipart("See below.", within), 34,
               extra=mime('multipart/mixed; boundary="=-=word"'))
    yield mail("html", "<html><body><p>Only <b>hypertext</b> here &amp; there.</p></body></html>\n", 35,
               extra=mime("text/html; charset=utf-8"))
    yield mail("crlf", patch_text("crlf"), 36).replace(b"\n", b"\r\n")
    yield mail("nul", b"Before \0 and after.\n", 37)


def talk():
    yield mail("cover", "Three patches.\n\nA U Thor (3):\n  one\n  two\n  three\n\n drivers/a.c | 3 +++\n"
               " 1 file changed, 3 insertions(+)\n\n-- \n2.39.2\n", 38, subject="[PATCH 0/3] cover: mend all")
    yield mail("pull", "The following changes since commit 0123456789012345678901234567890123456789:\n\n  Linux 6.6\n\n"
               "are available in the Git repository at:\n\n  git://git.example.org/x.git tags/for-linus\n\n"
               "for you to fetch changes up to 89abcdef89abcdef89abcdef89abcdef89abcdef:\n\n  mend it\n", 39,
               subject="[GIT PULL] pull: mends")
    quoted = "".join(f"> {line}\n" for line in patch_text("reply").split("\n"))
    yield mail("reply", f"On Monday A U Thor wrote:\n{quoted}\nLooks good, thanks.\n"
               "Reviewed-by: R E Viewer <r@example.org>\n", 40, subject="Re: [PATCH] plain: mend it",
               In_Reply_To="<plain@example.org>")


def forty():
    """The forty messages: name -> bytes, in order. Each ends with a line end: not every kind can tell."""
    found = {}
    for group in (patches, separators, headers, bodies, talk):
        for raw in group():
            assert raw.endswith(b"\n")
            name = re.search(rb"(?mi)^(?:Message-ID: <|I have no (?=Message-ID))([\w-]+)", raw)[1].decode()
            found["noid" if name == "Message-ID" else name] = raw
    assert len(found) == 40, len(found)
    return found


PATCH_NAMES = ("plain", "crossed", "inbody", "renamed", "binary", "signs", "longline", "series", "lists", "folded")


def numbered(number, version=0, lists=()):
    """A message of its own for each number, text and size by chance that depends on number and version alone."""
    chance = random.Random(number * 1000 + version)
    word = "n" + hashlib.sha256(f"{number}".encode()).hexdigest()[:8]
    prose = " ".join(chance.choice(WORDS) for _ in range(chance.randrange(5, 120)))
    body = re.sub(r"(.{,70}) ", r"\1\n", prose) + f"\n\nversion {version}\n\n"
    if number % 3:
        body += patch_text(word, f"{chance.choice(WORDS)}/{chance.choice(WORDS)}.c")
    if number % 7 == 0:
        body += "\nFrom time to time.\n"
    extra = "".join(f"List-Id: <{one}>\n" for one in lists)
    day = f"{1 + number % 28} {('Jan', 'Apr', 'Jul', 'Oct')[number // 28 % 4]} {2000 + number // 112 % 24}"
    return mail(word, body, number, Message_ID=f"<{number}@numbered.example.org>",
                Date=f"{day} {number % 24:02}:{number % 60:02}:00 +0000", extra=extra)


WORDS = ("kernel page cache lock driver queue flush bio inode dentry vma slab irq timer net socket buffer ring vcpu "
         "guest memory fence atomic barrier panic trace probe event sysfs firmware clock reset power domain").split()
