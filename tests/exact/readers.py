#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Search while others write; write while others write; and no room, or no right, to write.

usage: readers.py --index PROGRAM --search PROGRAM --dump PROGRAM [--seconds S] [--readers N] [--messages N]
Exit 0 when all holds, 1 with what does not.
"""
import os
import resource
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time

import boxes
import harness
import kill
import mails

NOBODY = 65534
QUERIES = (["--count", "*"], ["--format", "ids", "--limit", "0", "*"], ["--format", "jsonl", "kernel page"],
           ["--format", "oneline", "--sort", "date", "file:*.c"], ["--format", "raw", "--limit", "3", "lock -queue"],
           ["--count", "NOT kernel"], ["--format", "jsonl", "dev_get_drvdata(dev)"],
           ["--show", "0@numbered.example.org"])


class Reader(threading.Thread):
    """Searches one after another until told to stop; each must answer, and never less than before."""

    def __init__(self, programs, number, growing):
        super().__init__()
        self.programs, self.number, self.growing = programs, number, growing
        self.stop, self.searches, self.failures, self.most, self.slowest = False, 0, [], 0, 0.0

    def run(self):
        while not self.stop:
            arguments = QUERIES[(self.searches + self.number) % len(QUERIES)]
            start = time.monotonic()
            try:
                done = self.programs.run(*arguments, timeout=60)
            except subprocess.TimeoutExpired:
                self.failures.append(f"{arguments}: hangs")
                continue
            self.slowest = max(self.slowest, time.monotonic() - start)
            self.searches += 1
            if done.returncode not in (0, 1) or b"DatabaseModified" in done.stderr:
                self.failures.append(f"{arguments}: exit {done.returncode}, {harness.shown(done.stderr)}")
            elif arguments == ["--count", "*"]:
                self.counted(int(done.stdout))
            elif arguments[0] == "--show" and done.returncode != 0:
                self.failures.append(f"{arguments}: not found")

    def counted(self, count):
        if count < self.most or (not self.growing and self.most and count != self.most):
            self.failures.append(f"{count} messages after {self.most}")
        self.most = max(self.most, count)


def beside(readers, work):
    """Does `work` while all of them search; how many searches they made, and what failed."""
    for reader in readers:
        reader.start()
    try:
        work()
    finally:
        for reader in readers:
            reader.stop = True
        for reader in readers:
            reader.join()
    failures = [failure for reader in readers for failure in reader.failures]
    for failure in failures[:5]:
        print(f"    {failure}")
    return sum(reader.searches for reader in readers), failures


def with_readers(options, programs, report, what, growing, work):
    readers = [Reader(programs, number, growing) for number in range(options.readers)]
    searches, failures = beside(readers, work)
    report.equal(0, len(failures), f"{what}: failures of {searches} searches")
    report.check(searches > 0, f"{what}: nobody searched")
    print(f"{what}: {searches} searches, {len(failures)} failures, slowest {max(r.slowest for r in readers):.2f} s")


def check_readers(options, programs, folder, report):
    """Some seconds of an indexer that commits each message, then of one that compacts again and again."""
    box = os.path.join(folder, "box.mbox")
    boxes.write(box, b"".join(boxes.mboxrd(mails.numbered(number)) for number in range(50)))
    programs.index("--quiet", "--commit-every", "10", box)
    committed = [0]

    def index():
        end, number = time.monotonic() + options.seconds, 50
        while time.monotonic() < end:
            with open(box, "ab") as file:
                for number in range(number + 1, number + 1 + options.messages):
                    file.write(boxes.mboxrd(mails.numbered(number)))
            process = programs.start_index("--quiet", "--commit-every", "1", "--update", stderr=subprocess.DEVNULL)
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGTERM)
                process.wait()
            if process.returncode not in (0, 128 + signal.SIGTERM):
                report.check(False, f"indexing beside readers ended with {process.returncode}")
            committed[0] = number

    def compact():
        end = time.monotonic() + options.seconds / 2
        while time.monotonic() < end:
            programs.index("--quiet", "--compact")

    with_readers(options, programs, report, "commit after each message", True, index)
    programs.index("--quiet", "--update")
    count = programs.count("*")
    report.check(count >= 100, f"only {count} messages in {options.seconds} s")
    with_readers(options, programs, report, "compacting", False, compact)
    fresh = programs.at(os.path.join(folder, "fresh"))
    fresh.index("--quiet", box)
    report.same_lines(fresh.dump(True), programs.dump(True), "after all that")
    report.equal("", programs.whole(), "after all that: --check")


def hold(programs):
    """A writer that holds the index until its standard input ends."""
    process = programs.start_index("--quiet", "-", stdin=subprocess.PIPE, preexec_fn=kill.default_signals)
    process.stdin.write(boxes.mboxrd(mails.numbered(1)))
    process.stdin.flush()
    time.sleep(0.5)
    return process


def release(process):
    process.stdin.close()
    process.stdin = None
    return process.wait(timeout=30)


def check_writers(_, programs, folder, report):
    box = boxes.write(os.path.join(folder, "second.mbox"), boxes.mboxrd(mails.numbered(2)))
    holder = hold(programs)
    for arguments in ([box], ["--update"], ["--compact"], ["--remove", box]):
        start = time.monotonic()
        done = programs.try_index(*arguments)
        if not os.path.exists(os.path.join(programs.db, "manifest.json")) and arguments[0].startswith("--"):
            report.check(done.returncode in (66, 75), f"second writer, {arguments[0]}: exit {done.returncode}")
            continue
        report.equal(75, done.returncode, f"second writer, {arguments[0]}: exit, {harness.shown(done.stderr)}")
        report.check(time.monotonic() - start <= 1.0, f"second writer, {arguments[0]}: took too long to say no")
        report.check(os.path.basename(programs.db).encode() in done.stderr,
                     f"second writer, {arguments[0]}: does not name the index: {harness.shown(done.stderr)}")
    start = time.monotonic()
    done = programs.try_index("--wait=1", box)
    report.equal(75, done.returncode, "--wait=1 while another writes: exit")
    report.check(0.9 <= time.monotonic() - start <= 3, f"--wait=1 took {time.monotonic() - start:.1f} s")
    waiting = programs.start_index("--wait=30", box)
    time.sleep(1)
    report.check(waiting.poll() is None, "--wait=30 does not wait")
    report.equal(0, release(holder), "the first writer: exit")
    said = waiting.stderr.read()
    report.equal(0, waiting.wait(timeout=30), f"--wait=30: exit, {harness.shown(said)}")
    report.check(b"wait" in said.lower(), f"--wait=30 does not say that it waits: {harness.shown(said)}")
    report.equal(2, programs.count("*"), "two writers one after another: messages")
    check_killed_holder(programs, box, report)
    check_idle_stdin(programs, report)


def check_killed_holder(programs, box, report):
    """The lock goes with its holder."""
    holder = hold(programs)
    holder.kill()
    holder.wait()
    report.equal(0, programs.try_index(box).returncode, "after the holder was killed: exit")


def check_idle_stdin(programs, report):
    """A polite signal ends a run that waits for input that does not come."""
    holder = hold(programs)
    holder.send_signal(signal.SIGTERM)
    start = time.monotonic()
    try:
        report.equal(128 + signal.SIGTERM, holder.wait(timeout=10), "SIGTERM while standard input is idle: exit")
    except subprocess.TimeoutExpired:
        holder.kill()
        holder.wait()
    report.check(time.monotonic() - start <= kill.STOP_SECONDS,
                 f"SIGTERM while standard input is idle: took {time.monotonic() - start:.1f} s")


def snapshot(folder):
    """Everything in a folder that writing would change."""
    found = {}
    for where, folders, names in os.walk(folder):
        for name in folders + names:
            path = os.path.join(where, name)
            info = os.stat(path)
            found[path] = (info.st_ino, info.st_size, info.st_mtime_ns, info.st_mode)
    return found


def check_read_only(_, programs, folder, report):
    """Another user, with no right to write: searches work and write nothing, the indexer says why it cannot."""
    box = boxes.write(os.path.join(folder, "box.mbox"), b"".join(boxes.mboxrd(mails.numbered(n)) for n in range(20)))
    programs.index("--quiet", box)
    report.equal(0o700, stat.S_IMODE(os.stat(programs.db).st_mode), "mode of a new index")
    for where, folders, names in os.walk(programs.db):
        for name in names:
            os.chmod(os.path.join(where, name), 0o444)
        for name in [where, *(os.path.join(where, one) for one in folders)]:
            os.chmod(name, 0o555)
    os.chmod(folder, 0o755)
    before = snapshot(programs.db)
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    try:
        subprocess.run([programs.search_program, "--version"], capture_output=True, check=True, **user)
    except (PermissionError, subprocess.CalledProcessError):
        print("readers: another user cannot run the programs where they are: nothing shown of read-only folders")
        return
    for arguments in QUERIES:
        done = subprocess.run([programs.search_program, "--db", programs.db, *arguments], capture_output=True,
                              check=False, **user)
        said = harness.shown(done.stderr)
        report.check(done.returncode in (0, 1), f"read-only, {arguments}: exit {done.returncode} {said}")
    for arguments, wanted in ([box], 77), (["--update"], 77), (["--compact"], 77), (["--remove", box], 77), \
            (["--status"], 0), (["--check"], 0):
        done = programs.try_index(*arguments, **user)
        report.equal(wanted, done.returncode, f"read-only, {arguments[0]}: exit, {harness.shown(done.stderr)}")
        if wanted:
            report.check(b"ermission denied" in done.stderr or b"writable" in done.stderr or b"ead-only" in done.stderr,
                         f"read-only, {arguments[0]}: said {harness.shown(done.stderr)}")
    report.equal(before, snapshot(programs.db), "read-only: something was written")
    for where, _, _ in os.walk(programs.db):
        os.chmod(where, 0o755)
    done = programs.try_index("--update")
    if os.geteuid() == 0:
        report.equal(0, done.returncode, "writable again: exit")
    check_unreadable(programs, user, report)


def check_unreadable(programs, user, report):
    os.chmod(programs.db, 0o700 if user else 0)
    done = subprocess.run([programs.search_program, "--db", programs.db, "*"], capture_output=True, check=False, **user)
    report.equal(77, done.returncode, f"searching what one may not read: exit, {harness.shown(done.stderr)}")
    os.chmod(programs.db, 0o700)


class Room:
    """A small disk: a tmpfs where one may be mounted, which can grow."""

    def __init__(self, folder, kilobytes):
        self.path = os.path.join(folder, f"disk{kilobytes}")
        os.makedirs(self.path)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", self.path],
                              capture_output=True, check=False)
        self.mounted = done.returncode == 0

    def grow(self):
        subprocess.run(["mount", "-o", "remount,size=500m", self.path], check=True)

    def close(self):
        if self.mounted:
            subprocess.run(["umount", self.path], check=True)


def limit_files(size):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    return limit


def fill(programs, box, reason, report, what, commit=("--commit-every", "50"), **options):
    """An indexer that runs out of room: exit 74, the reason, and what was acknowledged."""
    done = programs.try_index("--verbose", *commit, box, **options)
    report.equal(74, done.returncode, f"{what}: exit, {harness.shown(done.stderr)}")
    # Where it cannot fit, the indexer says so before it begins.
    report.check(reason in done.stderr or b" MB free" in done.stderr, f"{what}: said {harness.shown(done.stderr[-300:])}")
    acknowledged = max([0, *map(int, kill.COMMITTED.findall(done.stderr))])
    there = 0
    if os.path.exists(os.path.join(programs.db, "manifest.json")):
        report.equal("", programs.whole(), f"{what}: --check")
        there = programs.count("*")
        # Again without room: it fails again, unless all but the packing was done, and nothing is lost.
        done = programs.try_index(*commit, box, **options)
        report.check(done.returncode == 74 or (done.returncode == 0 and b" 0 messages added" in done.stderr),
                     f"{what}, again: exit {done.returncode}, {harness.shown(done.stderr)}")
        report.check(programs.count("*") >= there, f"{what}, again: fewer messages")
    report.check(there >= acknowledged, f"{what}: {acknowledged} acknowledged, {there} there")
    print(f"{what}: {acknowledged} acknowledged, {there} there")


def complete(programs, box, wanted, report, what):
    done = programs.try_index(box)
    report.equal(0, done.returncode, f"{what}, with room: exit, {harness.shown(done.stderr)}")
    report.same_lines(wanted, programs.dump(True), f"{what}, with room")
    left = [name for name in os.listdir(programs.data()) if name.startswith("tmp-")]
    report.equal([], left, f"{what}: left behind")


def check_full(options, programs, folder, report):
    raws = [mails.numbered(number) for number in range(options.full)]
    box = boxes.write(os.path.join(folder, "box.mbox"), b"".join(map(boxes.mboxrd, raws)))
    fresh = programs.at(os.path.join(folder, "fresh"))
    fresh.index("--quiet", box)
    wanted = fresh.dump(True)
    # Where the room ends decides what Xapian is at just then.
    for kilobytes in (600, 1000, 1200, *range(2800, 4000, 200)):
        room = Room(folder, kilobytes)
        if not room.mounted:
            print("readers: no tmpfs may be mounted here: a limit on the size of files is all that is shown")
            break
        try:
            small, what = programs.at(os.path.join(room.path, "index")), f"disk of {kilobytes} KB"
            if kilobytes < 2000:  # a shard that is never part of the index
                first = programs.at(os.path.join(room.path, "first"))
                fill(first, box, b"No space left on device", report, f"{what}, one commit", ())
                shutil.rmtree(first.db, ignore_errors=True)
            fill(small, box, b"No space left on device", report, what)
            room.grow()
            complete(small, box, wanted, report, what)
        finally:
            room.close()
    for size in (0, 200_000, 1_000_000):
        small, what = programs.at(os.path.join(folder, f"limited{size}")), f"files of {size} bytes"
        fill(small, box, b"File too large", report, what, preexec_fn=limit_files(size))
        complete(small, box, wanted, report, what)
        shutil.rmtree(small.db)


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--messages", type=int, default=1000, help="new ones for each run of the indexer")
    parser.add_argument("--full", type=int, default=1200, help="messages for the small disk")
    options = parser.parse_args()
    report = harness.Report("readers")
    for check in (check_writers, check_read_only, check_full, check_readers):
        with tempfile.TemporaryDirectory() as folder:
            programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)
            check(options, programs, folder, report)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
