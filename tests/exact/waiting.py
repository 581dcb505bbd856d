#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Time is the search's: not that of whoever reads its output, nor that of a machine that stands still; and what is written
without a limit takes no memory.

usage: waiting.py --index PROGRAM --search PROGRAM [--messages N]
Exit 0 when all holds, 1 with what does not.
"""
import concurrent.futures
import json
import os
import signal
import subprocess
import tempfile
import time

import boxes
import harness
import mails

SLOW = 5  # seconds, of a search that may take two
MOST_MB = 12  # of memory above what a search of one message takes


def started(programs, *arguments, **options):
    return subprocess.Popen([programs.search_program, "--db", programs.db, *arguments], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env=programs.env, **options)


def read_slowly(programs, arguments, stdin=b""):
    """What a search writes to a reader that sleeps first, and how it ended."""
    process = started(programs, "--timeout", "2", *arguments, stdin=subprocess.PIPE)
    process.stdin.write(stdin)
    process.stdin.close()
    time.sleep(SLOW)
    out = process.stdout.read()
    said = process.stderr.read()
    return process.wait(60), out, said


def check_slow_readers(programs, report):
    forms = (["--format", "raw", "--limit", "0", "*"], ["--format", "jsonl", "--limit", "0", "*"],
             ["--format", "ids", "--limit", "0", "--sort", "date", "*"])
    with concurrent.futures.ThreadPoolExecutor(len(forms) + 1) as pool:
        slow = [pool.submit(read_slowly, programs, arguments) for arguments in forms]
        batch = pool.submit(read_slowly, programs, ["--batch", "--limit", "0"], b"*\nkernel\n*\n")
    for arguments, ended in zip(forms, slow):
        golden = programs.answer(*arguments)
        code, out, said = ended.result()
        report.equal(0, code, f"{arguments} to a slow reader: exit, {harness.shown(said)}")
        report.check(out == golden, f"{arguments} to a slow reader: {len(out)} bytes of {len(golden)}")
    code, out, said = batch.result()
    report.equal(0, code, f"--batch to a slow reader: exit, {harness.shown(said)}")
    lines = out.decode().split("\n")[:-1]
    report.equal(3, len(lines), "--batch to a slow reader: lines")
    for line in lines:
        report.check(json.loads(line).get("complete", True), f"--batch to a slow reader: {line[:80]}")


def check_stopped(programs, report):
    """A search that is stopped for longer than it may take answers when it goes on."""
    stopped = []
    for delay in (0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2):
        process = started(programs, "--timeout", "2", "--format", "ids", "--limit", "1", "--sort", "size", "*",
                          stdin=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGSTOP)
        if process.poll() is not None:
            break
        stopped.append((delay, process))
    if report.check(stopped, "each search ended before it was stopped"):
        time.sleep(SLOW)
    for delay, process in stopped:
        process.send_signal(signal.SIGCONT)
        _, said = process.communicate(timeout=60)
        report.equal(0, process.returncode, f"stopped after {delay} s: exit, {harness.shown(said)}")
    print(f"{len(stopped)} searches were stopped for {SLOW} s")


def check_memory(programs, report, size):
    def peak(*arguments):
        process = started(programs, *arguments, stdin=subprocess.DEVNULL)
        while process.stdout.read(1 << 20):
            pass
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        report.equal(0, process.returncode, f"{arguments}: exit")
        return usage.ru_maxrss // 1024
    one = peak("--format", "raw", "--limit", "1", "*")
    for form in ("raw", "mboxrd", "jsonl"):
        took = peak("--format", form, "--limit", "0", "*") - one
        report.check(took < MOST_MB, f"--format {form} --limit 0 of {size} MB takes {took} MB more")
        print(f"--format {form} --limit 0 of {size} MB of mail: {took} MB more than of one message")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--messages", type=int, default=300)
    options = parser.parse_args()
    report = harness.Report("waiting")
    with tempfile.TemporaryDirectory(prefix="waiting-") as folder:
        programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"))
        padding = b"Padding of a mail, that it is large.\n" * 2000
        mail = b"".join(boxes.mboxrd(mails.numbered(number) + padding) for number in range(options.messages))
        programs.index("--quiet", boxes.write(os.path.join(folder, "box"), mail))
        check_slow_readers(programs, report)
        check_stopped(programs, report)
        check_memory(programs, report, len(mail) // 1_000_000)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
