#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Publish an index while it is written and compacted, and read the copy meanwhile: each copy is whole and equal.

usage: replica.py --index PROGRAM --search PROGRAM [--rounds N]
Exit 0 when all holds, 1 with what does not.
"""
import os
import shutil
import subprocess
import tempfile
import threading

import boxes
import harness
import mails
import readers

OLD = 1_000_000_000


class Reader(threading.Thread):
    """Searches until it is told to end, and counts what fails."""

    def __init__(self, programs):
        super().__init__()
        self.programs, self.stop, self.searches, self.failures = programs, False, 0, []

    def run(self):
        while not self.stop:
            done = self.programs.run("--limit", "5", "--sort", "date", "w1 OR driver")
            self.searches += 1
            if done.returncode not in (0, 1):
                self.failures.append(f"exit {done.returncode}: {harness.shown(done.stderr)}")


class Bed:
    def __init__(self, options, folder, report):
        self.report, self.folder = report, folder
        self.programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"))
        self.copy = self.programs.at(os.path.join(folder, "copy"))
        self.dir = os.path.join(folder, "dir")
        self.number = 60
        boxes.maildir(self.dir, [mails.numbered(number) for number in range(self.number)], 1)

    def deliver(self, count):
        for _ in range(count):
            boxes.write(os.path.join(self.dir, "cur", f"{OLD}.{self.number}.host:2,S"), mails.numbered(self.number))
            self.number += 1

    def publish(self, where, code=0, target=None):
        done = self.programs.try_index("--quiet", "--publish", target or self.copy.db)
        self.report.equal(code, done.returncode, f"{where}: exit, {harness.shown(done.stderr)}")
        return done

    def compare(self, where):
        self.report.equal("", self.copy.whole(), f"{where}: --check of the copy")
        for query in (("*",), ("w3 OR driver",), ("is:latest", "--sort", "date")):
            ask = ("--format", "jsonl", "--limit", "0", *query)
            self.report.check(self.programs.answer(*ask) == self.copy.answer(*ask), f"{where}: {query} answers otherwise")


def grown(bed, rounds):
    bed.programs.index("--quiet", bed.dir)
    bed.publish("first")
    bed.compare("first")
    searches, failures = readers.beside([Reader(bed.copy)], lambda: grow(bed, rounds))
    bed.report.equal(0, len(failures), f"failures of {searches} searches of the copy")
    bed.report.check(searches > 0, "nobody searched")
    bed.compare("at the end")


def grow(bed, rounds):
    for number in range(rounds):
        bed.deliver(3)
        writer = bed.programs.start_index("--quiet", *(["--compact"] if number % 3 == 2 else ["--update"]))
        bed.publish(f"beside a writer, {number}")
        bed.report.equal("", bed.copy.whole(), f"beside a writer, {number}: --check of the copy")
        bed.report.equal(0, writer.wait(), f"the writer, {number}")
    bed.publish("at the end")


def retired(bed):
    """What nobody can need any more is removed, and nothing else."""
    bed.deliver(1)
    bed.programs.index("--quiet", "--compact")
    bed.publish("after it was compacted")
    path = os.path.join(bed.copy.data(), "retired")
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    kept = [line.split(" ", 1)[1] for line in lines]
    # --check takes the folder as a writer does, and removes what was listed before: those of this last round are there.
    kept = [name for name in kept if os.path.exists(os.path.join(bed.copy.data(), name))]
    bed.report.check(kept, "nothing waits to be removed")
    bed.report.check(any("postlist" in name for name in kept), "the shards that readers may need are gone")
    outside = os.path.join(bed.folder, "outside")
    boxes.write(outside, b"of somebody else")
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(f"{OLD} {name}\n" for name in [*kept, "../../outside", outside, ""]))
    bed.publish("later")
    bed.report.check(not any(os.path.exists(os.path.join(bed.copy.data(), name)) for name in kept), "old files stay")
    bed.report.check(os.path.exists(outside), "a file outside of the copy was removed")
    bed.compare("later")


def refused(bed):
    other = os.path.join(bed.folder, "other")
    boxes.write(os.path.join(other, "mine"), b"of somebody else")
    bed.publish("into a folder of other things", 73, other)
    bed.report.equal(["mine"], os.listdir(other), "a folder of other things")
    bed.publish("into itself", 64, bed.programs.db)
    bed.publish("below itself", 64, os.path.join(bed.programs.db, "copy"))
    own = bed.programs.at(os.path.join(bed.folder, "own"))
    own.index("--quiet", bed.dir)
    bed.publish("over an index of its own", 73, own.db)
    bed.report.equal(bed.number, own.count("*"), "an index of its own")
    lost = bed.programs.at(os.path.join(bed.folder, "no-index")).try_index("--publish", other)
    bed.report.equal(66, lost.returncode, "of no index")
    data = bed.programs.data()
    bed.deliver(2)
    bed.programs.index("--quiet", "--update")
    newest = max((os.path.join(at, name) for at, _, names in os.walk(data) for name in names if "postlist" in name),
                 key=os.path.getmtime)
    with open(newest, "r+b") as file:
        file.seek(os.path.getsize(newest) // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    bed.publish("of a damaged index", 65)
    bed.report.equal("", bed.copy.whole(), "after that: --check of the copy")


def damaged(bed):
    """What was damaged in the copy is told, with what mends it, and is copied again."""
    names = [os.path.join(at, name) for at, _, files in os.walk(bed.copy.data()) for name in files
             if name != "retired"]
    for path in sorted(names)[:: max(1, len(names) // 12)]:
        if os.path.getsize(path) == 0:
            continue
        with open(path, "r+b") as file:
            file.seek(os.path.getsize(path) // 2)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 4]))
        name = os.path.relpath(path, bed.copy.db)
        told = bed.copy.try_index("--check")
        if told.returncode == 0:
            continue  # of an earlier publication
        report = bed.report
        report.check(b"--publish" in told.stderr and b"--rebuild" not in told.stderr,
                     f"{name} damaged: {harness.shown(told.stderr)}")
        bed.publish(f"over a damaged {name}")
        report.equal("", bed.copy.whole(), f"{name} damaged, and published again")
    bed.compare("after damage")
    nowhere = os.path.join(bed.folder, "no", "folder")
    bed.publish("below a folder that is not there", 0, nowhere)
    boxes.write(os.path.join(bed.folder, "file"), b"mine")
    bed.publish("below a file", 73, os.path.join(bed.folder, "file", "copy"))


def killed(bed):
    """Killed while it copies, the copy is what it was."""
    for number in range(5):
        bed.deliver(2)
        bed.programs.index("--quiet", "--update")
        process = subprocess.Popen(bed.programs.index_command("--quiet", "--publish", bed.copy.db), env=bed.programs.env)
        try:
            process.wait(0.002 * number)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        bed.report.equal("", bed.copy.whole(), f"killed {number}: --check of the copy")
    bed.publish("after kills")
    bed.compare("after kills")


def rsynced(bed, rounds):
    """rsync of a published copy in the order of indexer/README.md, beside a writer and readers of what is made so."""
    if not shutil.which("rsync"):
        print("no rsync here")
        return
    target = bed.programs.at(os.path.join(bed.folder, "rsynced"))
    held = [False]

    def sync():
        for more in (["--exclude=manifest.json"], ["--include=manifest.json", "--exclude=*"], ["--delete"]):
            done = subprocess.run(["rsync", "-a", *more, bed.copy.db + "/", target.db], capture_output=True, check=False)
            bed.report.check(done.returncode == 0, f"rsync {more}: {done.returncode} {harness.shown(done.stderr)}")

    def write():
        for number in range(rounds):
            bed.deliver(2)
            writer = bed.programs.start_index("--quiet", *(["--compact"] if number % 5 == 4 else ["--update"]))
            bed.publish(f"for rsync {number}")
            sync()
            bed.report.equal("", target.whole(), f"rsync {number}: --check of the copy")
            bed.report.equal(0, writer.wait(), f"rsync {number}: the writer")
        held[0] = True

    sync()
    searches, failures = readers.beside([Reader(target)], write)
    bed.report.check(held[0], "the rounds came to no end")
    bed.publish("for the last rsync")
    sync()
    bed.report.equal(bed.programs.count("*"), target.count("*"), "the last copy")
    bed.report.equal([], failures, f"failures of {searches} searches of the rsynced copy")
    print(f"{rounds} rsyncs, {searches} searches of what they made")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--rsyncs", type=int, default=4)
    options = parser.parse_args()
    report = harness.Report("replica")
    with tempfile.TemporaryDirectory() as folder:
        bed = Bed(options, folder, report)
        grown(bed, options.rounds)
        rsynced(bed, options.rsyncs)
        retired(bed)
        killed(bed)
        damaged(bed)
        refused(bed)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
