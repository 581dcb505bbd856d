#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Give the programs bad archives among good mail, and hostile queries; nothing may hang, crash or be lost.

usage: robust.py --index PROGRAM --search PROGRAM
Exit 0 when all holds, 1 with one line per difference.
"""
import email.header
import os
import json
import random
import re
import resource
import socket
import subprocess
import tempfile
import time

import harness

HANG_SECONDS = 10
QUERY_SECONDS = 1.0
patience = 1.0  # what both are multiplied by: a build with sanitizers is slow
NOBODY = 65534
SMALL_STACK = 256 * 1024
# With a small stack arguments and environment together may have 128 KiB (ARG_MAX).
SMALL_STACK_ARGUMENT_BYTES = 100_100
# Linux takes no argument longer than 131,072 bytes, its NUL included (MAX_ARG_STRLEN).
ARGUMENT_BYTES = 131072 - 1
# What must never reach a terminal: C0 save TAB and LF, DEL, and the bytes that are no UTF-8.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069"
                       "\udc80-\udcff]")

PATCH = """\
---
 lib/{word}.c | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/lib/{word}.c b/lib/{word}.c
--- a/lib/{word}.c
+++ b/lib/{word}.c
@@ -1,3 +1,3 @@ int {word}(void)
 one
-two
+{word}
 three
