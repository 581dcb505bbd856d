#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Change archives while they are read: nothing may crash, and the next quiet run must be what a fresh one is. And an
mbox with holes, larger than memory.

usage: races.py --index PROGRAM --search PROGRAM --dump PROGRAM [--races N] [--seed N] [--real MB]
Exit 0 when all holds, 1 with what does not.
"""
import hashlib
import os
import random
import re
import tempfile
import threading
import time

import boxes
import harness
import mails

GIB = 1 << 30
MEMORY_MB = 512 + 256
SPARSE_SECONDS = 10


class Mutator(threading.Thread):
    """Changes archives as fast as it can until told to stop. What it puts there are whole messages, save in `tear`."""

    def __init__(self, folder, chance):
        super().__init__()
        self.chance, self.box, self.dir = chance, os.path.join(folder, "box"), os.path.join(folder, "dir")
        self.stop, self.done, self.written, self.parts = False, 0, set(), []
        boxes.maildir(self.dir, [])
        self.rewrite()
        for _ in range(100):
            self.deliver()

    def new(self):
        raw = mails.numbered(self.chance.randrange(400), self.chance.randrange(3))
        self.written.add(hashlib.sha256(raw).hexdigest())
        return raw

    def box_of(self, count):
        self.parts = [boxes.mboxrd(self.new()) for _ in range(count)]
        return b"".join(self.parts)

    def rewrite(self):
        """In place: whoever has it open sees other bytes."""
        boxes.write(self.box, self.box_of(self.chance.randrange(100, 300)))

    def replace(self):
        """By rename: whoever has it open sees the old bytes."""
        os.rename(boxes.write(self.box + ".new", self.box_of(self.chance.randrange(100, 300))), self.box)

    def append(self):
        more = [boxes.mboxrd(self.new()) for _ in range(self.chance.randrange(1, 20))]
        self.parts += more
        with open(self.box, "ab") as file:
            file.write(b"".join(more))

    def truncate(self):
        """Behind a message."""
        del self.parts[self.chance.randrange(1, len(self.parts) + 1):]
        os.truncate(self.box, sum(map(len, self.parts)))

    def tear(self):
        """Anywhere."""
        size = os.path.getsize(self.box)
        os.truncate(self.box, self.chance.randrange(size // 2, size + 1))

    def files(self):
        return [os.path.join(self.dir, place, name) for place in ("new", "cur")
                for name in os.listdir(os.path.join(self.dir, place))]

    def deliver(self):
        self.done += 1
        name = f"{1700000000 + self.done}.M{self.done}P1.host"
        os.rename(boxes.write(f"{self.dir}/tmp/{name}", self.new()), f"{self.dir}/new/{name}")

    def flag(self):
        for path in self.chance.sample(self.files(), 20):
            name = os.path.basename(path).split(":")[0]
            os.rename(path, f"{self.dir}/cur/{name}:2,{self.chance.choice(('', 'S', 'RS', 'FS'))}")

    def delete(self):
        files = self.files()
        if len(files) > 50:
            for path in self.chance.sample(files, 10):
                os.unlink(path)

    gentle = (replace, replace, append, deliver, flag, flag, delete)
    rough = (rewrite, truncate, tear, append, replace, flag, deliver, delete)

    def run(self):
        while not self.stop:
            self.chance.choice(self.changes)(self)
            self.done += 1
            time.sleep(self.chance.choice((0, 0, 0.001, 0.01)))


def digests(lines):
    return {re.search(r" digest=(\w+)", line)[1] for line in lines}


def check_race(options, number, report):
    chance = random.Random(options.seed + number)
    with tempfile.TemporaryDirectory() as folder:
        programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)
        mutator = Mutator(folder, chance)
        mutator.changes = mutator.rough if number % 2 else mutator.gentle
        what = f"seed {options.seed + number}"
        mutator.start()
        try:
            for _ in range(2):
                commit = ["--commit-every", str(chance.choice((10, 50)))] if chance.random() < 0.5 else []
                done = programs.try_index(*commit, mutator.box, mutator.dir, timeout=120)
                said = harness.shown(done.stderr)
                # Rewriting in place empties the mbox for a moment, and who sees that moment must not believe it.
                emptied = number % 2 and done.returncode == 66 and b"box' holds no mail any more" in done.stderr
                report.check(done.returncode in (0, 65, 75) or emptied, f"{what}: exit {done.returncode}, {said}")
        finally:
            mutator.stop = True
            mutator.join()
        lines = programs.dump()
        strange = digests(lines) - mutator.written
        # Rough changes are seen half done: what stands there then is on the disk, if only for a moment.
        if mutator.changes is mutator.gentle:
            report.check(len(strange) <= 1, f"{what}: {len(strange)} messages that nobody wrote")
        programs.index("--quiet", mutator.box, mutator.dir)
        fresh = programs.at(os.path.join(folder, "fresh"))
        fresh.index("--quiet", mutator.box, mutator.dir)
        report.same_lines(fresh.dump(True), programs.dump(True), f"{what}: the quiet run")
        report.equal("", programs.whole(), f"{what}: --check")
        return mutator.done, len(strange)


def measured(programs, *arguments):
    """Exit code, stderr, seconds and the most memory, in MB, of a run of the indexer."""
    start = time.monotonic()
    process = programs.start_index(*arguments)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, error, time.monotonic() - start, usage.ru_maxrss / 1024


def check_sparse(options, report):
    with tempfile.TemporaryDirectory() as folder:
        programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)
        box = os.path.join(folder, "sparse.mbox")
        names = ("first", "middle", "last", "later")
        framed = [boxes.mboxrd(mails.mail(name + "word", mails.patch_text(name + "word"))) for name in names]
        with open(box, "wb") as file:
            for at, data in zip((0, 2 * GIB + 12345, 4 * GIB), framed):
                file.seek(at)
                file.write((b"\n\n" if at else b"") + data)
        check_holes(programs, report, box, names[:3], "sparse mbox of 4 GiB")
        with open(box, "ab") as file:
            file.write(framed[3])
        check_holes(programs, report, box, names, "sparse mbox, one more")


def check_holes(programs, report, box, names, what):
    code, error, seconds, memory = measured(programs, "--quiet", box)
    report.equal(0, code, f"{what}: exit, {harness.shown(error)}")
    for name in names:
        report.equal(1, programs.count(f"added:{name}word_new"), f"{what}: {name}")
    report.equal(len(names), programs.count("*"), f"{what}: messages")
    report.check(memory <= MEMORY_MB, f"{what}: {memory:.0f} MB of memory")
    report.check(seconds <= SPARSE_SECONDS, f"{what}: {seconds:.1f} s")
    print(f"{what}: {seconds:.1f} s, {memory:.0f} MB")


def check_real(options, report):
    """An mbox without holes of so many MB: how long, and how much memory."""
    with tempfile.TemporaryDirectory() as folder:
        programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)
        box, number = os.path.join(folder, "real.mbox"), 0
        with open(box, "wb") as file:
            while file.tell() < options.real * 1_000_000:
                file.write(boxes.mboxrd(mails.numbered(number)))
                number += 1
        code, error, seconds, memory = measured(programs, "--quiet", box)
        report.equal(0, code, f"mbox of {options.real} MB: exit, {harness.shown(error)}")
        report.equal(number, programs.count("*"), f"mbox of {options.real} MB: messages")
        report.check(memory <= MEMORY_MB, f"mbox of {options.real} MB: {memory:.0f} MB of memory")
        print(f"mbox of {options.real} MB, {number} messages: {seconds:.1f} s, {memory:.0f} MB")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--races", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", type=int, default=0, metavar="MB", help="also an mbox of that size without holes")
    options = parser.parse_args()
    report = harness.Report("races")
    changes, strange = 0, 0
    for number in range(options.races):
        one = check_race(options, number, report)
        changes, strange = changes + one[0], strange + one[1]
    print(f"races: {options.races} with {changes} changes; {strange} messages seen half written")
    check_sparse(options, report)
    if options.real:
        check_real(options, report)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
