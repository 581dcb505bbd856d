#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The indexer and its helper processes: what becomes of a run when its supervisor is gone, and of them when it is killed.

usage: children.py --index PROGRAM --search PROGRAM [--kills N]
Exit 0 when all holds, 1 with what does not.
"""
import os
import random
import signal
import tempfile
import time

import harness
import inboxes
import mails


def children(process):
    """Of a process, those that it made."""
    try:
        with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except FileNotFoundError:
        return []


def alive(group):
    """The processes of a group that have not ended; a zombie has."""
    out = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                words = file.read().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(words[2]) == group and words[0] not in "ZX":
            out.append(int(name))
    return out


def send(process, number):
    try:
        os.kill(process, number)
    except ProcessLookupError:
        pass


def check_supervisor(report, programs, repository):
    """Killed while archives wait to be read: an error that says what to do, and the next run is as ever."""
    process = programs.start_index("--jobs", "1", repository)
    while not children(process.pid) and process.poll() is None:
        time.sleep(0.001)
    for child in children(process.pid):
        os.kill(child, signal.SIGKILL)
    said = process.communicate(timeout=60)[1]
    report.equal(70, process.returncode, f"without a supervisor: exit, {harness.shown(said)}")
    for words in (b"this is a bug", b"--check", b"--rebuild", b"the next run"):
        report.check(words in said, f"without a supervisor: nothing says {words}: {harness.shown(said)}")
    programs.index(repository)
    report.equal(40, programs.count("*"), "the next run")
    report.equal("", programs.whole(), "the next run")


def check_orphans(report, programs, repository, kills):
    """No helper outlives a run that is killed, at whatever moment, not even one that is stopped and goes on."""
    chance = random.Random(5)
    seen = 0
    for number in range(kills):
        process = programs.start_index("--jobs", "2", repository, start_new_session=True)
        time.sleep(chance.random() * 0.03)
        made = children(process.pid)
        made += [grandchild for child in made for grandchild in children(child)]
        seen += len(made)
        if number % 2:
            for child in made:
                send(child, signal.SIGSTOP)
        process.kill()
        process.wait()
        # One that was stopped before it could ask the kernel to end it with its parent looks whether that is gone.
        for child in made:
            send(child, signal.SIGCONT)
        end = time.monotonic() + 5
        while (left := alive(process.pid)) and time.monotonic() < end:
            time.sleep(0.005)
        report.equal([], left, f"kill {number}: helpers left")
        process.stderr.close()
    report.check(seen > 0, "no helper was seen")
    print(f"{kills} kills, {seen} helpers")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--kills", type=int, default=40)
    options = parser.parse_args()
    report = harness.Report("children")
    with tempfile.TemporaryDirectory(prefix="children-") as folder:
        repository = os.path.join(folder, "list.git")
        inboxes.make_bare(repository)
        stream = inboxes.Stream(repository, True)
        for number in range(40):
            raw = mails.numbered(number)
            stream.commit(stream.put(inboxes.v1_path(raw), raw))
        stream.send()
        programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"))
        check_supervisor(report, programs, repository)
        check_orphans(report, programs.at(os.path.join(folder, "other")), repository, options.kills)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
