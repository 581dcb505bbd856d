#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Update, remove, compact, rebuild, kill, damage and search an index for as long as asked; the end equals a fresh index.

usage: soak.py --index PROGRAM --search PROGRAM --dump PROGRAM [--seconds S] [--readers N] [--seed S] [--mails N]
No search may fail, take its whole time or answer with messages that are not there; of a damaged copy --check says so.
Prints what was done, peak memory, and the size against a fresh index. Exit 0 when all holds, 1 with what does not.
"""
import collections
import os
import random
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import boxes
import damage
import harness
import mails
import readers

QUERIES = (["--count", "*"], ["--format", "ids", "--limit", "0", "kernel page"], ["--format", "jsonl", "lock"],
           ["--format", "raw", "--limit", "0", "queue"], ["--count", "*ern*"], ["--format", "text", '"page cache"'])


class Reader(threading.Thread):
    def __init__(self, programs, number):
        super().__init__()
        self.programs, self.number = programs, number
        self.stop, self.searches, self.failures, self.slowest = False, 0, [], 0.0

    def run(self):
        while not self.stop:
            arguments = QUERIES[(self.searches + self.number) % len(QUERIES)]
            start = time.monotonic()
            done = self.programs.run(*arguments, timeout=300)
            self.slowest = max(self.slowest, time.monotonic() - start)
            self.searches += 1
            if done.returncode not in (0, 1):
                self.failures.append(f"{arguments}: exit {done.returncode}, {harness.shown(done.stderr)}")


class Soak:
    def __init__(self, options, folder, report):
        self.options, self.folder, self.report = options, folder, report
        self.chance = random.Random(options.seed)
        self.programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)
        self.box, self.dir = os.path.join(folder, "box"), os.path.join(folder, "dir")
        self.numbers, self.first = list(range(options.mails)), 0
        self.done = collections.Counter()
        self.write()
        self.programs.index("--quiet", self.box, self.dir)

    def write(self):
        boxes.write(self.box, b"".join(boxes.mboxrd(mails.numbered(number)) for number in self.numbers))
        shutil.rmtree(self.dir, ignore_errors=True)
        self.first += 1000  # what has a name never changes in a maildir
        boxes.maildir(self.dir, [mails.numbered(number, 0, ["a.example.org"]) for number in self.numbers[::5]], self.first)

    def change(self):
        """Some messages go, some come."""
        gone = set(self.chance.sample(self.numbers, min(len(self.numbers) - 5, self.chance.randrange(8))))
        self.numbers = [number for number in self.numbers if number not in gone]
        first = max(self.numbers) + 1
        self.numbers += range(first, first + self.chance.randrange(10))
        self.write()

    def update(self):
        self.change()
        self.programs.index("--quiet", "--update")

    def remove(self):
        self.programs.index("--quiet", "--remove", self.dir)
        self.programs.index("--quiet", self.dir)

    def compact(self):
        self.programs.index("--quiet", "--compact")

    def rebuild(self):
        self.programs.index("--quiet", "--rebuild")

    def kill(self):
        self.change()
        arguments = self.chance.choice([["--update"], ["--compact"], ["--rebuild"], [self.box, "--commit-every", "3"]])
        process = self.programs.start_index("--quiet", *arguments, stderr=subprocess.DEVNULL)
        try:
            process.wait(self.chance.random() * 0.3)
        except subprocess.TimeoutExpired:
            process.send_signal(self.chance.choice([signal.SIGKILL, signal.SIGTERM]))
            process.wait()
        self.programs.index("--quiet", "--update")

    def damage(self):
        """Of a copy, so that searches go on."""
        copy = self.programs.at(os.path.join(self.folder, "copy"))
        shutil.rmtree(copy.db, ignore_errors=True)
        shutil.copytree(self.programs.db, copy.db)
        name, size = self.chance.choice(sorted(damage.files_of(copy.db).items()))
        what = f"{name}, {damage.damage(os.path.join(copy.db, name), size, self.chance)}"
        self.report.check(copy.try_index("--check").returncode in (1, 65, 66), f"{what}: --check sees nothing")
        if name != "manifest.json":
            copy.index("--quiet", "--rebuild")
            self.report.equal("", copy.whole(), f"{what}: --check after --rebuild")

    def run(self, seconds):
        steps = [self.update] * 4 + [self.remove, self.compact, self.kill, self.kill, self.damage, self.rebuild]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            step = self.chance.choice(steps)
            step()
            self.done[step.__name__] += 1
        self.change()
        self.programs.index("--quiet", "--update")

    def judge(self):
        fresh = self.programs.at(os.path.join(self.folder, "fresh"))
        fresh.index("--quiet", self.box, self.dir)
        self.report.same_lines(fresh.dump(True), self.programs.dump(True), "the end against a fresh index")
        self.report.equal("", self.programs.whole(), "the end: --check")
        self.report.equal(sorted(fresh.ids("*")), sorted(self.programs.ids("*")), "the end: ids")
        self.compact()
        self.report.same_lines(fresh.dump(True), self.programs.dump(True), "compacted")
        sizes = [sum(damage.files_of(one.db).values()) for one in (fresh, self.programs)]
        self.report.check(sizes[1] <= 1.3 * sizes[0], f"compacted: {sizes[1]} bytes against {sizes[0]}")
        return sizes


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--mails", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    report = harness.Report("soak")
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        soak = Soak(options, folder, report)
        searchers = [Reader(soak.programs, number) for number in range(options.readers)]
        searches, failures = readers.beside(searchers, lambda: soak.run(options.seconds))
        report.equal(0, len(failures), f"failures of {searches} searches")
        sizes = soak.judge()
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"{dict(soak.done)}; {searches} searches, slowest {max(r.slowest for r in searchers):.2f} s; peak {peak} MB; "
              f"{sizes[1]} bytes, fresh {sizes[0]}")
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
