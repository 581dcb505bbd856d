#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Feed queries made to break a query engine, by argument, standard input and --batch.

usage: bombs.py --index PROGRAM --search PROGRAM --mbox FILE [--seconds S] [--megabytes M]
Each must end within S seconds (2) and M megabytes (256), with 64 or 65, and not by a signal; also on a stack of 256 KiB.
Some that look alike are no bombs and may be answered.
"""
import json
import os
import resource
import shutil
import subprocess
import tempfile
import time

import harness

ARGUMENT_MOST = 128 * 1024 - 1  # Linux: MAX_ARG_STRLEN
STACK = 256 * 1024
USAGE, DATA = 64, 65

# (name, query, whether it may be answered)
BOMBS = [
    ("AND in brackets", "(w1 AND " * 100_000, False),
    ("OR and AND in brackets", "(w1 OR (w2 AND " * 100_000, False),
    ("NOT in brackets", "NOT (" * 100_000, False),
    ("NOT in a row", "NOT w2 " * 300_000, False),
    ("XOR and brackets", "(w1 XOR (w2 AND " * 1_000, False),
    ("closed brackets", "(" * 5_000 + "a" + ")" * 5_000, False),
    ("OR in a row", " OR ".join(["w"] * 300_000), False),
    ("NEAR in a row", " NEAR/100000 ".join(["w"] * 20_000), False),
    ("NEAR of allowed width", " NEAR/1000 ".join(["w"] * 20_000), False),
    ("distinct OR", " OR ".join(f"w{number}" for number in range(100_000)), False),
    ("short prefix", "1*", False),
    ("brackets only", "(" * 1_000_000, False),
    ("word of 10 MB", "w" * 10_000_000, False),
    ("phrase of 20 k words", '"' + "w " * 20_000 + '"', False),
    ("XOR of many", " XOR ".join(f"w{number}" for number in range(2_000)), False),
    ("many ranges", " OR ".join(f"size:{number}..{number + 1}" for number in range(1_000)), False),
    ("many expressions", " OR ".join(f"re:/a{number}.*b/" for number in range(100)), False),
    ("many literals", " OR ".join(f'lit:"a{number}b"' for number in range(1_000)), False),
    ("expression of repeats", "re:/((((a{10}){10}){10}){10}){10}/", False),
    ("expression of brackets", "re:/" + "(" * 20_000 + "a" + ")" * 20_000 + "/", True),
    ("expression of alternatives", "re:/" + "|".join(f"w{number}x" for number in range(20_000)) + "/", False),
    ("hunks in brackets", "hunk:(" * 10_000, False),
    ("unclosed expression", "re:/" + "a" * 60_000, False),
    ("a signs in a row", "-" * 60_000 + "a", True),
    ("nested repeats", "re:/(a+)+$/", True),
    ("quadratic expression", "re:/(.*)(.*)(.*)(.*)(.*)x{50}y/", True),
    ("counted dots", "re:/(.{0,100}a){8}b/", True),
    ("dots", "re:/.*.*.*.*=.*qz/", True),
    ("stars in a path", "file:/" + "**/a*/" * 500 + "x", True),
    ("stars in a component", "file:" + "*a" * 20_000 + "b", True),
    ("blanks", " " * 60_000 + "a", True),
    ("a thousand words", " ".join(f"word{number}" for number in range(1_000)), True),
    ("a thousand OR", " OR ".join(f"w{number}" for number in range(1_000)), True),
    ("one word wanted a thousand times", "+a " * 1_000, True),
    ("a thousand words wanted", " ".join(f"+w{number}" for number in range(1_000)), True),
]


def limited():
    resource.setrlimit(resource.RLIMIT_STACK, (STACK, STACK))


def run(programs, arguments, data, small_stack, seconds):
    """(exit code or None, seconds, MB, stdout)"""
    begin = time.monotonic()
    process = subprocess.Popen([programs.search_program, "--db", programs.db, *arguments], env=programs.env,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               preexec_fn=limited if small_stack else None)
    try:
        out, _ = process.communicate(data, timeout=seconds * 10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None, time.monotonic() - begin, 0, b""
    # Of all children so far, hence only ever too much.
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return process.returncode, time.monotonic() - begin, most, out


def judge(report, options, name, answer, may_answer):
    code, seconds, megabytes, _ = answer
    allowed = (USAGE, DATA) + ((0, 1, 3) if may_answer else ())
    report.check(code in allowed, f"{name}: exit {code}")
    report.check(seconds <= options.seconds, f"{name}: {seconds:.1f} s")
    report.check(megabytes <= options.megabytes, f"{name}: {megabytes:.0f} MB")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--mbox", metavar="FILE")
    parser.add_argument("--db", metavar="DIR")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--megabytes", type=float, default=256)
    options = parser.parse_args()
    report = harness.Report("bombs")
    folder = tempfile.mkdtemp(prefix="bombs-")
    try:
        programs = harness.Programs(options.index, options.search, options.db or os.path.join(folder, "index"))
        if not options.db:
            done = subprocess.run([programs.index_program, "--db", programs.db, "--quiet", options.mbox], check=False)
            report.check(done.returncode == 0, f"indexing ended with {done.returncode}")
        slowest = (0.0, "")
        for small in (False, True):
            for name, query, may_answer in BOMBS:
                where = f"{name}, small stack" if small else name
                data = query.encode()
                ways = [("stdin", ["--count", "-"], data), ("batch", ["--batch", "--limit", "1"], data + b"\n")]
                if len(data) <= ARGUMENT_MOST:
                    ways.append(("argument", ["--count", "--", query], None))
                    ways.append(("any", ["--count", "--any", "--", query], None))
                for way, arguments, stdin in ways:
                    answer = run(programs, arguments, stdin, small, options.seconds)
                    slowest = max(slowest, (answer[1], f"{where}, {way}"))
                    judge(report, options, f"{where}, {way}", answer, may_answer)
                    if way == "batch" and answer[0] is not None:
                        lines = answer[3].decode().splitlines()
                        report.check(len(lines) == 1 and ("error" in json.loads(lines[0])) == (answer[0] >= USAGE),
                                     f"{where}, batch: {len(lines)} lines")
        print(f"slowest: {slowest[0]:.2f} s, {slowest[1]}")
    finally:
        shutil.rmtree(folder)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
