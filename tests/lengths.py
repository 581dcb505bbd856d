#!/usr/bin/env python3
"""Check how long files and functions are: 95 % of files under 400 lines, 95 % of functions under 40, none over 80.

usage: lengths.py ROOT

A function ends at a line that is `}` and began at the last line before that stands at the margin: the sources are
formatted, so that is all of them but what stands inside a class, which is short.
"""
import pathlib
import re
import sys

FILE_LINES, FUNCTION_LINES, FUNCTION_MOST, SHARE = 400, 40, 80, 0.95


def functions(lines):
    """(first line, length) of each function."""
    start = 0
    for number, line in enumerate(lines, 1):
        if line == "}":
            yield start, number - start + 1
        elif re.match(r"\w", line):
            start = number


def longer(found, most):
    return sorted((one for one in found if one[0] > most), reverse=True)


def main(root):
    files, found = [], []
    for folder in ("include", "indexer", "searcher"):
        for path in sorted((root / folder).rglob("*.[hc]pp")):
            lines = path.read_text(encoding="utf-8").splitlines()
            name = path.relative_to(root)
            files.append((len(lines), str(name)))
            found += [(length, f"{name}:{start}") for start, length in functions(lines)]
    long_files, long_functions = longer(files, FILE_LINES), longer(found, FUNCTION_LINES)
    for length, where in long_files + long_functions:
        print(f"{length:5} {where}")
    print(f"{len(files)} files, {len(long_files)} over {FILE_LINES} lines; "
          f"{len(found)} functions, {len(long_functions)} over {FUNCTION_LINES} lines")
    good = len(long_files) < (1 - SHARE) * len(files) and len(long_functions) < (1 - SHARE) * len(found)
    return 0 if good and not longer(found, FUNCTION_MOST) else 1


sys.exit(main(pathlib.Path(sys.argv[1])))
