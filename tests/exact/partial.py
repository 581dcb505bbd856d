#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A search that is stopped in time says so, and what it shows is right.

usage: partial.py --index PROGRAM --search PROGRAM [--mails N]
Mails are made whose lines are dear to look through for the expressions asked for, all of which match in every mail that has
a needle. With --timeout 1 the answer must be part of them, the exit code 3, and stderr, and --batch, must say so.
"""
import json
import os
import random
import subprocess
import tempfile

import harness

PARTIAL = 3
# No word narrows these, and each takes many states.
SLOW = " ".join(rf"re:/(.{{0,{width}}}[a-f]){{7}}qz|needle/" for width in range(90, 98))


def write_mails(path, count):
    rng = random.Random(1)
    with open(path, "w", encoding="ascii") as file:
        for number in range(count):
            lines = ["".join(rng.choice("abcdefgh ") for _ in range(120)) for _ in range(300)]
            lines.append("needle" if number % 2 else "nothing")
            file.write(f"From a@example.org Mon Oct 26 09:51:08 2020\nFrom: a@example.org\nSubject: mail {number}\n"
                       f"Message-ID: <{number}@example.org>\nDate: Mon, 26 Oct 2020 09:51:{number % 60:02} +0000\n\n" +
                       "\n".join(lines) + "\n\n")


def check(report, programs, count):
    needles = {f"{number}@example.org" for number in range(count) if number % 2}
    done = programs.run("--timeout", "1", "--format", "ids", "--limit", "0", SLOW)
    ids = done.stdout.decode().split()
    report.equal(PARTIAL, done.returncode, "exit code")
    report.check(b"stopped after 1 s, there may be more" in done.stderr, f"stderr: {harness.shown(done.stderr)}")
    report.check(b"nothing found" not in done.stderr, "a partial answer must not say that nothing is found")
    report.check(len(ids) == len(set(ids)) < len(needles) and set(ids) <= needles, f"ids {ids[:5]}, {len(ids)} in all")
    for option in ("--sort", "-date"), ("--format", "jsonl"), ("--count",):
        report.equal(PARTIAL, programs.run("--timeout", "1", *option, SLOW).returncode, f"exit code with {option}")
    left_out = programs.run("--timeout", "1", "--format", "ids", "--limit", "0", f"* NOT ({SLOW})")
    report.equal(PARTIAL, left_out.returncode, "exit code under NOT")
    report.check(not set(left_out.stdout.decode().split()) & needles, "NOT shows what it must leave out")
    batch = subprocess.run([programs.search_program, "--db", programs.db, "--batch", "--timeout", "1"],
                                   input=SLOW.encode() + b"\nsubject:mail\n", capture_output=True, env=programs.env,
                                   timeout=harness.SECONDS, check=False)
    lines = [json.loads(line) for line in batch.stdout.decode().splitlines()]
    report.equal([False, True], [line.get("complete", True) for line in lines], "complete in --batch")
    report.equal(PARTIAL, batch.returncode, "exit code of --batch")
    whole = programs.run("--timeout", "1", "--count", "subject:mail")
    report.equal((0, str(count)), (whole.returncode, whole.stdout.decode().strip()), "a search that is done in time")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--mails", type=int, default=200)
    options = parser.parse_args()
    report = harness.Report("partial")
    with tempfile.TemporaryDirectory(prefix="partial-") as folder:
        programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"))
        mbox = os.path.join(folder, "mails.mbox")
        write_mails(mbox, options.mails)
        programs.index(mbox)
        check(report, programs, options.mails)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
