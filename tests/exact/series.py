#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Threads, series and versions on mail that mirrors how they come, and that the order in which it comes does not matter.

usage: series.py --index PROGRAM --search PROGRAM --dump PROGRAM [--maildir DIR] [--seeds DIR] [--table] [--orders N]

What belongs together is written beside each case by hand. --maildir is the real list mail of shared/data/lkml, whose eight
series were read by hand too, --seeds the seeds of it. The same mail is indexed at once; in random orders, one message and
one run after another; and taken away again so: all answers must be those of a fresh index.
"""
import collections
import email.utils
import os
import random
import tempfile

import boxes
import harness

DIFF = """\
---
 {path} | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/{path} b/{path}
index 1234567..89abcde 100644
--- a/{path}
+++ b/{path}
@@ -1,3 +1,3 @@ int f(void)
 	a
-	{word}
+	{word} 2
 	b
"""


class Case:
    """Some mail, what series there are in it, and the latest and complete ones: names of mails, a blank between."""

    def __init__(self, what, mails, series, latest, complete, changes=(), unanswered=None, credits=()):
        self.what, self.mails, self.series, self.latest, self.complete = what, mails, series, latest, complete
        self.changes, self.unanswered, self.credits = changes, unanswered, credits


def post(name, subject, at, refs="", who="Ann Lee <ann@example.org>", path=None, log="Because.", ident=None, diff=True):
    return {"name": name, "subject": subject, "at": at, "refs": refs.split(), "who": who, "log": log, "ident": ident,
            "path": path or f"src/{subject.split('] ')[-1].split(':')[0]}/{name}.c", "diff": diff and "Re:" not in subject and " 0/" not in subject}


BOB = "Bob Ray <bob@example.net>"
CASES = [
    Case("a cover and its parts",
         [post("c", "[PATCH 0/2] widget: all", 0), post("1", "[PATCH 1/2] widget: a", 1, "c"),
          post("2", "[PATCH 2/2] widget: b", 2, "c")], ["c 1 2"], "c 1 2", "c 1 2"),
    Case("no cover", [post("1", "[PATCH 1/2] gadget: a", 0), post("2", "[PATCH 2/2] gadget: b", 1, "1")],
         ["1 2"], "1 2", "1 2"),
    Case("no cover, no threading, parts out of order",
         [post("2", "[PATCH 2/3] pump: b", 0), post("3", "[PATCH 3/3] pump: c", 1), post("1", "[PATCH 1/3] pump: a", 2)],
         ["1 2 3"], "1 2 3", "1 2 3"),
    Case("the cover late, in reply to the first part",
         [post("1", "[PATCH 1/2] valve: a", 0), post("2", "[PATCH 2/2] valve: b", 1, "1"),
          post("c", "[PATCH 0/2] valve: all", 80000, "1")], ["c 1 2"], "c 1 2", "c 1 2"),
    Case("a missing part",
         [post("c", "[PATCH 0/3] crank: all", 0), post("1", "[PATCH 1/3] crank: a", 1, "c"),
          post("3", "[PATCH 3/3] crank: c", 2, "c")], ["c 1 3"], "c 1 3", ""),
    Case("v2 as reply to v1",
         [post("c", "[PATCH 0/2] lever: all", 0), post("1", "[PATCH 1/2] lever: a", 1, "c"),
          post("2", "[PATCH 2/2] lever: b", 2, "c"), post("d", "[PATCH v2 0/2] lever: all", 60, "c"),
          post("3", "[PATCH v2 1/2] lever: a", 61, "c d"), post("4", "[PATCH v2 2/2] lever: b", 62, "c d")],
         ["c 1 2", "d 3 4"], "d 3 4", "c 1 2 d 3 4", ["c 1 2 d 3 4"]),
    Case("v2 unthreaded, from another address",
         [post("1", "[PATCH 1/2] wheel: a", 0), post("2", "[PATCH 2/2] wheel: b", 1, "1"),
          post("3", "[PATCH v2 1/2] wheel: a", 9000, who="Ann Lee <ann@example.com>"),
          post("4", "[PATCH v2 2/2] wheel: b", 9001, "3", who="Ann Lee <ann@example.com>")],
         ["1 2", "3 4"], "3 4", "1 2 3 4", ["1 2 3 4"]),
    Case("a resend",
         [post("1", "[PATCH] spring: a", 0), post("2", "[PATCH RESEND] spring: a", 5000)],
         ["1", "2"], "2", "1 2", ["1 2"]),
    Case("two series of one author within a minute: the ids tell",
         [post("1", "[PATCH 1/2] axle: a", 0, ident="20230401100000.11-1"),
          post("3", "[PATCH 1/2] bolt: c", 1, ident="20230401100001.22-1"),
          post("4", "[PATCH 2/2] bolt: d", 2, ident="20230401100001.22-2"),
          post("2", "[PATCH 2/2] axle: b", 3, ident="20230401100000.11-2")],
         ["1 2", "3 4"], "1 2 3 4", "1 2 3 4"),
    Case("two series of one author within a minute: one after the other",
         [post("1", "[PATCH 1/2] hinge: a", 0), post("2", "[PATCH 2/2] hinge: b", 1),
          post("3", "[PATCH 1/2] latch: c", 2), post("4", "[PATCH 2/2] latch: d", 3)],
         ["1 2", "3 4"], "1 2 3 4", "1 2 3 4"),
    Case("a reply without Re:, with a trailer",
         [post("1", "[PATCH 1/2] cable: a", 0), post("2", "[PATCH 2/2] cable: b", 1, "1"),
          post("r", "[PATCH 2/2] cable: b", 2, "1 2", who=BOB, log="Acked-by: Bob Ray <bob@example.net>", diff=False)],
         ["1 2"], "1 2", "1 2", unanswered="1", credits=[("acked:bob", "2")]),
    Case("trailers in reply to the cover are for all",
         [post("c", "[PATCH 0/2] plug: all", 0), post("1", "[PATCH 1/2] plug: a", 1, "c"),
          post("2", "[PATCH 2/2] plug: b", 2, "c"),
          post("r", "Re: [PATCH 0/2] plug: all", 9, "c", who=BOB,
               log="Nice.\n\nReviewed-by: Bob Ray <bob@example.net>")],
         ["c 1 2"], "c 1 2", "c 1 2", unanswered="", credits=[("reviewed:bob", "c 1 2")]),
    Case("[PATCH v6,19/24]",
         [post("1", "[PATCH v6,1/2] tank: a", 0), post("2", "[PATCH v6,2/2] tank: b", 1, "1")],
         ["1 2"], "1 2", "1 2"),
    Case("PATCHv3", [post("1", "[PATCHv2] rotor: a", 0), post("2", "[PATCHv3] rotor: a", 900)],
         ["1", "2"], "2", "1 2", ["1 2"]),
    Case("[bug#1] [PATCH v2]",
         [post("1", "[bug#1] [PATCH] brake: a", 0), post("2", "[bug#1] [PATCH v2] brake: a", 900)],
         ["1", "2"], "2", "1 2", ["1 2"]),
    Case("N of M", [post("1", "[PATCH 1 of 2] clutch: a", 0), post("2", "[PATCH 2 of 2] clutch: b", 1, "1")],
         ["1 2"], "1 2", "1 2"),
    Case("one part sent again in a new version",
         [post("1", "[PATCH 1/2] gear: a", 0), post("2", "[PATCH 2/2] gear: b", 1, "1"),
          post("3", "[PATCH v2 2/2] gear: b", 600, "1 2")],
         ["1 2", "3"], "1 3", "1 2", ["1 2 3"]),
    Case("everything renamed, one change-id",
         [post("1", "[PATCH] motor: make it work", 0, log="A.\n\nchange-id: 20230401-motor-0123456789ab"),
          post("2", "[PATCH v2] engine: do it well", 900, path="src/other.c",
               log="B.\n\nchange-id: 20230401-motor-0123456789ab")],
         ["1", "2"], "2", "1 2", ["1 2"]),
    Case("everything renamed, the same paths",
         [post("1", "[PATCH] fan: make it work", 0, path="src/fan.c"),
          post("2", "[PATCH v2] blower: do it well", 900, path="src/fan.c")],
         ["1", "2"], "2", "1 2", ["1 2"]),
]
BEGIN = 1680343200  # 1 April 2023, 10:00 UTC; a week for each case

# shared/data/lkml, read by hand: the first message, how many, whether all parts are there.
LKML = {
    "1277220005-3322-1-git-send-email-sjayaraman@suse.de": (11, True),
    "1258848661-4660-1-git-send-email-stefan@datenfreihafen.org": (2, True),
    "1297680967-11893-1-git-send-email-segoon@openwall.com": (1, True),
    "cover.1289789604.git.joe@perches.com": (45, True),
    "1297677612-12405-1-git-send-email-henne@nachtwindheim.de": (6, True),
}


def raw(number, mail):
    """One mail of a case, as bytes."""
    ident = lambda name: f"<{number}-{name}@example.org>"
    own = f"<{mail['ident']}-ann@example.org>" if mail["ident"] else ident(mail["name"])
    refs = [ident(name) for name in mail["refs"]]
    head = [f"From: {mail['who']}", "To: dev@lists.example.org", f"Subject: {mail['subject']}", f"Message-ID: {own}",
            "Date: " + email.utils.formatdate(BEGIN + 7 * 86400 * number + mail["at"])]
    if refs:
        head += [f"In-Reply-To: {refs[-1]}", "References: " + "\n ".join(refs)]
    body = mail["log"] + "\n"
    if mail["diff"]:
        body += DIFF.format(path=mail["path"], word=mail["name"])
    return own[1:-1], ("\n".join(head) + "\n\n" + body).encode()


def everything():
    """id -> (bytes, case number, name)"""
    out = {}
    for number, case in enumerate(CASES):
        for mail in case.mails:
            key, data = raw(number, mail)
            out[key] = (data, number, mail["name"])
    return out


def groups(messages, key):
    out = collections.defaultdict(list)
    for message in messages:
        if key in message:
            out[message[key]].append(message)
    return out


def check_cases(programs, mails, report):
    """The whole archive at once against what stands beside the cases."""
    ids = {(number, name): key for key, (_, number, name) in mails.items()}
    named = lambda number, text: sorted(ids[number, name] for name in text.split())
    latest, complete = programs.ids("is:latest"), programs.ids("is:complete")
    unanswered = programs.ids("is:unanswered")
    for number, case in enumerate(CASES):
        own = {key for key, (_, other, _) in mails.items() if other == number}
        for series in case.series:
            want = named(number, series)
            for one in want:
                report.equal(want, sorted(programs.ids(f"series:{one}")), f"{case.what}: series:{one}")
            report.equal(want, sorted(programs.ids("series:{ id:%s }" % want[0])), f"{case.what}: series in braces")
        for change in case.changes:
            want = named(number, change)
            report.equal(want, sorted(programs.ids(f"versions:{want[-1]}")), f"{case.what}: versions:{want[-1]}")
        report.equal(named(number, case.latest), sorted(own & set(latest)), f"{case.what}: is:latest")
        report.equal(named(number, case.complete), sorted(own & set(complete)), f"{case.what}: is:complete")
        if case.unanswered is not None:
            report.equal(named(number, case.unanswered), sorted(own & set(unanswered)), f"{case.what}: is:unanswered")
        for query, who in case.credits:
            report.equal(named(number, who), sorted(own & set(programs.ids(query + " (is:patch OR is:cover)"))),
                         f"{case.what}: {query}")


def check_orders(options, programs, folder, mails, report):
    """One message and one run after another, in and out again, must answer as a fresh index does."""
    for order in range(options.orders):
        chance = random.Random(order)
        keys = sorted(mails)
        chance.shuffle(keys)
        box = os.path.join(folder, f"order-{order}")
        os.makedirs(box)
        grown = programs.at(os.path.join(folder, f"grown-{order}"))
        steps = keys + keys[: len(keys) // 2]  # the second time a message is taken away
        there = set()
        for step, key in enumerate(steps):
            path = os.path.join(box, f"{sorted(mails).index(key):04}.eml")
            if key in there:
                there.remove(key)
                os.remove(path)
            else:
                there.add(key)
                boxes.write(path, mails[key][0])
            grown.index("--quiet", box)
            if step % 12 == 11 or step in (len(keys) - 1, len(steps) - 1):
                fresh = programs.at(os.path.join(folder, f"fresh-{order}-{step}"))
                fresh.index("--quiet", box)
                report.same_lines(fresh.dump(), grown.dump(), f"order {order}, step {step}")
        report.equal("", grown.whole(), f"order {order}: --check")


def check_lkml(options, programs, folder, report):
    programs = programs.at(os.path.join(folder, "lkml"))
    programs.index("--quiet", options.maildir)
    series = groups(programs.messages("*"), "series")
    complete = set(programs.ids("is:complete"))
    for name, members in sorted(series.items()):
        if options.table:
            print(f"{len(members):4} {'whole' if members[0]['id'] in complete else 'parts':6} {members[0]['subject'][:90]}")
    for first, (count, whole) in LKML.items():
        if not report.check(first in series, f"lkml: no series {first}"):
            continue
        report.equal(count, len(series[first]), f"lkml: messages of {first}")
        report.equal(whole, all(one["id"] in complete for one in series[first]), f"lkml: {first} complete")
    report.equal(len(LKML) + 1, len(series), "lkml: series")


def check_seeds(options, programs, folder, report):
    """Two headerless messages carry the same Message-Id in their bodies; it is the id of neither. A request to pull heads
    two headerless parts by its shortlog."""
    programs = programs.at(os.path.join(folder, "seeds"))
    programs.index("--quiet", options.seeds)
    for inside in {name for message in programs.messages("trailer:message-id") for name in
                   [one["value"].strip("<>") for one in message["trailers"] if one["name"].lower() == "message-id"]}:
        found = programs.messages(f"mentions:{inside}")
        if len(found) == 2:
            report.equal([], programs.ids(f"id:{inside}"), f"seeds: id:{inside}")
            report.check(len({one["id"] for one in found}) == 2, "seeds: the two share an id")
            print("mentions the same Message-Id: " + "; ".join(one["subject"] for one in found))
            break
    else:
        report.check(False, "seeds: no two messages mention one Message-Id in their bodies")
    pull = [one for one in programs.messages("is:pull") if "4.21" in one["subject"]]
    report.equal(1, len(pull), "seeds: the request to pull")
    report.equal(3, len(programs.ids(f"series:{pull[0]['id']}")), "seeds: series of the request to pull")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--maildir", help="real list mail")
    parser.add_argument("--seeds", help="the seeds")
    parser.add_argument("--table", action="store_true", help="print the series of --maildir")
    parser.add_argument("--orders", type=int, default=3, help="random orders")
    options = parser.parse_args()
    report = harness.Report("series")
    with tempfile.TemporaryDirectory() as folder:
        programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)
        mails = everything()
        box = boxes.tree(os.path.join(folder, "all"), [data for data, _, _ in mails.values()])
        programs.index("--quiet", box or os.path.join(folder, "all"))
        check_cases(programs, mails, report)
        check_orders(options, programs, folder, mails, report)
        if options.maildir and os.path.isdir(options.maildir):
            check_lkml(options, programs, folder, report)
        if options.seeds and os.path.isdir(options.seeds):
            check_seeds(options, programs, folder, report)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
