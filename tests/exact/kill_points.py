#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""End the indexer at each call that changes what the disk holds, one run for each: the next run must make all good.

usage: kill_points.py --index PROGRAM --search PROGRAM --dump PROGRAM --deadly LIBRARY [--calls NAMES] [--every N]
By SIGKILL before and after the call, and by a full disk from that call on. While an index is created, grown, updated
and compacted. Exit 0 when all holds, 1 with what does not.
"""
import errno
import os
import re
import shutil
import signal
import subprocess
import tempfile

import boxes
import harness
import mails

DATE = "2000-03-01 12:00:00 +0000"
SYNCS = "rename,renameat,fsync,fdatasync,syncfs"
CHANGES = SYNCS + ",ftruncate,ftruncate64,unlink,unlinkat,mkdir,pwrite,pwrite64"


class Points(harness.KeptIndex):
    def __init__(self, options, folder, report):
        self.options, self.folder, self.report = options, folder, report
        self.programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)
        self.saved = os.path.join(folder, "saved")
        self.archives = [os.path.join(folder, "box"), os.path.join(folder, "dir")]
        self.runs = 0

    def write(self, numbers):
        boxes.write(self.archives[0], b"".join(boxes.mboxrd(mails.numbered(number)) for number in numbers))
        if os.path.exists(self.archives[1]):
            shutil.rmtree(self.archives[1])
        copies = [mails.numbered(number, 0, ["a.example.org"]) for number in numbers[:5]]
        boxes.maildir(self.archives[1], copies, numbers[0])

    def run(self, arguments, **deadly):
        env = {**self.programs.env, "LD_PRELOAD": os.path.abspath(self.options.deadly)}
        env.update({f"DEADLY_{name}": str(value) for name, value in deadly.items()})
        self.runs += 1
        return self.programs.try_index("--jobs", "1", *arguments, env=env, timeout=60)

    def count(self, arguments, calls):
        """How many such calls a run makes."""
        path = os.path.join(self.folder, "count")
        self.restore()
        done = self.run(arguments, CALLS=calls, COUNT=path)
        if done.returncode != 0:
            raise harness.Failure(f"{arguments} ended with {done.returncode}: {harness.shown(done.stderr)}")
        with open(path, encoding="ascii") as file:
            return int(file.read())

    def sweep(self, what, arguments, wanted, before, every, **deadly):
        """One run for each N-th call. `before` and `wanted` are what the index holds before and after."""
        total = self.count(arguments, deadly["CALLS"])
        self.report.check(total > 0, f"{what}: no call to end at")
        for at in range(1, total + 1, every):
            self.restore()
            done = self.run(arguments, AT=at, **deadly)
            self.judge(f"{what}, call {at} of {total}", arguments, done, wanted, before)
        print(f"{what}: {total} calls")

    def judge(self, what, arguments, done, wanted, before):
        killed = done.returncode == -signal.SIGKILL
        # A full disk may hit what is only tidying up; then the run may say it is done, and must be.
        allowed = killed or done.returncode in (0, 74)
        self.report.check(allowed, f"{what}: exit {done.returncode}, {harness.shown(done.stderr)}")
        if done.returncode == 74:
            self.report.check(b"No space left on device" in done.stderr, f"{what}: said {harness.shown(done.stderr)}")
        if done.returncode == 0:
            self.report.same_lines(wanted, self.programs.dump(True), f"{what}: said it was done")
        if os.path.exists(os.path.join(self.programs.db, "manifest.json")):
            self.report.equal("", self.programs.whole(), f"{what}: --check")
            kept = {line.split()[1] for line in before} & {line.split()[1] for line in wanted}
            lost = kept - {line.split()[1] for line in self.programs.dump(True)}
            self.report.check(not lost, f"{what}: lost {sorted(lost)[:5]}")
        elif before:
            self.report.check(False, f"{what}: the index is gone")
        again = self.programs.try_index("--jobs", "1", *arguments)
        if self.report.equal(0, again.returncode, f"{what}: the next run, {harness.shown(again.stderr)}"):
            self.report.same_lines(wanted, self.programs.dump(True), f"{what}: the next run")
            left = [name for name in os.listdir(self.programs.data()) if name.startswith("tmp-")]
            self.report.equal([], left, f"{what}: left behind")

    def ends(self, what, arguments, wanted, before):
        every = self.options.every
        calls = self.options.calls
        for how, calls, deadly in [("killed before", calls, {}), ("killed after", calls, {"AFTER": 1}),
                                   ("full disk", calls + ",write", {"ERRNO": errno.ENOSPC})]:
            # Creating is not atomic in Xapian: that is always shown whole.
            here = 1 if what.startswith("creating") and how == "killed before" else every
            self.sweep(f"{what}, {how}", arguments, wanted, before, here, CALLS=calls, **deadly)

    def finished(self, *arguments):
        """What the index holds when nobody disturbs; it becomes the one to start from."""
        self.restore()
        self.programs.index("--quiet", "--jobs", "1", *arguments)
        return self.programs.dump(True)


def check_all(points):
    points.write(list(range(12)))
    everything = [*points.archives]
    created = points.finished(*everything)
    points.report.equal(12, len(created), "messages")
    points.ends("creating", everything, created, [])
    points.ends("creating with commits", ["--commit-every", "4", *everything], created, [])
    points.finished(*everything)
    points.save()
    points.write(list(range(3, 18)))
    changed = points.finished(*everything)
    points.ends("updating", ["--update"], changed, created)
    points.ends("updating with commits", ["--commit-every", "4", "--update"], changed, created)
    points.finished("--update")
    points.save()
    with_commits(points, changed)
    points.finished("--update")
    points.save()
    points.ends("compacting", ["--compact"], changed, changed)
    points.restore()
    points.programs.index("--quiet", "--remove", points.archives[0])
    removed = points.programs.dump(True)
    points.report.equal(5, len(removed), "messages of the maildir")
    sweep_remove(points, removed, changed)


def with_commits(points, mail):
    """A repository of which two commits came from the mail: it is made known, and grows."""
    project = os.path.join(points.folder, "project")
    git = ["git", "-c", "user.name=A U Thor", "-c", "user.email=author@example.org", "-C", project]
    subprocess.run(["git", "-c", "init.defaultBranch=main", "init", "-q", project], check=True)
    dated = {**os.environ, "GIT_AUTHOR_DATE": DATE, "GIT_COMMITTER_DATE": DATE}

    def commit(number):
        subject = re.search(rb"(?mi)^Subject: (?:\[.*?\] )*(.*)$", mails.numbered(number))[1]
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", subject], check=True, env=dated)

    commit(7)
    known = points.finished("--git", project)
    points.report.check(any(" commit=" in line for line in known), "a commit is joined")
    points.ends("making commits known", ["--git", project], known, mail)
    points.finished("--git", project)
    points.save()
    commit(8)
    grown = points.finished("--update")
    points.ends("updating commits", ["--update"], grown, known)
    points.finished("--update")
    points.save()
    points.finished("--remove", project)
    points.report.same_lines(mail, points.programs.dump(True), "without the commits")
    points.save()


def sweep_remove(points, removed, changed):
    """Removing cannot be asked for again once it is done: the next run may find nothing to do."""
    arguments = ["--remove", points.archives[0]]
    total = points.count(arguments, points.options.calls)
    for at in range(1, total + 1, points.options.every):
        points.restore()
        what = f"removing, killed before call {at} of {total}"
        points.run(arguments, CALLS=points.options.calls, AT=at)
        points.report.equal("", points.programs.whole(), f"{what}: --check")
        again = points.programs.try_index(*arguments)
        points.report.check(again.returncode in (0, 66), f"{what}: the next run, {harness.shown(again.stderr)}")
        points.report.same_lines(removed, points.programs.dump(True), f"{what}: the next run")
    print(f"removing, killed before: {total} calls")
    points.report.check(len(changed) > len(removed), "nothing was removed")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--deadly", required=True, metavar="LIBRARY", help="libdeadly.so of tests/tools")
    parser.add_argument("--calls", default=SYNCS, help=f"by hand: {CHANGES}")
    parser.add_argument("--every", type=int, default=1, metavar="N",
                        help="only each N-th call, save while an index is created")
    options = parser.parse_args()
    report = harness.Report("kill_points")
    with tempfile.TemporaryDirectory() as folder:
        points = Points(options, folder, report)
        check_all(points)
        print(f"kill_points: {points.runs} runs")
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
