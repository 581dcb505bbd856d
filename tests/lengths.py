#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check how long files and functions are.

usage: lengths.py ROOT [--figures]

LIMITS are what the tree keeps; they may only go down: the aim is 40 files of less than 50 lines. What is longer or shorter than they allow is printed, with
--figures all figures are. A function ends at a line that is `}` and began at the last line before that stands at the
margin: the sources are formatted, so that is all of them but what stands inside a class, which is short.
"""
import pathlib
import re
import statistics
import sys

LIMITS = {
    "lines of a file": 400,
    "lines of a function": 40,
    "files of less than 50 lines": 99,
}
# Tables are read by their rows, not from the first line to the last.
TABLES = set()


def functions(lines):
    """(length, first line) of each function."""
    start = 0
    for number, line in enumerate(lines, 1):
        if line == "}":
            yield number - start + 1, start
        elif re.match(r"\w", line):
            start = number


def measured(root):
    """(length, place) of all files and of all functions."""
    files, found = [], []
    for folder in ("include", "indexer", "searcher"):
        for path in sorted((root / folder).rglob("*.[hc]pp")):
            lines = path.read_text(encoding="utf-8").splitlines()
            name = path.relative_to(root).as_posix()
            files.append((len(lines), name))
            found += [(length, f"{name}:{start}") for length, start in functions(lines)]
    return files, found


def main(root, figures):
    files, found = measured(root)
    prose = [one for one in files if one[1] not in TABLES]
    short = [one for one in files if one[0] < 50]
    of_limits = {
        "lines of a file": max(prose),
        "lines of a function": max(found),
        "files of less than 50 lines": (len(short), ""),
    }
    names = {name for _, name in files}
    bad = [f"{name} is named as a table and is not there" for name in sorted(TABLES - names)]
    for what, limit in LIMITS.items():
        value, where = of_limits[what]
        if value > limit:
            bad.append(f"{what}: {value:g}, at most {limit} are allowed  {where}")
    lengths = [length for length, _ in files]
    if figures:
        print(f"{len(files)} files of {statistics.mean(lengths):.0f} lines in the mean, {statistics.median(lengths):g} "
              f"in the median; {len(found)} functions, 95 % of at most "
              f"{sorted(length for length, _ in found)[int(0.95 * len(found))]} lines")
        for what, limit in LIMITS.items():
            value, where = of_limits[what]
            print(f"  {what}: {value:g} of {limit}  {where}")
    print("\n".join(bad), end="\n" if bad else "")
    return 1 if bad else 0


sys.exit(main(pathlib.Path(sys.argv[1]), "--figures" in sys.argv))
