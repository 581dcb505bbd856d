#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Queries as people get them wrong, and whether what the program says about them leads to the answer.

usage: wrong_queries.py --index PROGRAM --search PROGRAM --table FILE [--section NAME] (--db DIR | --archive PATH...) [--list]
The table has sections in [ ]; in each a wrong query at the margin and below it, indented, the right one. The wrong one
must end in an error or find nothing. What is then proposed, "did you mean" put in at the caret, or a query in quotes,
is run as it stands; one of the proposals must find the message that the right query finds first. A line `    = text`
instead of a right query is what must be said where there is nothing to find.
Exit 0 when every query is led to its answer, 1 otherwise. --list prints what was said about each.
"""
import os
import re
import shlex
import tempfile

import harness

NAME = re.compile(r"[A-Za-z][A-Za-z-]*:")


def read_table(path, section):
    """(wrong, right) in order."""
    rows, current, inside = [], None, section is None
    with open(path, encoding="utf-8") as file:
        for line in file.read().split("\n"):
            if line.startswith("[") and line.endswith("]"):
                inside = section in (None, line[1:-1])
            elif not line.strip() or line.startswith("#") or not inside:
                continue
            elif line.startswith("    "):
                rows.append((current, line[4:]))
            else:
                current = line
    return rows


def mended(query, at, meant):
    """The query with what was meant in place of what stands at the caret."""
    begin = max(query.rfind(" ", 0, at), query.rfind("(", 0, at)) + 1
    if meant.startswith('"'):
        return query[:at] + meant
    if NAME.fullmatch(meant) or re.fullmatch(r"trailer:[a-z-]+:", meant):
        return query[:at] + NAME.sub(lambda match: meant, query[at:], count=1)
    if NAME.match(meant):
        # All of a part; a blank behind the colon went along with it.
        end = re.compile(r'\S*:\s+("[^"]*"|\S+)|[^\s)]*').match(query, begin).end()
        return query[:begin] + meant + query[end:]
    if query[at - 1] == '"':
        return query[:at] + meant + query[query.index('"', at):]
    whole = ".." in meant or ".." not in query[at:]
    end = re.compile(r'[^\s)"]*' if whole else r'(?:(?!\.\.)[^\s)"])*').match(query, at).end()
    return query[:at] + meant + query[end:]


def proposals(query, said):
    """The queries that the program proposes, in its order."""
    out, lines = [], said.split("\n")
    for number, line in enumerate(lines):
        if match := re.search(r"did you mean '(.*)'\?$", line):
            shown, caret = lines[number + 1][2:], lines[number + 2][2:]
            out.append(mended(query, query.index(shown[:40]) + caret.index("^"), match[1]))
        elif match := re.match(r"patchseek: '(.*)' (alone )?finds \d+", line):
            # What is part of the query is no proposal; proposals are quoted for a shell.
            if not (match[2] and match[1] in query):
                out.append(shlex.split(f"'{match[1]}'")[0])
    return out


def judge(programs, query, right):
    """(whether it led to the answer, what was said, which proposal did)"""
    done = programs.run("--format", "ids", "--limit", "0", "--", query)
    said = done.stderr.decode("utf-8", "replace")
    if done.stdout:
        return False, f"it finds {len(done.stdout.splitlines())}", None
    if right.startswith("= "):
        return right[2:] in said, said, None
    wanted = programs.run("--format", "ids", "--limit", "1", "--", right).stdout.decode().strip()
    if not wanted:
        return False, "the right query finds nothing", None
    for number, proposal in enumerate(proposals(query, said), 1):
        got = programs.run("--format", "ids", "--limit", "0", "--", proposal)
        if wanted in got.stdout.decode("utf-8", "surrogateescape").split("\n"):
            return True, said, (number, proposal)
    return False, said, None


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--table", required=True, metavar="FILE")
    parser.add_argument("--section", metavar="NAME")
    parser.add_argument("--db", metavar="DIR")
    parser.add_argument("--archive", nargs="+", metavar="PATH")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    report = harness.Report("wrong_queries")
    with tempfile.TemporaryDirectory(prefix="wrong-") as folder:
        programs = harness.Programs(options.index, options.search, options.db or os.path.join(folder, "index"))
        if not options.db:
            programs.index(*options.archive)
        firsts = 0
        rows = read_table(options.table, options.section)
        for query, right in rows:
            led, said, by = judge(programs, query, right)
            firsts += bool(by and by[0] == 1)
            report.check(led, f"{query!r}, which should lead to {right!r}: {said.strip()}")
            if options.list:
                print(f"{'yes' if led else 'NO '} {query}\n    right {right}\n    " +
                      said.strip().replace("\n", "\n    ") + (f"\n    led by {by[0]}: {by[1]}" if by else ""))
        print(f"{report.checks - report.differences} of {len(rows)} wrong queries are led to their answer, {firsts} by the "
              f"first proposal")
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
