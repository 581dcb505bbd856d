#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Search several indexes as one, and join them: the answers are those of one index of all mail, byte for byte.

usage: several.py --index PROGRAM --search PROGRAM --dump PROGRAM --corpus FOLDER [--mboxes FOLDER]

The mail of the corpus, and some that is numbered, is dealt out by its hash to 2 and to 5 maildirs, and to 3 that share
much of it, some of that as copies with another header. With --mboxes the mboxes of a folder take their place, each an
index of its own. All queries of the golden cases are asked, and pages, formats, facets and histories besides.
Exit 0 when all holds, 1 with what does not.
"""
import hashlib
import mailbox
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import boxes
import harness
import mails

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fuzz"))
import query_seeds

PLAIN = ["ring", "driver", "w3 OR driver", "*", "is:latest", "is:patch -is:reply", "lit:\"(page)\"", "re:/[a-z]+_page/",
         "hunk:(page OR lock)", "added:return", "from:a*", "file:mm/", "date:2020..2023", "is:unanswered", "is:complete",
         "subject:skip AND page", "page NEAR/5 lock", "\"if (\"", "NOT is:patch", "is:reply", "size:>2k", "list:*"]
FORMS = [("--format", "text", "--explain"), ("--count",), ("--sort", "date"), ("--sort", "-size"), ("--format", "ids"),
         ("--limit", "3", "--offset", "2"), ("--oneline",), ("--group", "series"), ("--facet", "from,list,kind"),
         ("--format", "mboxrd", "--limit", "5"), ("--hits",), ("--any",)]


def corpus_mails(folder):
    out = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.suffix == ".mbox":
            found = [message.as_bytes() for message in mailbox.mbox(path, create=False)]
        elif path.is_file() and path.parent.name in ("cur", "new", "format-patch"):
            found = [path.read_bytes()]
        else:
            found = []
        for raw in found:
            out[hashlib.sha256(raw).hexdigest()] = raw
    for raw in [*mails.forty().values(), *(mails.numbered(number) for number in range(150))]:
        out[hashlib.sha256(raw).hexdigest()] = raw
    return out


def deal(raws, folder):
    """Maildirs by hash: {name of the way: [folders]}."""
    out = {}
    for name, places in (("2", lambda key: [key % 2]), ("5", lambda key: [key % 5]),
                         ("3, overlapping", lambda key: [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]][key % 7])):
        way = out.setdefault(name, [])
        for digest, raw in raws.items():
            key = int(digest, 16)
            for place in places(key):
                copy = raw if place == 0 or key % 3 else b"X-Way: %d\n" % place + raw
                target = os.path.join(folder, "mail", name[0], str(place))
                if target not in way:
                    way.append(target)
                    for sub in ("cur", "new", "tmp"):
                        os.makedirs(os.path.join(target, sub))
                boxes.write(os.path.join(target, "cur", f"{digest[:16]}:2,S"), copy)
    return out


def golden_queries(tests):
    out = set()
    for cmd in sorted(pathlib.Path(tests).glob("cli/*/cmd")):
        out.update(query_seeds.of_commands(cmd.read_text(encoding="utf-8")))
    # A line that limits itself may guess how many there are, and several indexes guess otherwise than one.
    limited = re.compile(r"(^|\s)(-n\d*|--limit)(\s|=|$)")
    return sorted(query for query in out if query.strip() and "\n" not in query and not limited.search(query))


class Bed:
    def __init__(self, options, folder, report):
        self.report, self.folder, self.options = report, folder, options
        self.env = harness.private_environment(options, folder)

    def programs(self, db):
        out = harness.Programs(self.options.index, self.options.search, os.path.join(self.folder, db),
                               self.options.dump)
        out.env = self.env
        return out

    def ask(self, dbs, *arguments, **options):
        words = [word for db in dbs for word in ("--db", db)]
        return subprocess.run([os.path.abspath(self.options.search), *words, *arguments], capture_output=True,
                              check=False, timeout=harness.SECONDS, **{"env": self.env, **options})

    def same(self, one, several, where, *arguments, **options):
        want, got = self.ask(one, *arguments, **options), self.ask(several, *arguments, **options)
        good = (want.returncode, want.stdout, want.stderr) == (got.returncode, got.stdout, got.stderr)
        if not self.report.check(good, f"{where}: {arguments}"):
            for name, mine, other in (("exit", want.returncode, got.returncode), ("stderr", want.stderr, got.stderr)):
                if mine != other:
                    print(f"    {name}: want {mine}, got {other}")
            for mine, other in zip(want.stdout.split(b"\n"), got.stdout.split(b"\n")):
                if mine != other:
                    print(f"    want {harness.shown(mine)}\n    got  {harness.shown(other)}")
                    break
        return want


def trees(folder):
    """All that stands below a folder, with times and sizes."""
    out = {}
    for at, _, names in os.walk(folder):
        for name in names:
            status = os.stat(os.path.join(at, name))
            out[os.path.join(at, name)] = (status.st_mtime_ns, status.st_size)
    return out


def compare(bed, one, several, where, queries):
    """Everything that can be asked."""
    lines = "".join(f"{query}\n" for query in queries).encode()
    bed.same(one, several, where, "--batch", "--limit", "0", input=lines)
    bed.same(one, several, where, "--batch", "--facet", "file,author,year", input=lines)
    for query in PLAIN:
        for form in FORMS[:4]:
            # Which words narrow an expression is chosen by how often they stand, what is dead too.
            words = [word for word in form if word != "--explain" or not query.startswith("re:")]
            bed.same(one, several, where, *words, *([] if "--limit" in form else ["--limit", "0"]), query)
    for form in FORMS[4:]:
        bed.same(one, several, where, *form, "page OR driver")
    ids = bed.ask(one, "--format", "ids", "--limit", "6", "is:patch").stdout.decode().splitlines()
    for one_id in ids:
        for action in ("--show", "--thread", "--versions", "--reviews", "--like", "--overlaps"):
            bed.same(one, several, where, action, one_id)
    bed.same(one, several, where, "--mcp", input=b"")
    for word in ("from:", "file:", "list:", "tag:"):
        bed.same(one, several, where, "--complete", word)


def one_way(bed, name, archives, queries):
    whole = bed.programs(f"all{name[0]}")
    whole.index("--quiet", *archives)
    parts = []
    for number, archive in enumerate(archives):
        part = bed.programs(f"part{name[0]}-{number}")
        part.index("--quiet", archive)
        parts.append(part.db)
    before = {part: trees(part) for part in parts}
    began = time.monotonic()
    bed.ask(parts, "--count", "*")
    first = time.monotonic() - began
    began = time.monotonic()
    bed.ask(parts, "--count", "*")
    print(f"{name}: first search {1000 * first:.0f} ms, the next {1000 * (time.monotonic() - began):.0f} ms")
    compare(bed, [whole.db], parts, f"{name} as one", queries)
    bed.same([whole.db], parts[::-1], f"{name} in another order", "--limit", "0", "--format", "jsonl", "driver")
    bed.report.equal(before, {part: trees(part) for part in parts}, f"{name}: the members")
    joined = bed.programs(f"joined{name[0]}")
    joined.index("--quiet", "--join", *parts)
    bed.report.equal("", joined.whole(), f"{name}: --check of the joined one")
    bed.report.same_lines(whole.dump(origins=True), joined.dump(origins=True), f"{name} joined")
    compare(bed, [whole.db], [joined.db], f"{name} joined", queries[::4])
    done = joined.try_index("--update")
    bed.report.check(b" 0 messages added" in done.stderr, f"{name}: an update of it, {harness.shown(done.stderr)}")
    bed.report.same_lines(whole.dump(origins=True), joined.dump(origins=True), f"{name} joined and updated")
    return whole, parts


def changes(bed, parts, archives):
    """One of them is updated, rebuilt, copied, removed."""
    boxes.write(os.path.join(archives[0], "cur", "new:2,S"), mails.numbered(1000))
    first = bed.programs(parts[0])
    counted = lambda dbs, *more: bed.ask(dbs, "--count", "*", *more)
    before = int(counted(parts).stdout)
    offered = {word: bed.ask(parts, "--complete", word).stdout.split() for word in ("from:", "list:", "file:")}
    first.index("--quiet", "--update")
    for word in ("from:", "list:", "file:"):
        stale = bed.ask(parts, "--complete", word).stdout.split()
        bed.report.check(set(offered[word]) <= set(stale), f"--complete {word} before they are put together again")
    bed.report.equal(before + 1, int(counted(parts).stdout), "after an update of a member")
    first.index("--quiet", "--rebuild")
    bed.report.equal(before + 1, int(counted(parts).stdout), "after a member was rebuilt")
    first.index("--quiet", "--publish", os.path.join(bed.folder, "copy"))
    copy = os.path.join(bed.folder, "copy")
    bed.report.equal(before + 1, int(counted([*parts, copy]).stdout), "with a copy of a member beside it")
    for number in (3, 8):
        os.remove(sorted(pathlib.Path(archives[0], "cur").iterdir())[number])
    first.index("--quiet", "--update")
    left = int(counted(parts).stdout)
    bed.report.check(left <= before, "two mails are gone of a member")
    bed.report.equal(before + 1, int(counted([*parts, copy]).stdout), "and the copy still has them")
    bed.report.equal(left, int(counted([*parts, parts[0], os.path.join(parts[0], ".")]).stdout), "one named three times")
    links = [os.path.join(bed.folder, f"link{number}") for number in range(2)]
    for link, part in zip(links, parts):
        os.symlink(part, link)
    bed.report.equal(left, int(counted(links).stdout), "by links")


def named(bed, parts, want):
    """By the environment and by the configuration."""
    config = os.path.join(bed.folder, "config")
    boxes.write(config, "".join(f"db = {part}\n" for part in parts).encode()
                + f"[db]\none = {parts[0]}\ntwo = {parts[1]}\n".encode())
    with_config = {**bed.env, "PATCHSEEK_CONFIG": config}
    with_variable = {**bed.env, "PATCHSEEK_DB": ":".join(parts)}
    for where, words, env in (("configuration", (), with_config), ("variable", (), with_variable),
                              ("names", ("--db", "one", "--db=two"), with_config)):
        done = bed.ask([], *words, "--count", "*", env=env)
        bed.report.equal((0, want), (done.returncode, done.stdout), f"by {where}: {harness.shown(done.stderr)}")
    program = [os.path.abspath(bed.options.index)]
    status = subprocess.run([*program, "--status"], env=with_variable, capture_output=True, check=False)
    bed.report.equal(0, status.returncode, "--status of several")
    bed.report.check(all(part.encode() in status.stdout for part in parts), "--status names each")
    written = subprocess.run([*program, "--update"], env=with_variable, capture_output=True, check=False)
    bed.report.equal(64, written.returncode, "an update of several")


def missing(bed, parts):
    """Of several, some cannot be read."""
    alone = bed.ask(parts[:1], "--format", "jsonl", "--limit", "0", "driver")
    gone = os.path.join(bed.folder, "gone")
    for where, others, code in (("one that is not there", [gone], 3), ("no index", [bed.folder], 3)):
        done = bed.ask([parts[0], *others], "--format", "jsonl", "--limit", "0", "driver")
        bed.report.equal((code, alone.stdout), (done.returncode, done.stdout), where)
        bed.report.check(others[0].encode() in done.stderr, f"{where} is not named: {harness.shown(done.stderr)}")
    none = bed.ask([gone, gone + "2"], "driver")
    bed.report.equal((69, b""), (none.returncode, none.stdout), "none is left")
    bed.report.check(b"gone2" in none.stderr, f"none is left: {harness.shown(none.stderr)}")
    bed.report.equal(66, bed.ask([gone], "driver").returncode, "the only one is not there")
    damaged = os.path.join(bed.folder, "damaged")
    shutil.copytree(parts[1], damaged)
    for at, _, names in os.walk(damaged):
        for name in names:
            if name == "postlist.glass":
                os.truncate(os.path.join(at, name), 100)
    done = bed.ask([parts[0], damaged], "--format", "jsonl", "--limit", "0", "driver")
    bed.report.equal((3, alone.stdout), (done.returncode, done.stdout), "a damaged one")
    # The cache is damaged, or cannot be written.
    want = bed.ask(parts, "--count", "*")
    sets = os.path.join(bed.env["XDG_CACHE_HOME"], "patchseek", "sets")
    for at, _, names in os.walk(sets):
        for name in names:
            if name.startswith("relations-") or name == "manifest.json":
                os.truncate(os.path.join(at, name), 20)
    done = bed.ask(parts, "--count", "*")
    bed.report.equal((0, want.stdout), (done.returncode, done.stdout), f"a damaged cache {harness.shown(done.stderr)}")
    done = bed.ask(parts, "--count", "*", env={**bed.env, "XDG_CACHE_HOME": "/proc/nowhere"})
    bed.report.check(done.returncode not in (0, 1, 3) and done.stderr, "a cache that cannot be made")


def out_of_time(bed, parts):
    """Putting them together takes longer than a search may: it goes on, and the next search has its answer."""
    slow = os.path.join(bed.folder, "slow")
    os.makedirs(os.path.join(slow, "cache"))
    shutil.copy2(bed.options.search, os.path.join(slow, "patchseek"))
    indexer = os.path.join(slow, "patchseek-index")
    boxes.write(indexer, f"#!/bin/sh\nsleep 4\nexec {os.path.abspath(bed.options.index)} \"$@\"\n".encode())
    os.chmod(indexer, 0o755)
    env = {**bed.env, "XDG_CACHE_HOME": os.path.join(slow, "cache")}
    command = [os.path.join(slow, "patchseek"), *(word for part in parts for word in ("--db", part)), "--count", "*"]
    begin = time.monotonic()
    late = subprocess.run([*command, "--timeout", "1"], capture_output=True, check=False, env=env)
    took = time.monotonic() - begin
    bed.report.equal((75, b""), (late.returncode, late.stdout), "out of time while they are put together")
    bed.report.check(b"goes on" in late.stderr, f"it is not said to go on: {harness.shown(late.stderr)}")
    bed.report.check(took < 3.5, f"it ended after {took:.1f} s, and 1 was allowed")
    manifest = None
    while not manifest and time.monotonic() < begin + harness.SECONDS:
        manifest = next(pathlib.Path(slow, "cache").glob("patchseek/sets/*/manifest.json"), None)
        time.sleep(0.1)
    os.remove(indexer)  # which is not asked again
    want = bed.ask(parts, "--count", "*")
    done = subprocess.run(command, capture_output=True, check=False, env={**env, "PATH": "/nowhere"})
    bed.report.equal((0, want.stdout, b""), (done.returncode, done.stdout, done.stderr), "put together meanwhile")


def refused(bed, parts):
    def ended(code, where, db, *words):
        done = bed.programs(db).try_index("--quiet", *words)
        bed.report.equal(code, done.returncode, f"{where}: {harness.shown(done.stderr)}")
    ended(73, "join into another index", parts[0], "--join", parts[1])
    ended(66, "join of nothing there", "new", "--join", parts[0], os.path.join(bed.folder, "gone"))
    ended(64, "join of nothing", "new", "--join")
    bed.report.check(not os.path.exists(os.path.join(bed.folder, "new")), "it leaves a folder")
    ended(0, "join", "copied", "--join", parts[0])
    ended(0, "join into one of them", "copied", "--join", "--", os.path.join(bed.folder, "copied"), parts[1])
    bed.same([os.path.join(bed.folder, "copied")], parts[:2], "joined into one", "--format", "jsonl", "driver")
    ended(0, "link", "linked", "--link", *parts[:2])
    linked = os.path.join(bed.folder, "linked")
    before = {part: trees(part) for part in parts}
    for words in (["--update"], ["--compact"], ["--rebuild"], ["--remove", "x"], ["--publish", linked + "2"]):
        done = bed.programs(linked).try_index(*words)
        bed.report.check(done.returncode in (64, 66, 73), f"{words} of a linked one: {done.returncode}")
    ended(64, "join of a linked one", "other", "--join", linked)
    bed.report.equal(before, {part: trees(part) for part in parts}, "the members of a linked one")
    shutil.rmtree(linked)
    bed.report.equal(before, {part: trees(part) for part in parts}, "the members when it is removed")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--corpus", required=True, metavar="FOLDER")
    parser.add_argument("--mboxes", metavar="FOLDER", help="mail of somebody, dealt out before")
    options = parser.parse_args()
    report = harness.Report("several")
    queries = golden_queries(pathlib.Path(__file__).parent.parent)
    with tempfile.TemporaryDirectory(prefix="patchseek-several-") as folder:
        bed = Bed(options, folder, report)
        if options.mboxes:
            one_way(bed, os.path.basename(options.mboxes), sorted(map(str, pathlib.Path(options.mboxes).iterdir())),
                    queries)
            return report.finish()
        ways = deal(corpus_mails(options.corpus), folder)
        for name, archives in ways.items():
            whole, parts = one_way(bed, name, archives, queries)
            if name == "2":
                named(bed, parts, bed.ask([whole.db], "--count", "*").stdout)
                missing(bed, parts)
                out_of_time(bed, parts)
                refused(bed, parts)
                changes(bed, parts, archives)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
