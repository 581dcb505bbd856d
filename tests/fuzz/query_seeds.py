#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Write the queries of other tests as seeds of the query fuzzer, one file each, and a dictionary of their parts.

usage: query_seeds.py TESTS OUT

Queries stand in the golden cases (tests/cli/*/cmd, as commands) and in tests/exact/wrong_queries.txt. They are written
to OUT/queries/, the dictionary to OUT/query.dict.
"""
import hashlib
import pathlib
import re
import shlex
import sys

OPERATORS = ["AND ", "OR ", "XOR ", "NOT ", "NEAR/3 ", "ADJ ", "hunk:(", "in:(", "thread:{", "series:{", "lit:\\\"",
             "re:/", "/i", "..", "*", "**/", ")", "}", "+(", "-("]


def of_commands(text):
    for line in text.splitlines():
        for command in re.split(r"\s[|;]\s|&&", line):
            try:
                words = shlex.split(command, comments=True)
            except ValueError:
                continue
            if words[:1] == ["patchseek"]:
                yield " ".join(word for word in words[1:] if not word.startswith("--") and "$" not in word)


def of_table(text):
    for line in text.splitlines():
        if line.strip() and not line.startswith(("#", "[")):
            yield line.strip()


def main(tests, out):
    queries = set(of_table((tests / "exact" / "wrong_queries.txt").read_text(encoding="utf-8")))
    for cmd in tests.glob("cli/*/cmd"):
        queries.update(of_commands(cmd.read_text(encoding="utf-8")))
    queries.discard("")
    (out / "queries").mkdir(parents=True, exist_ok=True)
    for query in queries:
        name = hashlib.sha1(query.encode()).hexdigest()[:12]
        (out / "queries" / name).write_text(query, encoding="utf-8")
    labels = sorted({label for query in queries for label in re.findall(r"\b[a-z]+:", query)})
    (out / "query.dict").write_text("".join(f'"{part}"\n' for part in OPERATORS + labels))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
