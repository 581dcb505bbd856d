#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Feed mails made to break an indexer, each beside two good ones: time, memory, growth, and the good ones stay.

usage: mail_bombs.py --index PROGRAM --search PROGRAM [--scale F] [--seconds S] [--megabytes M] [--growth R] [--only NAME]
Each bomb may take S seconds (1) of processor time and M megabytes (128) more than the good mails alone. With --growth R
each is also made half as large: the whole may take at most R times as long. --scale makes all of them smaller.
"""
import base64
import os
import random
import shutil
import subprocess
import sys
import tempfile

import harness

PATCH = "diff --git a/{0} b/{0}\n--- a/{0}\n+++ b/{0}\n@@ -1 +1 @@\n-a\n+b\n"


def lines(count, form):
    return "".join(form.format(number) for number in range(count))


def patch(log, diff=PATCH.format("mm/x.c")):
    return {"body": f"log\n{log}---\n{diff}-- \n2.1\n", "Subject": "[PATCH] bomb"}


def part(text, kind="text/plain"):
    return f"--b\nContent-Type: {kind}\n\n{text}\n"


# What makes a mail of `n` pieces: headers, and "body".
BOMBS = {
    "diffstat lines": (500_000, lambda n: patch("---\n" + lines(n, " mm/f{}.c | 2 +-\n"))),
    "diffstat of long paths": (20_000, lambda n: patch("---\n" + lines(n, " " + "d/" * 500 + "f{}.c | 2 +-\n"))),
    "files": (500_000, lambda n: {"body": "log\n---\n" + "".join(PATCH.format(f"mm/f{i}.c") for i in range(n)),
                                  "Subject": "[PATCH] bomb"}),
    "files and diffstat": (200_000, lambda n: {
        "body": "log\n---\n" + lines(n, " mm/f{}.c | 2 +-\n") + "\n" + "".join(PATCH.format(f"mm/f{i}.c") for i in range(n)),
        "Subject": "[PATCH] bomb"}),
    "renames": (200_000, lambda n: {"body": "log\n---\n" + lines(
        n, "diff --git a/o{0} b/n{0}\nsimilarity index 100%\nrename from o{0}\nrename to n{0}\n"), "Subject": "[PATCH] bomb"}),
    "hunks": (500_000, lambda n: patch("", "diff --git a/x b/x\n--- a/x\n+++ b/x\n" + lines(n, "@@ -{0} +{0} @@ f{0}()\n-a\n+b\n"))),
    "heads of hunks": (500_000, lambda n: patch("", "--- a/x\n+++ b/x\n" + lines(n, "@@ -{0},9999999 +{0},9999999 @@\n"))),
    "heads of files": (500_000, lambda n: patch("", lines(n, "--- a/f{0}\n+++ b/f{0}\n"))),
    "trailers": (1_000_000, lambda n: patch(lines(n, "Reviewed-by: A {0} <a{0}@x.example>\n"))),
    "equal trailers": (1_000_000, lambda n: patch("Acked-by: A <a@x.example>\n" * n)),
    "trailers in a reply": (500_000, lambda n: {"body": lines(n, "Tested-by: A {0} <a{0}@x.example>\n"), "Subject": "Re: [PATCH] good"}),
    "quoted trailers": (500_000, lambda n: {"body": lines(n, "> Tested-by: A {0} <a{0}@x.example>\n"), "Subject": "Re: bomb"}),
    "links": (500_000, lambda n: patch(lines(n, "Link: https://x.example/r/{0}@x.example\n"))),
    "fixes": (500_000, lambda n: patch(lines(n, "Fixes: {0:012x} (\"mm: title {0}\")\n"))),
    "prerequisites": (500_000, lambda n: patch("", PATCH.format("x") + "-- \n2.1\n" + lines(n, "prerequisite-patch-id: {0:040x}\n"))),
    "encoded words in a subject": (1_000_000, lambda n: {"Subject": "\n ".join("=?utf-8?q?a%d?=" % i for i in range(n)), "body": "x\n"}),
    "encoded words in a row": (1_000_000, lambda n: {"Subject": "=?utf-8?q?a?= " * n, "body": "x\n"}),
    "encoded names": (300_000, lambda n: {"Cc": ",\n ".join("=?utf-8?b?w6Q=?= <a%d@x.example>" % i for i in range(n)), "body": "x\n"}),
    "addresses": (500_000, lambda n: {"Cc": ",\n ".join("A <a%d@x.example>" % i for i in range(n)), "body": "x\n"}),
    "groups of addresses": (500_000, lambda n: {"Cc": "g: " * n, "body": "x\n"}),
    "comments in an address": (1_000_000, lambda n: {"From": "(" * n + "a@x.example", "body": "x\n"}),
    "quotes in an address": (1_000_000, lambda n: {"Cc": '"\\' * n + "a@x.example", "body": "x\n"}),
    "references": (500_000, lambda n: {"References": "\n ".join("<%d@x.example>" % i for i in range(n)), "body": "x\n"}),
    "a header of 5 MB": (5_000_000, lambda n: {"X-Long": "x" * n, "body": "x\n"}),
    "a subject of 5 MB": (5_000_000, lambda n: {"Subject": "word " * (n // 5), "body": "x\n"}),
    "a folded header": (1_000_000, lambda n: {"X-Long": "\n ".join("xy" for _ in range(n)), "body": "x\n"}),
    "headers": (300_000, lambda n: {**{f"X-H{i}": "value" for i in range(n)}, "body": "x\n"}),
    "pieces of a parameter": (100_000, lambda n: {"Content-Type": "text/plain" + "".join(f";\n name*{i}*=%41b" for i in range(n)), "body": "x\n"}),
    "lists": (300_000, lambda n: {"List-Id": ", ".join(f"<l{i}.x.example>" for i in range(n)), "body": "x\n"}),
    "flowed text": (1_000_000, lambda n: {"Content-Type": "text/plain; format=flowed; delsp=yes", "body": "word \n" * n}),
    "flowed quotes": (1_000_000, lambda n: {"Content-Type": "text/plain; format=flowed", "body": "> word \n" * n}),
    "flowed depths": (3_000, lambda n: {"Content-Type": "text/plain; format=flowed", "body": "".join(">" * (i % 3000) + " word \n" for i in range(n))}),
    "flowed diff": (500_000, lambda n: {"Content-Type": "text/plain; format=flowed", "Subject": "[PATCH] bomb", "body": "log\n---\n diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,%d +1,%d @@\n" % (n, n) + "  word \n" * n}),
    "quotes of quotes": (3_000, lambda n: {"body": "".join(">" * (i % 3000) + " word\n" for i in range(n))}),
    "quoted lines": (1_000_000, lambda n: {"body": lines(n, "> On day {0} a wrote:\n"), "Subject": "Re: bomb"}),
    "attributions": (500_000, lambda n: {"body": lines(n, "On day {0} A <a@x.example> wrote:\n"), "Subject": "Re: bomb"}),
    "quoted files": (200_000, lambda n: {"body": "".join("> " + l + "\n" for i in range(n) for l in PATCH.format(f"f{i}").splitlines()), "Subject": "Re: bomb"}),
    "parts": (200_000, lambda n: {"Content-Type": "multipart/mixed; boundary=b", "body": part("x") * n + "--b--\n"}),
    "patches as parts": (100_000, lambda n: {"Content-Type": "multipart/mixed; boundary=b", "body": "".join(part(PATCH.format(f"f{i}"), "text/x-patch; name=p.patch") for i in range(n)) + "--b--\n"}),
    "nested parts": (50_000, lambda n: {"Content-Type": "multipart/mixed; boundary=b0", "body": "".join(f"--b{i}\nContent-Type: multipart/mixed; boundary=b{i + 1}\n\n" for i in range(n))}),
    "nested mails": (100_000, lambda n: {"Content-Type": "message/rfc822", "body": "Content-Type: message/rfc822\n\n" * n}),
    "boundaries alike": (300_000, lambda n: {"Content-Type": "multipart/mixed; boundary=" + "b" * 60, "body": ("--" + "b" * 59 + "\n") * n}),
    "words": (1_000_000, lambda n: {"body": lines(n, "w{0}x ") + "\n"}),
    "one line": (20_000_000, lambda n: {"body": "x" * n + "\n"}),
    "a large text": (700_000, lambda n: {"body": lines(n, "{0} of the words that a line of a mail has, some seventy bytes of it\n")}),
    "a large attachment": (600_000, lambda n: {
        "Content-Type": "application/octet-stream", "Content-Transfer-Encoding": "base64",
        "body": base64.encodebytes(random.Random(1).randbytes(n * 57)).decode()}),
    "NULs": (20_000_000, lambda n: {"body": "\0" * n + "\n"}),
    "empty lines": (5_000_000, lambda n: {"body": "\n" * n}),
    "base64": (300_000, lambda n: {"Content-Transfer-Encoding": "base64", "body": ("d29yZCB3b3JkIHdvcmQgd29yZCB3b3JkIHdvcmQgd29yZCB3b3JkIHdvcmQgd29yZA==\n") * n}),
    "quoted-printable": (3_000_000, lambda n: {"Content-Transfer-Encoding": "quoted-printable", "body": "=C3=A4=\n" * n}),
    "UTF-7": (1_000_000, lambda n: {"Content-Type": "text/plain; charset=utf-7", "body": "+AOQ- " * n}),
    "ISO-2022-JP": (1_000_000, lambda n: {"Content-Type": "text/plain; charset=iso-2022-jp", "body": "\x1b$B$\"\x1b(B" * n}),
    "HTML": (500_000, lambda n: {"Content-Type": "text/html", "body": "<div><b>w" * n}),
    "HTML entities": (1_000_000, lambda n: {"Content-Type": "text/html", "body": "&amp;&#x41;" * n}),
    "open tags": (2_000_000, lambda n: {"Content-Type": "text/html", "body": "<!-- <" * n}),
    "HTML quotes": (300_000, lambda n: {"Content-Type": "text/html", "body": "<blockquote>w" * n}),
    "long identifiers": (20_000, lambda n: {"body": "a_b" * 100 * n + "\n"}),
    "paths": (300_000, lambda n: {"body": lines(n, "mm/a/b/c/d/e/f{0}.c\n")}),
    "a path of many folders": (100_000, lambda n: {"Subject": "[PATCH] x", "body": "---\n" + PATCH.format("d/" * n + "f.c")}),
    "combining marks": (3_000_000, lambda n: {"Content-Type": "text/plain; charset=utf-8", "body": "a" + "\u0301" * n + "\n"}),
    "From lines": (500_000, lambda n: {"body": ">From x\n" * n}),
    "Message-IDs": (300_000, lambda n: {"body": lines(n, "<m{0}@x.example> 0123456789abcdef{0:06x}\n")}),
    "signatures": (500_000, lambda n: {"body": "-- \nx\n" * n}),
    "scissors": (500_000, lambda n: {"body": "-- >8 --\nx\n" * n}),
    "dashes": (500_000, lambda n: {"body": "---\nx\n" * n, "Subject": "[PATCH] bomb"}),
    "tags in a subject": (100_000, lambda n: {"Subject": "[PATCH] " * n + "x", "body": "x\n"}),
    "Re in a subject": (100_000, lambda n: {"Subject": "Re: " * n + "x", "body": "x\n"}),
    "received": (100_000, lambda n: {"Received": "from a by b;\n\t" * n, "body": "x\n"}),
}


LAUNCHER = """import os, sys
nothing = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_WRONLY, 0) for fd in (1, 2)]
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=nothing)
_, status, used = os.wait4(pid, 0)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))
"""


def mail(headers, number):
    fields = {"From": "Ann <ann@x.example>", "Date": "Mon, 26 Oct 2020 09:51:08 +0000", "Message-ID": f"<{number}@x.example>",
              "Subject": "good", "MIME-Version": "1.0", **headers}
    body = fields.pop("body")
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"From a@x.example Mon Oct 26 09:51:08 2020\n{head}\n{body}\n".encode("utf-8")


GOOD = [mail({"Subject": "[PATCH] good one", "body": "log\n---\n" + PATCH.format("mm/good.c")}, "good1"),
        mail({"Subject": "good two", "body": "needle\n"}, "good2")]


def measured(options, folder, bomb):
    """(seconds of processor, MB, exit code, ids found)"""
    box, db = os.path.join(folder, "box.mbox"), os.path.join(folder, "db")
    with open(box, "wb") as file:
        file.write(GOOD[0] + bomb + GOOD[1])
    shutil.rmtree(db, ignore_errors=True)
    programs = harness.Programs(options.index, options.search, db)
    # What a process has held counts for what it starts, so a small one stands between.
    done = subprocess.run([sys.executable, "-S", "-c", LAUNCHER, programs.index_program, "--db", db, "--quiet", box],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=programs.env, check=True)
    seconds, megabytes, code = done.stdout.split()
    ids = programs.run("--format", "ids", "--limit", "0", "id:good*").stdout.decode().split()
    return float(seconds), float(megabytes), int(code), sorted(ids)


def check(report, options, folder, idle, name):
    count, make = BOMBS[name]
    count = max(1, int(count * options.scale))
    seconds, megabytes, code, ids = measured(options, folder, mail(make(count), "bomb"))
    report.equal((0, ["good1@x.example", "good2@x.example"]), (code, ids), f"{name}: exit and good mails")
    more, extra = seconds - idle[0], megabytes - idle[1]
    growth = ""
    if options.growth and more > 0.1:
        half = measured(options, folder, mail(make(count // 2), "bomb"))[0] - idle[0]
        growth = f", {more / max(half, 0.01):.1f} times half of it"
        report.check(more <= options.growth * max(half, 0.05), f"{name}: {more:.2f} s, half of it {half:.2f} s")
    print(f"{name}: {more:.2f} s, {extra:.0f} MB{growth}", flush=True)
    report.check(more <= options.seconds, f"{name}: {more:.2f} s")
    report.check(extra <= options.megabytes, f"{name}: {extra:.0f} MB")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--megabytes", type=float, default=128)
    parser.add_argument("--growth", type=float, default=0)
    parser.add_argument("--only", default="", help="a part of the names of those to be made")
    options = parser.parse_args()
    report = harness.Report("mail_bombs")
    with tempfile.TemporaryDirectory(prefix="mail-bombs-") as folder:
        idle = measured(options, folder, b"")
        for name in BOMBS:
            if options.only in name:
                check(report, options, folder, idle, name)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
