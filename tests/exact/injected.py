#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Let calls of the system fail, one run for each: no answer may be wrong, nothing lost, and the code tells the reason.

usage: injected.py --index PROGRAM --search PROGRAM --dump PROGRAM --deadly LIBRARY [--errors N] [--seed S] [--at-once N]
First each kind of file of an index, when it is opened by a search or a run. Then any open, read, write, sync, rename,
mapping and request for memory of runs that add, update, remove, compact and rebuild, N in all, spread evenly: the index
must be whole after it, hold what it held, and the next run must end as if nothing had been. Each error has an index of
its own, and some are tried at once: much of the time is waiting. Exit 0 when all holds, 1 with what does not.
"""
import collections
import errno
import itertools
import os
import random
import resource
import shutil
import tempfile

import boxes
import harness
import mails

OPENS = "open,open64,openat,openat64"
CODES = {errno.EMFILE: 71, errno.ENFILE: 71, errno.ENOMEM: 71, errno.EACCES: 77, errno.ESTALE: 74, errno.EIO: 74}
FILES = ("/positions", "docdata.glass", "postlist.glass", "iamglass", "relations-", "texts/", "manifest.json", "/words")
QUERIES = (["--format", "ids", "--limit", "0", '"kernel page" OR "page cache" OR "lock driver"'],
           ["--format", "ids", "--limit", "0", "lock -queue"], ["--format", "raw", "--limit", "2", "--sort", "date", "page"],
           ["--count", "*ern*"])
GROUPS = {  # calls that fail together -> with what
    OPENS: [errno.EMFILE, errno.EACCES, errno.EIO, errno.ENOMEM], "read,pread,pread64": [errno.EIO, errno.ESTALE],
    "write,pwrite,pwrite64": [errno.ENOSPC, errno.EIO], "fsync,fdatasync": [errno.EIO],
    "rename,renameat": [errno.ENOSPC, errno.EACCES], "mkdir,ftruncate,ftruncate64": [errno.ENOSPC], "mmap": [errno.ENOMEM],
    "malloc": [errno.ENOMEM]}


def once(number):
    """Descriptors and memory are there again the next time; a broken disk stays so."""
    return {"ONCE": 1} if number in (errno.EMFILE, errno.ENFILE, errno.ENOMEM) else {}


class Injected(harness.KeptIndex):
    def __init__(self, options, folder, report, chance):
        self.options, self.report, self.chance = options, report, chance
        self.programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)
        self.saved = os.path.join(folder, "saved")
        self.box, self.more = os.path.join(folder, "box"), os.path.join(folder, "more")
        self.write(range(30))
        boxes.write(self.more, b"".join(boxes.mboxrd(mails.numbered(number)) for number in range(25, 45)))
        self.ended = []

    def write(self, numbers):
        boxes.write(self.box, b"".join(boxes.mboxrd(mails.numbered(number)) for number in numbers))

    def env(self, **deadly):
        env = {**self.programs.env, "LD_PRELOAD": os.path.abspath(self.options.deadly)}
        return {**env, **{f"DEADLY_{name}": str(value) for name, value in deadly.items()}}

    def copy(self, number):
        """The programs with an index of their own, as it is kept."""
        copy = self.programs.at(f"{self.programs.db}-{number}")
        self.restore(copy)
        return copy

    def at_once(self, work, items):
        harness.at_once(self.options.at_once, work, enumerate(items))

    def search_files(self):
        """A file that cannot be opened is an error of its code, or was not needed: the answer is as ever."""
        golden = [sorted(self.programs.run(*query).stdout.splitlines()) for query in QUERIES]

        def one(item):
            _, (query, name, number) = item
            failing = self.programs.at(self.programs.db)
            failing.env = self.env(CALLS=OPENS, PATH=name, AT=1, ERRNO=number, **once(number))
            done = failing.run(*QUERIES[query], timeout=60)
            what = f"search {QUERIES[query][-1]}, {name}, {errno.errorcode[number]}"
            if done.returncode in (0, 1):
                self.report.check(sorted(done.stdout.splitlines()) == golden[query], f"{what}: another answer")
            else:
                self.report.equal(CODES[number], done.returncode, f"{what}: exit, {harness.shown(done.stderr)}")
        self.at_once(one, itertools.product(range(len(QUERIES)), FILES, CODES))

    def little_memory(self):
        """A mail that does not fit into memory ends the run with its code, however the allocator says so."""
        megabyte = 1 << 20
        large = os.path.join(os.path.dirname(self.programs.db), "large.mbox")
        with open(large, "wb") as file:
            file.write(b"From a@x.example Mon Oct 26 09:51:08 2020\nMessage-ID: <large@x.example>\n\n")
            file.write(b"some words that a line has\n" * (2 * megabyte))
        copy = self.copy("little")
        done = copy.try_index(large, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (200 * megabyte,) * 2))
        self.report.equal(71, done.returncode, f"no memory for a mail: exit, {harness.shown(done.stderr)}")
        shutil.rmtree(copy.db, ignore_errors=True)
        os.unlink(large)

    def run_files(self, arguments, wanted):
        """The same of a run that writes."""
        def one(item):
            order, (name, number, at) = item
            copy = self.copy(order)
            done = copy.try_index(*arguments, env=self.env(CALLS=OPENS, PATH=name, AT=at, ERRNO=number, **once(number)))
            what = f"{arguments[0]}, {name}, {errno.errorcode[number]}, {at}"
            self.report.check(done.returncode in (0, CODES[number]),
                              f"{what}: exit {done.returncode}, want {CODES[number]} {harness.shown(done.stderr)}")
            self.judge(copy, what, arguments, done, wanted)
        self.at_once(one, [(name, number, at) for name in FILES for number in CODES
                           for at in self.chance.sample((1, 2, 3), 3 if self.options.errors > 200 else 1)])

    def judge(self, copy, what, arguments, done, wanted):
        """What is left after an error, and after the next run; removes the copy."""
        self.ended.append(done.returncode)
        if os.path.exists(os.path.join(copy.db, "manifest.json")):
            self.report.equal("", copy.whole(), f"{what}: --check")
            held = copy.dump(True)
            # What could not be read of an archive is named, and comes the next time.
            if done.returncode == 0 and b"cannot" not in done.stderr:
                self.report.same_lines(wanted, held, f"{what}: said it was done")
            kept = {line.split()[1] for line in self.before} & {line.split()[1] for line in wanted}
            lost = kept - {line.split()[1] for line in held}
            self.report.check(not lost, f"{what}: lost {sorted(lost)[:5]}")
        else:
            self.report.check(not self.before, f"{what}: the index is gone")
        again = copy.try_index(*arguments)
        if arguments[0] == "--remove" and again.returncode == 66:
            again.returncode = 0  # it was removed
        if self.report.equal(0, again.returncode, f"{what}: the next run, {harness.shown(again.stderr)}"):
            self.report.same_lines(wanted, copy.dump(True), f"{what}: the next run")
        shutil.rmtree(copy.db, ignore_errors=True)

    def prepare(self, arguments):
        """What a run ends with when nothing fails."""
        self.restore()
        self.before = self.programs.dump(True) if os.path.exists(self.saved) else []
        self.programs.index("--quiet", "--jobs", "1", *arguments)
        return self.programs.dump(True)

    def count(self, arguments, calls):
        self.restore()
        path = self.saved + ".count"
        self.programs.try_index("--quiet", "--jobs", "1", *arguments, env=self.env(CALLS=calls, COUNT=path))
        with open(path, encoding="ascii") as file:
            return int(file.read())

    def sweep(self, name, arguments, errors):
        wanted = self.prepare(arguments)
        arguments = ["--jobs", "1", *arguments]
        if arguments[2].startswith("--"):
            arguments = [*arguments[2:], *arguments[:2]]
        points = []
        for calls, numbers in GROUPS.items():
            total = self.count(arguments, calls)
            share = max(1, errors // len(GROUPS))
            points += [(calls, at * total // share + self.chance.randrange(max(1, total // share)) + 1,
                        self.chance.choice(numbers), self.chance.randrange(3) > 0) for at in range(share)]

        def one(item):
            order, (calls, at, number, once) = item
            copy = self.copy(order)
            done = copy.try_index(*arguments, timeout=120, env=self.env(
                CALLS=calls, AT=at, ERRNO=number, **({"ONCE": 1} if once else {})))
            what = f"{name}, {calls} {at}, {errno.errorcode[number]}{'' if once else ' from then on'}"
            self.report.check(done.returncode in (0, 65, 66, 71, 73, 74, 75, 77, 127),
                              f"{what}: exit {done.returncode}, {harness.shown(done.stderr)}")
            self.judge(copy, what, arguments, done, wanted)
        self.at_once(one, points)
        print(f"{name}: {len(points)} errors", flush=True)
        return len(points)


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--deadly", required=True)
    parser.add_argument("--errors", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=6)
    options = parser.parse_args()
    report = harness.Report("injected")
    with tempfile.TemporaryDirectory(prefix="injected-") as folder:
        one = Injected(options, folder, report, random.Random(options.seed))
        total, share = 0, max(len(GROUPS), options.errors // 5)
        total += one.sweep("adding", [one.box], share)
        one.prepare([one.box])
        one.save()
        one.search_files()
        one.little_memory()
        one.write(range(4, 36))
        total += one.sweep("updating", ["--update"], share)
        one.prepare(["--update"])
        one.save()
        one.prepare([one.more])
        one.save()
        one.run_files(["--compact"], one.prepare(["--compact"]))
        total += one.sweep("compacting", ["--compact"], share)
        total += one.sweep("rebuilding", ["--rebuild"], share)
        total += one.sweep("removing", ["--remove", one.more], share)
        print(f"{total} errors anywhere; runs ended with {dict(sorted(collections.Counter(one.ended).items()))}")
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
