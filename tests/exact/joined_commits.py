#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Indexes that know a repository, searched as one and joined: commits and mail of all belong together as in one index.

usage: joined_commits.py --index PROGRAM --search PROGRAM --dump PROGRAM

The mail of commits.py is dealt to two indexes; the repository is known to one, to the other, or to both, of which one has
read less of it. Exit 0 when all holds, 1 with what does not, 77 without git.
"""
import os
import shutil
import subprocess
import tempfile

import boxes
import commits
import harness
import several

QUERIES = ["*", "is:applied", "is:pending", "commit:*", "applied:v1..v2", "applied:v2", "is:latest", "is:unanswered"]


def ask_all(bed, one, several_of, where, ids):
    for query in QUERIES:
        bed.same(one, several_of, where, "--format", "jsonl", "--limit", "0", query)
        bed.same(one, several_of, where, "--count", query)
    for commit in ids:
        bed.same(one, several_of, where, "--format", "jsonl", f"commit:{commit[:12]}")
        bed.same(one, several_of, where, "--commit", commit[:12])
    for name in ("versions1", "linkedold1", "nearly", "report"):
        bed.same(one, several_of, where, "--versions", commits.mail_id(name))


class Way:
    """`known`: which of the two indexes knows how much of the repository, in fifths of its history."""

    def __init__(self, name, known):
        self.name, self.known = name, known


def check_way(bed, world, mails, way, whole, box):
    tips = world.git("rev-list", "--reverse", "HEAD").split()
    grown = os.path.join(bed.folder, "grown.git")
    if not os.path.exists(grown):
        world.git("clone", "-q", "--bare", world.path, grown, cwd=bed.folder)
    parts = []
    for number, fifths in enumerate(way.known):
        part = bed.programs(f"{way.name}-{number}")
        names = [name for place, name in enumerate(sorted(mails)) if place % 2 == number]
        own = os.path.join(bed.folder, f"box{number}")
        boxes.write(own, b"".join(boxes.mboxrd(mails[name]) for name in names))
        part.index("--quiet", own)
        if fifths:
            world.git("update-ref", "refs/heads/main", tips[len(tips) * fifths // 5 - 1], cwd=grown)
            part.index("--quiet", "--git", grown)
        parts.append(part.db)
    ids = world.ids.values()
    ask_all(bed, [whole.db], parts, f"{way.name}, as one", ids)
    joined = bed.programs(f"{way.name}-joined")
    joined.index("--quiet", "--join", *parts)
    bed.report.equal("", joined.whole(), f"{way.name}: --check of the joined one")
    bed.report.same_lines(whole.dump(), joined.dump(), f"{way.name}, joined")
    ask_all(bed, [whole.db], [joined.db], f"{way.name}, joined", ids)
    for part in parts:
        shutil.move(part, part + "-away")
    ask_all(bed, [whole.db], [joined.db], f"{way.name}, joined, the members gone", list(ids)[:3])
    joined.index("--quiet", "--update")
    bed.report.same_lines(whole.dump(), joined.dump(), f"{way.name}, joined and updated")


def body():
    options = harness.parser_for(__doc__).parse_args()
    if shutil.which("git") is None:
        print("skipped: no git")
        return harness.EXIT_SKIPPED
    report = harness.Report("joined_commits")
    with tempfile.TemporaryDirectory(prefix="patchseek-joined-") as folder:
        bed = several.Bed(options, folder, report)
        world = commits.World(folder)
        for number, change in enumerate(commits.changes()):
            world.commit(change)
            if number in (4, 9):
                world.git("tag", f"v{number // 5 + 1}")
        world.mails["report"] = commits.World.mail("report", "it does not work", "Look.\n", commits.START, commits.BO)
        boxes_of = [os.path.join(folder, f"box{number}") for number in range(2)]
        for number, box in enumerate(boxes_of):
            names = [name for place, name in enumerate(sorted(world.mails)) if place % 2 == number]
            boxes.write(box, b"".join(boxes.mboxrd(world.mails[name]) for name in names))
        grown = os.path.join(folder, "grown.git")
        world.git("clone", "-q", "--bare", world.path, grown, cwd=folder)
        whole = bed.programs("whole")
        whole.index("--quiet", *boxes_of)
        whole.index("--quiet", "--git", grown)
        for way in (Way("first", (5, 0)), Way("second", (0, 5)), Way("both", (5, 5)), Way("older", (2, 5))):
            check_way(bed, world, world.mails, way, whole, boxes_of)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(body)
