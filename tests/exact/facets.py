#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What --facet counts, compared with counting the objects of --format jsonl.

usage: facets.py --index PROGRAM --search PROGRAM (--db DIR | --archive PATH...) [--time]

The counts are made anew here from what jsonl says of each message, for 20 queries and every kind of facet.
--time also says how long each facet of all messages takes.
"""
import collections
import json
import re
import tempfile
import time

import harness

QUERIES = ["*", "is:patch", "is:reply", "is:cover", "file:*.c", "file:*.h is:patch", "subject:fix", "v:2..", "is:latest",
           "reviewed:*", "added:if", "removed:return", "tag:*", "date:2021", "since:2022", "is:patch -is:latest",
           "files:3..", "lit:\"->\"", "re:/[a-z]_init\\(/", "is:unreviewed is:patch"]


def person(mailbox):
    found = re.search(r"<([^>]*)>", mailbox)
    key = found.group(1).strip() if found and found.group(1).strip() else mailbox.strip()
    return re.sub("[A-Z]", lambda letter: letter.group().lower(), key)


def trailers(name, key):
    return lambda hit: [key(one["value"]) for one in hit.get("trailers", []) if one["name"].lower() == name]


def paths(depth):
    def values(hit):
        for file in hit.get("files", []):
            for path in filter(None, (file.get("path"), file.get("old"))):
                parts = path.split("/")
                cut = depth and len(parts) > depth and "/".join(parts[depth:])
                yield "/".join(parts[:depth]) + "/" if cut else path
    return values


def ops(hit):
    for file in hit.get("files", []):
        yield file.get("op")
        yield file.get("binary") and "binary"


FACETS = {
    "author": lambda hit: [person(hit["author"])] if "author" in hit else [],
    "from": lambda hit: [person(hit["from"])] if "from" in hit else [],
    "list": lambda hit: hit.get("list", []),
    "kind": lambda hit: [hit.get("kind")],
    "tag": lambda hit: hit.get("tags", []),
    "state": lambda hit: hit.get("states", []),
    "v": lambda hit: [str(hit["version"])] if "version" in hit else [],
    "file": paths(None),
    "file:1": paths(1),
    "file:2": paths(2),
    "file:3": paths(3),
    "op": ops,
    "year": lambda hit: [hit.get("date", "")[:4]],
    "month": lambda hit: [hit.get("date", "")[:7]],
    "day": lambda hit: [hit.get("date", "")[:10]],
    "reviewed": trailers("reviewed-by", person),
    "signed": trailers("signed-off-by", person),
    "fixes": trailers("fixes", str),
    "trailer:cc": trailers("cc", str),
}
PEOPLE = {"author", "from", "reviewed", "signed"}
# jsonl says only of a file whose mode alone changed that it did.
LEFT_OUT = {"op": {"mode"}}


def check(programs, query, report):
    hits = programs.messages(query)
    said = json.loads(programs.run("--facet", ",".join(FACETS), "--format", "json", "--", query).stdout)
    report.equal(len(hits), said["matches"], f"{query}: matches")
    for facet in said["facets"]:
        name = facet["facet"]
        want = collections.Counter()
        for hit in hits:
            want.update({value for value in FACETS[name](hit) if value})
        got = {person(one["value"]) if name in PEOPLE else one["value"]: one["count"] for one in facet["values"]}
        for value in LEFT_OUT.get(name, ()):
            want.pop(value, None), got.pop(value, None)
        report.equal(dict(want), got, f"{query}: {name}")
        order = [(-one["count"], one["value"].encode()) for one in facet["values"]]
        if name not in ("year", "month", "day"):
            report.check(order == sorted(order), f"{query}: {name} is not in the order of its counts")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--db")
    parser.add_argument("--archive", nargs="*", default=[])
    parser.add_argument("--time", action="store_true")
    options = parser.parse_args()
    report = harness.Report("facets")
    with tempfile.TemporaryDirectory() as folder:
        programs = harness.Programs(options.index, options.search, options.db or folder + "/index")
        if not options.db:
            programs.index("--quiet", *options.archive)
        for query in QUERIES:
            check(programs, query, report)
        for name in FACETS if options.time else ():
            start = time.monotonic()
            programs.answer("--facet", name, "--format", "json", "*")
            print(f"{name}: {time.monotonic() - start:.2f} s")
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
