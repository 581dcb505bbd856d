#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the indexer shows of long work: on a terminal one line that is rewritten, to a pipe plain lines, and --quiet.

usage: progress.py --index PROGRAM --search PROGRAM [--messages N]
Exit 0 when all holds, 1 with what does not.
"""
import os
import re
import subprocess
import tempfile

import boxes
import harness
import mails

READING = re.compile(r"indexing (\S+): (\d+) of (\d+) messages, ([\d.]+) of ([\d.]+) MB, ([\d.]+) MB/s(, \d+ (s|min) left)?$")


def on_terminal(programs, columns, *arguments):
    return harness.on_terminal(programs.index_command(*arguments), columns, programs.env)


def check_terminal(report, programs, archives, messages):
    sent, code = on_terminal(programs, 120, *archives)
    report.equal(0, code, "terminal: exit")
    drawn = [line for line in re.split(r"\r\x1b\[K", sent) if line]
    reading = [match for match in map(READING.match, drawn) if match]
    report.check(bool(reading), f"terminal: no line of reading in {drawn[:5]}")
    names = {os.path.basename(path) for path in archives}
    for match in reading:
        report.check(match[1] in names, f"terminal: no archive is called {match[1]}")
        report.check(int(match[2]) <= int(match[3]) == messages, f"terminal: {match[0]}")
        report.check(float(match[4]) <= float(match[5]), f"terminal: {match[0]}")
    counts = [int(match[2]) for match in reading]
    report.equal(sorted(counts), counts, "terminal: counts")
    # The line is taken off before the summary, which stays.
    last = sent.replace("\r\n", "\n").rstrip("\n").split("\n")[-1]
    report.check(last.split("\x1b[K")[-1].startswith("patchseek-index: "), f"terminal: ends with {last!r}")


def check_narrow(report, programs, archives):
    sent, code = on_terminal(programs, 30, *archives)
    report.equal(0, code, "narrow: exit")
    # What is drawn is taken back with one \r: it must not wrap.
    report.check("indexing" in sent, "narrow: no line of reading")
    for line in re.findall(r"\x1b\[K([^\r\n\x1b]+)(?=\r\x1b)", sent):
        report.check(len(line) < 30, f"narrow: {line!r} wraps")


def check_pipe(report, programs, archives):
    done = programs.index(*archives)
    report.check(b"\r" not in done.stderr and b"\x1b" not in done.stderr, f"pipe: {harness.shown(done.stderr)}")
    report.equal(1, done.stderr.count(b"\n"), "pipe: lines of some seconds' work")
    report.equal(b"", done.stdout, "pipe: stdout")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--messages", type=int, default=400)
    options = parser.parse_args()
    report = harness.Report("progress")
    with tempfile.TemporaryDirectory() as folder:
        half = options.messages // 2
        archives = [boxes.write(os.path.join(folder, name), b"".join(boxes.mboxrd(mails.numbered(i)) for i in numbers))
                    for name, numbers in (("one.mbox", range(half)), ("two.mbox", range(half, options.messages)))]
        index = harness.Programs(options.index, options.search, os.path.join(folder, "index"))
        check_terminal(report, index, archives, options.messages)
        check_narrow(report, index.at(os.path.join(folder, "narrow")), archives)
        check_pipe(report, index.at(os.path.join(folder, "pipe")), archives)
        done = index.at(os.path.join(folder, "quiet")).index("--quiet", *archives)
        report.equal(b"", done.stdout + done.stderr, "--quiet")
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
