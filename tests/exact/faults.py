#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Mail as lists really write it, each kind once met in a public bug report or on a real list, and what is right of it.

usage: faults.py --index PROGRAM --search PROGRAM --faults DIR [--list] [ROW...]
Each row of ROWS is a folder below DIR, which is indexed by itself, and what is asked of it. A row in KNOWN is wrong
today: it is reported when it comes right, so that it cannot stay in the list. Exit 0 when every other row is right and
every known one is not. --list prints what is wrong in known rows.
"""
import os
import re
import shutil
import subprocess
import tempfile

import harness


def ids(text):
    return lambda programs, query: (sorted(text.split()), sorted(programs.ids(query)))


def count(number):
    return lambda programs, query: (number, programs.count(query))


def versions(wanted):
    """`v1 2/2, * v2 2/2`, as --versions has them; * is the newest."""
    def ask(programs, message):
        lines = programs.answer("--format", "text", "--versions", message).decode().splitlines()
        found = [re.match(r"([* ]) v(\d+)(?:\.0)?\s+\S+\s+(\d+/\d+) ", line) for line in lines]
        return wanted, ", ".join(f"{one[1]} v{one[2]} {one[3]}".strip() if one else "?" for one in found)
    return ask


def files(wanted):
    return lambda programs, query: (wanted, programs.answer("--format", "files", query).decode().split("\n")[:-1])


def given_trailers(wanted):
    """How many trailers replies gave."""
    return lambda programs, query: (
        wanted, sum(1 for one in programs.messages(query) for trailer in one.get("trailers", []) if "in" in trailer))


def field(name, wanted):
    return lambda programs, query: ([wanted], [one.get(name) for one in programs.messages(query)])


def says(programs, text):
    return True, text in programs.said


def shows(programs, message):
    return 0, programs.run("--show", message).returncode


NIA, OTO, IVO, TAM = "nia@brook.example", "oto@fen.example", "ivo@quay.example", "tam@heath.example"
R01, R02, R08 = f"20260115174003.90877-%d-{NIA}", f"20260303215759.80246-1-{IVO}", f"20240205100000.901-%d-{NIA}"
R03 = [f"{name}.stgit@heron" for name in ("177269041203.8812.4410023388175520092", "177269041230.8812.1730094422816650377",
                                          "177269041252.8812.6604127730091188254", "177269041771.8840.9021183300471755316",
                                          "177269041793.8840.5118830027746390281", "177269041815.8840.3007744190285511460")]
R05, R10, R12 = f"20260206113047.60918-%d-{TAM}", f"20260129084410.2377-%d-{NIA}", "1772414465-2288-1-git-send-email-tam@heath.example"
R16 = [f"20260208041102.3377-1-{OTO}", "20260521103040.7730-1-dara@linde.example", f"20250301090000.100-1-{IVO}"]
R17, R20, R23 = "176971562190.4471.3322010047718853001.stgit@weir", "20260305184402.7715-1-mila@stow.example", f"20260311093015.620%d-1-{TAM}"
SOLD = "7c1e88d2-3a4b-4f60-b1d9-0e52c6f7a813"

# Row -> what is asked: (query or id, what must be right of it).
ROWS = {
    "01-versions-uneven": [
        ("v:2", ids("set.2.0@x set.2.1@x set.2.2@x cov.2.0@x cov.2.1@x cov.2.2@x")),
        ("series:set.2.0@x", ids("set.2.0@x set.2.1@x set.2.2@x")), ("set.2.0@x", versions("v1 2/2, * v2 2/2")),
        ("series:cov.2.0@x", ids("cov.2.0@x cov.2.1@x cov.2.2@x")), ("cov.2.0@x", versions("* v2 2/2"))],
    "02-inbody-encoded-from": [("author:jürgen", count(1)), ("*", field("author", "Jürgen Wäldchen <jw@real.example>"))],
    "03-mbox-no-blank-line": [("*", count(3))],
    "04-from-several": [("from:two@x.example", count(1))],
    "05-pull-that-is-cover": [
        ("v:2", ids("pull.2.0@x pull.2.1@x pull.2.2@x")), ("part:0", ids("pull.2.0@x pr.3.0@x")),
        ("is:pull is:cover", ids("pull.2.0@x pr.3.0@x")), ("v:3", ids("pr.3.0@x pr.3.1@x")),
        ("pull.2.0@x", versions("* v2 2/2"))],
    "07-pull-other-words": [("is:pull", count(1)), ("is:patch", count(0))],
    "08-cover-without-number": [
        ("is:cover", ids(R08 % 1)), ("series:" + R08 % 1, ids(" ".join(R08 % one for one in (1, 2, 3)))),
        ("reviewed:oto is:patch", ids(f"{R08 % 2} {R08 % 3}")), ("v:2", count(3))],
    "09-nfkc": [("i2c", count(1))],
    "10-wrapped-hunk": [("added:w1late_came", count(1)), ("added:w2came", count(1)), ("is:damaged", count(2))],
    "11-two-names": [("file:old_name.c", count(1))],
    "12-glued-signs": [("is:resend", count(1)), ("v:2", ids("tag2@x")), ("id:js@x", field("date", "2024-02-06T11:00:00Z"))],
    "13-maildir-compressed": [("*", count(2))],
    "14-gzip-unchecked": [("*", count(2)), ("flipped.mbox.gz: gzip", says)],
    "15-bracketed-mentions": [("mentions:87abc.fsf@real.example", count(1))],
    "16-context-diff": [("is:patch", count(1)), ("file:ctx.c", count(1)), ("added:ctxcame", count(1))],
    "17-binary-and": [("*", lambda programs, query: (True, "img/this and that.png" in files([])(programs, query)[1]))],
    "20-inbody-via": [("author:nia@brook.example", count(1))],
    "r01-cover-plain-subject": [
        ("is:cover", count(2)), ("is:patch", count(4)), ("v:3", count(3)), ("v:2", count(3)),
        ("is:latest", ids(" ".join(R01 % one for one in (1, 2, 3)))), ("series:" + R01 % 1, count(3)),
        (R01 % 1, versions("v2 2/2, * v3 2/2"))],
    "r02-version-in-cover-only": [
        ("v:2", count(3)), ("v:3", count(3)), ("series:" + R02, count(3)), ("is:complete", count(6)),
        (R02, versions("v2 2/2, * v3 2/2"))],
    "r03-nested-patchsets": [
        ("is:cover", ids(f"{R03[0]} {R03[3]}")), ("is:patch", count(4)), ("series:" + R03[0], ids(" ".join(R03[:3]))),
        ("series:" + R03[3], ids(" ".join(R03[3:]))), (R03[5], versions("* v1 2/2"))],
    "r04-cover-miscounts": [
        ("series:cover.1771230450.git.dara@linde.example", count(4)), ("is:complete", count(4)),
        ("cover.1771230450.git.dara@linde.example", versions("* v7 3/3"))],
    "r05-parts-join-old-cover": [
        ("series:" + R05 % 1, ids(f"{R05 % 1} {R05 % 2}")), ("v:4", ids(f"{R05 % 1} {R05 % 2}")),
        (f"series:20260105090402.55123-1-{TAM} id:{R05 % 2}", count(0)), (f"is:complete id:{R05 % 1}", count(1))],
    "r06-cover-offers-branch": [
        ("v:9", count(3)), ("v:8", count(1)), ("part:0", count(3)), ("is:cover", count(3)),
        ("cover.1771400003.git.ivo@quay.example", versions("v7 0/2, v8 0/2, * v9 2/2"))],
    "r08-diffstat-no-diff": [
        ("is:patch", ids(f"20260220080000.3310-1-{OTO}")),
        ("is:patch is:latest is:unreviewed file:mill/wheel.c", ids(f"20260220080000.3310-1-{OTO}")),
        ("file:mill/wheel.c", count(3))],
    "r09-id-without-at": [
        ("id:" + SOLD, count(1)), (SOLD, shows), ("refs:34b017737a29598338fa8e294e842ccf6a7bf4cf", count(3)),
        (f"thread:20260409200000.8071-2-{TAM}", count(3))],
    "r10-parent-is-in-reply-to": [
        ("acked:dara is:patch", ids(R10 % 3)), ("is:unreviewed", ids(R10 % 2)), ("is:unanswered", ids(f"{R10 % 1} {R10 % 2}"))],
    "r11-html-alternative": [
        ("is:patch", count(1)), ("is:reply", count(1)), ("reviewed:ivo", ids("20260117081530.4409-1-oto@fen.example")),
        ("id:20260117081530.4409-1-oto@fen.example", given_trailers(0))],
    "r12-corrupt-hunks": [("is:damaged", ids(R12))],
    "r13-combined-parent-count": [
        ("is:damaged", count(0)), ("*", lambda programs, query: (False, "ends inside a hunk" in programs.said))],
    "r14-missing-blob": [],
    "r15-change-id-footer": [
        ("trailer:change-id:20260203-mill-hopper-full-3f9a1c5be207", count(2)), ("trailer:change-id", count(2)),
        ("trailer:base-commit:750310d1c81d11c663ae4dcb9274698d5c20181a", count(2))],
    "r16-sender-written-otherwise": [
        ("is:latest", ids(" ".join(R16))), (f"20260205085031.3120-1-{OTO}", versions("v2 1/1, * v3 1/1")),
        ("20260109102015.6105-1-dara@linde.example", versions("v3 1/1, v4 1/1, * v5 1/1")), (R16[2], versions("* v1 1/1"))],
    "r17-dotted-versions": [
        ("v:24", count(3)), ("v:25", count(3)), ("is:latest v:25", count(3)), ("is:latest", count(3)),
        (R17, versions("v24 2/2, * v25 2/2"))],
    "r19-star-of-many-words": [("mill_*", count(4)), ("mill_* is:patch", count(1))],
    "r20-trailers-of-attachments": [
        ("reviewed:dara id:" + R20, count(0)), ("acked:nia id:" + R20, count(0)), ("is:unreviewed id:" + R20, count(1))],
    "r22-display-name-changes": [
        ("series:cover.1768920971.patch-series@lock", count(4)), ("is:complete", count(4)),
        ("cover.1768920971.patch-series@lock", versions("* v2 3/3"))],
    "r23-series-stat-in-notes": [
        ("file:mill/hopper.c", count(1)), ("file:mill/wheel.c", ids(R23 % 4)), ("files:2", count(2)),
        ("id:" + R23 % 3, files(["mill/mill.h", "mill/speed.c"]))],
}
# Wrong today.
KNOWN = """
""".split()


def missing_blob(programs, folder, report):
    """A repository that lacks an object: what is wrong is said in a line, and looked for alone until it is there."""
    place = os.path.join(folder, "missing")
    subprocess.run(["sh", os.path.join(folder, "make.sh"), place], check=True, capture_output=True)
    repository = os.path.join(place, "pond.git")
    head = subprocess.run(["git", "-C", repository, "rev-parse", "HEAD~1"], check=True, capture_output=True, text=True)
    first = programs.index(repository).stderr.decode()
    report.equal(2, programs.count("*"), "r14-missing-blob: messages")
    report.equal(1, first.count(head.stdout[:12]), "r14-missing-blob: lines that name the commit")
    again = programs.index("--update").stderr.decode()
    report.equal(1, again.count(head.stdout[:12]), "r14-missing-blob: lines of --update that name the commit")
    report.check("0 messages added, 0 already there" in again, f"r14-missing-blob: --update says {again!r}")
    report.check("did not come to its end" not in programs.index("--status").stdout.decode(), "r14-missing-blob: --status")
    shutil.copytree(os.path.join(place, "kept"), os.path.join(repository, "objects"), dirs_exist_ok=True)
    programs.index("--update")
    report.equal(3, programs.count("*"), "r14-missing-blob: messages once the object is there")


class Quiet(harness.Report):
    """Remembers what differs instead of printing it."""

    def check(self, good, text):
        self.checks += 1
        if not good:
            self.differences += 1
            self.found.append(text)
        return good


def ask(programs, row, folder, place):
    """What differs in a row."""
    report = Quiet(row)
    report.found = []
    shutil.copytree(os.path.join(folder, row), place)
    try:
        if row == "r14-missing-blob":
            missing_blob(programs, place, report)
        else:
            programs.said = programs.index(place).stderr.decode("utf-8", "replace")
        for query, rule in ROWS[row]:
            want, got = rule(programs, query)
            report.equal(want, got, f"{row}: {query}")
    except harness.Failure as failure:
        report.check(False, f"{row}: {failure}")
    return report


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--faults", required=True, metavar="DIR")
    parser.add_argument("--list", action="store_true", help="print what differs in known rows too")
    parser.add_argument("rows", nargs="*", metavar="ROW")
    options = parser.parse_args()
    report = harness.Report("faults")
    report.equal(sorted(os.listdir(options.faults)), sorted(ROWS), "folders and rows")
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        for row in options.rows or ROWS:
            programs = harness.Programs(options.index, options.search, os.path.join(folder, row + ".db"))
            asked = ask(programs, row, options.faults, os.path.join(folder, row))
            if row in KNOWN:
                report.check(asked.differences > 0, f"{row} is right and still among the known ones")
                if options.list:
                    print("\n".join("    known " + text for text in asked.found))
                continue
            report.checks += asked.checks - len(asked.found)
            for text in asked.found:
                report.check(False, text)
    print(f"{len(ROWS) - len(KNOWN)} of {len(ROWS)} rows are right, {len(KNOWN)} are known to be wrong")
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