-- 
2.39.2
"""


def mail(word, body=None):
    """A good mail that only the word `word` finds."""
    text = (f"From: A U Thor <author@example.org>\nTo: list@example.org\nSubject: [PATCH] {word}: mend it\n"
            f"Date: Mon, 6 Nov 2023 10:00:00 +0000\nMessage-ID: <{word}@example.org>\n\nThis mends {word}.\n\n")
    return (text + (PATCH.format(word=word) if body is None else body)).encode()


def mbox(*words):
    return b"".join(b"From author@example.org Mon Nov  6 10:00:00 2023\n" + mail(word) + b"\n" for word in words)


# Escape sequences that set the title, the clipboard and the colour, a C1 one, and one that turns the line around.
ESCAPES = "\x1b]0;title\x07 \x1b]52;c;Y2xpcA==\x07 \x1b[31m \x9b31m \u202e \u2066"


class Bed:
    """A folder of good mail with bad things among it: what must be found, and what must be named on stderr."""

    def __init__(self, root):
        self.root = os.fsencode(root)
        self.good = []
        self.bad = {}  # what stderr must hold exactly one line about: a part of the name -> what it is
        self.links = ["loop-link", "er/up", "zero.mbox", "passwd.eml", "dangling.eml"]  # at most one line
        self.sockets = []

    def put(self, name, data):
        path = os.path.join(self.root, os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def put_good(self, name, word):
        self.put(name, mail(word))
        self.good.append(word)

    def make(self):
        for number in range(10):
            self.put_good(f"good/{number:02}.eml", f"plainword{number}")
        self.put("good/many.mbox", mbox("mboxfirst", "mboxsecond"))
        self.good += ["mboxfirst", "mboxsecond"]
        encoded = email.header.Header("[PATCH] escapeword " + ESCAPES, "utf-8").encode()
        subject = "Content-Type: text/plain; charset=utf-8\nSubject: " + encoded
        self.put("good/escapes.eml", mail("escapeword", ESCAPES + "\n").replace(
            b"Subject: [PATCH] escapeword: mend it", subject.encode()))
        self.good.append("escapeword")
        self.strange_names()
        self.special_files()
        self.damaged()

    def strange_names(self):
        """Names are bytes; the mail in them is good."""
        for name, word in [("new\nline.eml", "linefeedname"), ("esc\x1b[31m\x07.eml", "escapename"),
                           ("-rf --help.eml", "dashname"), (b"bytes\xff\xfe.eml", "rawname"),
                           ("n" * 240 + ".eml", "longname"), ("\u202egpj.eml", "bidiname")]:
            self.put_good(name, word)

    def special_files(self):
        os.mkfifo(os.path.join(self.root, b"a-fifo.eml"))
        listener = socket.socket(socket.AF_UNIX)
        self.sockets.append(listener)
        here = os.getcwd()
        os.chdir(self.root)  # a socket's path may have 107 bytes only
        try:
            listener.bind(b"a-socket.eml")
        finally:
            os.chdir(here)
        os.makedirs(os.path.join(self.root, b"deep/er"))
        for name, target in [(b"loop-link", b"loop-link"), (b"deep/er/up", b"../.."), (b"zero.mbox", b"/dev/zero"),
                             (b"passwd.eml", b"/etc/passwd"), (b"dangling.eml", b"nowhere.eml")]:
            os.symlink(target, os.path.join(self.root, name))
        self.bad.update({"a-fifo.eml": "a FIFO", "a-socket.eml": "a socket"})

    def damaged(self):
        self.put("empty.eml", b"")
        self.put(b"evil\x1b[2J\n\xff.eml", b"")
        self.put("binary.mbox", random.Random(7).randbytes(200_000))
        whole = mbox("cutfirst", "cutsecond", "cutlast")
        self.put("cut.mbox", whole[:whole.rindex(b"-two")])
        self.good += ["cutfirst", "cutsecond", "cutlast"]
        self.bad.update({"empty.eml": "no bytes", "evil": "no bytes, and a hostile name", "binary.mbox": "random bytes",
                         "cut.mbox": "ends in the middle of a hunk"})

    def unreadable(self, user):
        """A mail that `user` (None: ourselves) cannot read. The superuser reads everything: then there is none."""
        if user is None and os.geteuid() == 0:
            print("robust: superuser, and the programs do not run as another: no unreadable file, a dangling link only")
            return
        os.chmod(self.put("unreadable.eml", mail("unreadable")), 0)
        self.bad["unreadable.eml"] = "no permission"
        if user is not None:
            for folder, _, names in os.walk(self.root):
                for path in [folder, *(os.path.join(folder, name) for name in names if name != b"unreadable.eml")]:
                    os.chown(path, user, user, follow_symlinks=False)

    def close(self):
        for one in self.sockets:
            one.close()


def run(command, stack=None, stdin=b"", user=None):
    """(result or None on timeout, seconds)."""
    def limit():
        resource.setrlimit(resource.RLIMIT_STACK, (stack, stack))
    start = time.monotonic()
    as_user = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, timeout=HANG_SECONDS * patience, check=False,
                              preexec_fn=limit if stack else None, env={**os.environ, "LC_ALL": "C.UTF-8"}, **as_user)
    except subprocess.TimeoutExpired:
        done = None
    return done, time.monotonic() - start


def other_user(programs):
    """Somebody who may not read everything, if we can be that and the programs still start; else None."""
    if os.geteuid() != 0:
        return None
    try:
        done, _ = run([programs.index_program, "--version"], user=NOBODY)
    except (PermissionError, OSError):
        return None
    return NOBODY if done is not None and done.returncode == 0 else None


def check_clean(report, data, where):
    found = FORBIDDEN.search(data.decode("utf-8", "surrogateescape"))
    report.check(not found, f"{where}: forbidden {found[0]!r} at {found.start()}" if found else "")


def check_naming(report, bed, errors):
    """Each bad file stands in one line of stderr, a link in one at most, good mail in none."""
    lines = errors.split("\n")
    for name, what in bed.bad.items():
        report.equal(1, sum(name in line for line in lines), f"lines on stderr about {name} ({what})")
    for name in bed.links:
        report.check(sum(name in line for line in lines) <= 1, f"more than one line on stderr about {name} (a link)")
    for name in ("good/", "many.mbox", "-rf --help", "nnnnn"):
        report.check(not any(name in line for line in lines), f"stderr names good mail: {name}")


def check_archives(report, programs, root):
    bed = Bed(root)
    user = other_user(programs)
    try:
        bed.make()
        bed.unreadable(user)
        if user is not None:
            os.chown(os.path.dirname(root), user, user)
        done, seconds = run([programs.index_program, "--db", programs.db, root], user=user)
    finally:
        bed.close()
    if not report.check(done is not None, f"indexer: not ended after {seconds:.0f} s"):
        return False
    report.equal(0, done.returncode, f"indexer's exit; it said {harness.shown(done.stderr)}")
    check_clean(report, done.stderr, "indexer's stderr")
    check_clean(report, done.stdout, "indexer's stdout")
    check_naming(report, bed, done.stderr.decode("utf-8", "surrogateescape"))
    if not report.check(os.path.isdir(programs.db), "indexer: no index"):
        return False
    for word in bed.good:
        report.equal([f"{word}@example.org"], programs.ids(f"id:{word}@example.org"), f"good mail {word}, by id")
        report.equal([f"{word}@example.org"], programs.ids(f"subject:{word}"), f"good mail {word}, by word")
    for leaked in ('"root:x:0:0"', "unreadable"):
        report.equal(0, programs.count(leaked), f"what nobody gave is found: {leaked}")
    for form in ("text", "oneline", "jsonl", "ids", "files"):
        check_clean(report, programs.answer("--format", form, "--limit", "0", "*"), f"--format {form}")
    check_clean(report, programs.answer("--show", "escapeword@example.org"), "--show")
    nothing, _ = run([programs.index_program, "--db", programs.db, os.path.join(root, "no-such-archive")], user=user)
    report.equal(66, nothing and nothing.returncode, "exit for an archive that is not there")
    return True


def check_status(report, programs):
    """The name of an archive is text that others may have chosen."""
    named = programs.at(programs.db + "-named")
    box = os.path.join(os.path.dirname(programs.db), ESCAPES.replace("/", " ") + ".mbox")
    with open(box, "wb") as file:
        file.write(mbox("named"))
    named.index("--quiet", box)
    for form in ([], ["--json"]):
        done = named.index("--status", *form)
        check_clean(report, done.stdout + done.stderr, f"--status {' '.join(form)}")
    report.equal([box], [one["path"] for one in json.loads(done.stdout)["archives"]], "--status --json: the archive's name")


def hostile_queries():
    """(what, arguments, exit codes that are right)."""
    usage, answer, either = {64}, {0, 1}, {0, 1, 64}
    yield "unknown field", ["fiel:svm.c"], usage
    yield "open quote", ['"open quote'], usage
    yield "open quote in a field", ['subject:"open'], usage
    yield "open bracket", ["(one two"], usage
    yield "bracket that closes nothing", ["one two)"], usage
    for date in ("date:2020-13-45", "date:notadate..", "date:2020-02-31", "date:....", "since:"):
        yield f"bad date {date}", [date], usage
    yield "empty query", [""], either
    yield "white space", [" \t\n "], either
    yield "no query", [], either
    yield "- first", ["--", "-plainword1"], either
    yield "- first, capitals", ["--", "-EINVAL"], answer
    yield "- alone", ["--", "-"], either
    yield "unknown option", ["--no-such-option", "x"], usage
    yield "- first, no --", ["-plainword1"], either
    yield "operators alone", ["AND OR NOT"], either
    yield "100,000 brackets", ["(" * 100_000], usage
    yield "50,000 brackets, balanced", ["(" * 50_000 + "plainword1" + ")" * 50_000], either
    yield "closing brackets", [")" * 100_000], usage
    yield "nested NOT", ["NOT " * 30_000 + "x"], either
    yield "nested OR", ["(a OR " * 20_000], usage
    yield "nested XOR", ["(a XOR (b AND " * 9_000], usage
    yield "one word of 128 KB", ["x" * ARGUMENT_BYTES], either
    yield "60,000 words", ["x " * 60_000], either
    yield "20,000 different words", [" ".join(str(n) for n in range(20_000))], either
    yield "different words, OR", [" OR ".join(str(n) for n in range(12_000))], either
    yield "stars", ["*" * 100_000], either
    yield "one-letter wildcards", ["a* " * 40_000], either
    yield "path of stars", ["file:" + "*/" * 50_000], either
    yield "path of double stars", ["file:/" + "**/" * 40_000 + "x"], either
    yield "path of ?*", ["file:" + "?*" * 50_000], either
    yield "quotes", ['"' * 100_000], either
    yield "NEAR", ["a NEAR/1000000 " * 8_000 + "a"], either
    yield "colons", [":" * 100_000], either
    yield "bytes that are no UTF-8", [b"\xff\xfe\x80" * 1000], either
    yield "controls", ["\x1b]0;title\x07\x1b[2J fiel:\x9b31m"], usage
    yield "range without end", ["size:9999999999999999999999999..x"], either


def check_query(report, programs, what, arguments, codes, stack):
    where = f"{what}{' (256 KB of stack)' if stack else ''}"
    done, seconds = run([programs.search_program, "--db", programs.db, *arguments], stack)
    if not report.check(done is not None, f"{where}: not ended after {HANG_SECONDS * patience:.0f} s"):
        return
    report.check(done.returncode in codes, f"{where}: exit {done.returncode}, want one of {sorted(codes)}; "
                                           f"{harness.shown(done.stderr)}")
    report.check(seconds < QUERY_SECONDS * patience, f"{where}: {seconds:.2f} s")
    check_clean(report, done.stderr, f"{where}, stderr")
    check_clean(report, done.stdout, f"{where}, stdout")
    if done.returncode == 64:
        report.check(done.stderr.startswith(b"patchseek: "),
                     f"{where}: no 'patchseek: ' line: {harness.shown(done.stderr)}")
        report.check(not done.stdout, f"{where}: an answer beside an error: {harness.shown(done.stdout)}")
        report.check(len(done.stderr) < 4096, f"{where}: {len(done.stderr)} bytes of error")


def check_queries(report, programs):
    for stack, longest in ((None, ARGUMENT_BYTES), (SMALL_STACK, SMALL_STACK_ARGUMENT_BYTES)):
        for what, arguments, codes in hostile_queries():
            cut = [(one.encode() if isinstance(one, str) else one)[:longest] for one in arguments]
            check_query(report, programs, what, cut, codes, stack)
    check_argument_cap(report, programs)
    check_batch(report, programs)


def check_argument_cap(report, programs):
    """As much of a query as the system lets through on a command line: sixteen arguments of 120 KB."""
    for what, word in (("words", "word "), ("brackets", "(")):
        done, seconds = run([programs.search_program, "--db", programs.db, *[word * (120_000 // len(word))] * 16])
        report.check(done is not None and done.returncode in (0, 1, 64) and seconds < QUERY_SECONDS * patience,
                     f"2 MB of {what} in 16 arguments: {done and done.returncode}, {seconds:.2f} s")


def check_batch(report, programs):
    """10 MB of query fit only in --batch: skipped while the program does not offer it."""
    done, _ = run([programs.search_program, "--help"])
    if done is None or b"--batch" not in done.stdout:
        print("robust: --batch is not offered yet, 10 MB of query not tried")
        return
    for what, line in (("words", b"word " * 2_000_000), ("brackets", b"(" * 10_000_000), ("a word", b"x" * 10_000_000)):
        done, seconds = run([programs.search_program, "--db", programs.db, "--batch"], stdin=line + b"\nplainword1\n")
        report.check(done is not None and done.returncode >= 0 and seconds < QUERY_SECONDS * patience,
                     f"--batch, 10 MB of {what}: {done and done.returncode}, {seconds:.2f} s")
        report.check(done is not None and b"plainword1@example.org" in done.stdout,
                     f"--batch, 10 MB of {what}: the next query is not answered")


def check(options):
    global patience
    patience = options.patience
    report = harness.Report("robust")
    # The index lies beside the mail: a folder that indexes itself would be another test.
    with tempfile.TemporaryDirectory(prefix="patchseek-robust-") as folder:
        root = os.path.join(folder, "mail")
        os.mkdir(root)
        programs = harness.Programs(options.index, options.search, os.path.join(folder, "db"))
        if check_archives(report, programs, root):
            check_queries(report, programs)
        check_status(report, programs)
    return report.finish()


if __name__ == "__main__":
    parser = harness.parser_for(__doc__)
    parser.add_argument("--patience", type=float, default=1.0, metavar="FACTOR", help="all time limits times this")
    arguments = parser.parse_args()
    harness.main_of(lambda: check(arguments))
