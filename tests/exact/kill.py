#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Kill the indexer at random times: nothing acknowledged may be lost, and the next run must make all good.

usage: kill.py --index PROGRAM --search PROGRAM --dump PROGRAM [--kills N] [--stops N] [--messages N] [--seed N]
SIGKILL while it indexes, updates, removes, compacts and rebuilds, before, between and after its publications; SIGTERM,
SIGINT and SIGHUP while it indexes. Exit 0 when all holds, 1 with what does not.
"""
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time

import boxes
import harness
import mails

STOP_SECONDS = 2.0
SAME = ("compact", "rebuild")  # after which an index tells the same
COMMITTED = re.compile(rb"committed (\d+) messages\n")
GENERATION = re.compile(rb'"generation":\s*(\d+)')  # grows by one with each publication
POLL_SECONDS = 0.001


def ids(lines):
    return {line.split()[1] for line in lines}


def places(lines):
    """How many places of archives the messages of a dump come from."""
    return sum(len(re.findall(r",/[^,]*:[0-9a-f]+:[0-9a-f]+", line)) for line in lines)


class Archives:
    """An mbox, a maildir with other mail, and a packed mbox with copies of some of it as another list had them."""

    def __init__(self, folder, chance, count):
        self.chance, self.count, self.next, self.state = chance, count, 0, 0
        self.box, self.dir, self.pack = (os.path.join(folder, name) for name in ("box", "dir", "copies.gz"))
        self.boxed, self.copied = [], []
        boxes.maildir(self.dir, [])
        self.grow()

    def paths(self):
        return [self.box, self.dir, self.pack]

    def fresh_numbers(self, count):
        self.next += count
        return list(range(self.next - count, self.next))

    def write(self):
        self.state += 1
        boxes.write(self.box, b"".join(boxes.mboxrd(mails.numbered(number)) for number in self.boxed))
        copies = (boxes.mboxrd(mails.numbered(number, 0, ["copies.example.org"])) for number in self.copied)
        boxes.write(self.pack, boxes.COMPRESSORS["gz"](b"".join(copies)))

    def grow(self):
        numbers = self.fresh_numbers(self.count)
        self.boxed += numbers
        self.copied += self.chance.sample(numbers, self.count // 10)
        for number in self.fresh_numbers(self.count // 5):
            boxes.write(f"{self.dir}/new/{number}.host", mails.numbered(number))
        self.write()

    def shrink(self):
        """Some mail goes, some changes places."""
        self.boxed = self.boxed[:1] + [number for number in self.boxed[1:] if self.chance.random() < 0.7]
        for name in os.listdir(self.dir + "/new"):
            if self.chance.random() < 0.4:
                os.unlink(f"{self.dir}/new/{name}")
        self.copied = self.chance.sample(self.boxed, 1 + len(self.boxed) // 10)
        self.write()


class Killer:
    def __init__(self, options, folder, report):
        self.options, self.folder, self.report = options, folder, report
        self.chance = random.Random(options.seed)
        self.programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)
        self.archives = Archives(folder, self.chance, options.messages)
        self.fresh = {}  # state of the archives -> dump
        self.before, self.clean, self.kills, self.late, self.acknowledged = [], True, 0, 0, 0
        self.fell = {"before the first publication": 0, "between two": 0, "in the last step": 0}
        self.seconds = {}  # what is done -> how long it takes when nobody kills it
        self.published = {}  # what is done -> how often it publishes when nobody kills it
        self.usual = 0.5  # how long the last took that nobody killed

    def fresh_dump(self):
        state = self.archives.state
        if state not in self.fresh:
            fresh = self.programs.at(os.path.join(self.folder, "fresh"))
            fresh.index("--quiet", *self.archives.paths())
            self.fresh = {state: fresh.dump(origins=True)}
            shutil.rmtree(fresh.db)
        return self.fresh[state]

    def finish(self, what):
        """The run nobody kills."""
        start = time.monotonic()
        self.programs.index("--quiet", *self.archives.paths())
        self.usual = time.monotonic() - start
        self.before, self.clean = self.programs.dump(origins=True), True
        return self.report.same_lines(self.fresh_dump(), self.before, f"{what}: the next run")

    def command(self):
        """What to do next, as arguments; the archives may change before."""
        if not self.clean:
            return self.chance.choice(("index", "index", "update"))
        chosen = self.chance.choice(("create", "grow", "grow", "shrink", "shrink", "remove", *SAME))
        if chosen == "create":
            shutil.rmtree(self.programs.db, ignore_errors=True)
            self.before = []
        reads = chosen in ("create", "grow", "shrink")  # archives change only before what reads them
        if chosen == "create" or (reads and len(self.archives.boxed) > 6 * self.options.messages):
            self.archives.boxed = self.archives.boxed[-self.options.messages:]
            self.archives.copied = self.archives.boxed[:1]
            self.archives.write()
        if chosen == "grow":
            self.archives.grow()
        if chosen == "shrink":
            self.archives.shrink()
        return chosen

    def arguments(self, chosen):
        if chosen in SAME:
            return ["--" + chosen]
        if chosen == "remove":  # what it has is elsewhere too: no message goes
            return ["--remove", self.archives.pack]
        every = self.chance.choice((0, 1, 5, 20, 100))
        return [*(["--commit-every", str(every)] if every else []),
                *(["--update"] if chosen in ("shrink", "update") and self.before else self.archives.paths())]

    def generation(self):
        try:
            with open(os.path.join(self.programs.db, "manifest.json"), "rb") as file:
                found = GENERATION.search(file.read())
            return int(found[1]) if found else 0
        except FileNotFoundError:
            return 0

    def wait(self, process, first, key):
        """Until it has published as often as chance wants, and a part of the time to the next; raises TimeoutExpired then."""
        times = self.published.get(key, 2)
        wanted = first + self.chance.randrange(times + 1)
        while self.generation() < wanted:
            try:
                return process.wait(POLL_SECONDS)
            except subprocess.TimeoutExpired:
                pass
        return process.wait(self.chance.uniform(0, self.seconds.get(key, 2 * self.usual) / (times + 1)))

    def kill_once(self):
        chosen = self.command()
        arguments = ["--verbose", "--jobs", str(self.chance.randrange(1, 4)), *self.arguments(chosen)]
        key = " ".join(arg for arg in arguments if not arg.startswith("/"))
        first, start = self.generation(), time.monotonic()
        process = self.programs.start_index(*arguments)
        try:
            self.wait(process, first, key)
            self.seconds[key], self.published[key] = time.monotonic() - start, self.generation() - first
            self.late += 1
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            self.seconds[key] = 1.1 * self.seconds.get(key, self.usual)  # the machine may be slower now
        error = process.stderr.read()
        code = process.wait()
        made = self.generation() - first
        self.verify(chosen, code, error, f"seed {self.options.seed}, kill {self.kills} ({key}, {made} published)")
        if code == -signal.SIGKILL:
            self.fell[self.place_of(chosen, made)] += 1
        if self.chance.random() < 0.4:
            self.finish(key)

    def place_of(self, chosen, made):
        if made <= 0:
            return "before the first publication"
        whole = chosen in (*SAME, "remove") or ids(self.before) == ids(self.fresh_dump())
        return "in the last step" if whole else "between two"

    def verify(self, chosen, code, error, what):
        self.kills += code == -signal.SIGKILL
        if code not in (0, -signal.SIGKILL):
            self.report.check(False, f"{what}: exit {code}, {harness.shown(error)}")
        acknowledged = max([0, *map(int, COMMITTED.findall(error))])
        self.acknowledged += acknowledged
        if not os.path.exists(os.path.join(self.programs.db, "manifest.json")):
            self.report.equal((0, []), (acknowledged, self.before), f"{what}: no index, acknowledged")
            self.clean = False
            return
        self.report.equal("", self.programs.whole(), f"{what}: --check")
        lines = self.programs.dump(origins=True)
        wanted = ids(self.fresh_dump())
        # A copy of a message that is there counts: where else it lies is written at the end of the run.
        known = ids(lines)
        there = places(line for line in self.fresh_dump() if line.split()[1] in known)
        self.report.check(there >= acknowledged or chosen in SAME,
                          f"{what}: {acknowledged} acknowledged, {there} there")
        lost = (ids(self.before) & wanted) - ids(lines)
        self.report.check(not lost, f"{what}: lost {sorted(lost)[:5]}")
        strange = ids(lines) - wanted - ids(self.before)
        self.report.check(not strange, f"{what}: nobody ever wrote {sorted(strange)[:5]}")
        self.before, self.clean = lines, self.clean and chosen in SAME
        if chosen in SAME:
            self.report.same_lines(self.fresh_dump(), lines, f"{what}: changed answers")

    def run(self):
        self.finish("the first run")
        while self.kills < self.options.kills and self.report.differences < 20:
            self.kill_once()
        self.finish("the last run")
        left = [name for name in os.listdir(self.programs.db) if name.startswith("tmp-")]
        self.report.equal([], left, "what killed runs left behind")
        print(f"kill: {self.kills} kills, {self.late} runs were faster; {self.acknowledged} messages acknowledged")
        print("kill: " + ", ".join(f"{count} {place}" for place, count in self.fell.items()))


def default_signals():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def stop_once(killer, number, slow):
    """A polite end: soon, with the exit code of the signal, and with all that was read."""
    programs, chance, report = killer.programs, killer.chance, killer.report
    shutil.rmtree(programs.db, ignore_errors=True)
    commit = ["--commit-every", "25"] if chance.random() < 0.5 else []
    process = programs.start_index("--verbose", *commit, slow, preexec_fn=default_signals)
    time.sleep(chance.uniform(0.05, 1.0))
    start = time.monotonic()
    process.send_signal(number)
    error = process.stderr.read()
    code = process.wait()
    took = time.monotonic() - start
    what = f"{signal.Signals(number).name} ({' '.join(commit)})"
    if code == 0:
        print(f"{what}: was done before")
        return
    report.check(took <= STOP_SECONDS, f"{what}: took {took:.1f} s to end")
    acknowledged = max([0, *map(int, COMMITTED.findall(error))])
    # Before main() begins, nobody can catch a signal; a shell calls that 128 + n too.
    early = -code == number and acknowledged == 0
    report.equal(128 + number, 128 + number if early else code, f"{what}: exit")
    there = 0
    if os.path.exists(os.path.join(programs.db, "manifest.json")):
        there = len(programs.dump())
        report.equal("", programs.whole(), f"{what}: --check")
    report.check(there >= acknowledged, f"{what}: {acknowledged} acknowledged, {there} there")
    print(f"{what}: ended after {took:.2f} s with {there} messages")
    programs.index("--quiet", slow)
    fresh = programs.at(programs.db + "-fresh")
    if not os.path.exists(fresh.db):
        fresh.index("--quiet", slow)
    report.same_lines(fresh.dump(True), programs.dump(True), f"{what}: the next run")


def check_stops(killer):
    slow = boxes.write(os.path.join(killer.folder, "slow.mbox"),
                       b"".join(boxes.mboxrd(mails.numbered(number)) for number in range(killer.options.slow)))
    signals = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    for number in range(killer.options.stops):
        stop_once(killer, signals[number % len(signals)], slow)


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--stops", type=int, default=3)
    parser.add_argument("--messages", type=int, default=60, help="in the mbox; and as many each time it grows")
    parser.add_argument("--slow", type=int, default=4000, help="messages of the runs that get a polite signal")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    report = harness.Report("kill")
    with tempfile.TemporaryDirectory() as folder:
        killer = Killer(options, folder, report)
        killer.run()
        check_stops(killer)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
