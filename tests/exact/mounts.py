#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Search indexes whose file systems are slow, hang, fail, or go away in the middle: nothing waits longer than --timeout and
a second, nothing ends by a signal, and the rest of several answers as if the others were not named.

usage: mounts.py --index PROGRAM --search PROGRAM [--deadly LIBRARY] [--queries N]

Mounts are file systems of our own (slow_mount.py), which need root and /dev/fuse; where there are none, a preloaded library
(tests/tools/deadly.c) hangs in their place, which shows a part of it. --queries: how many are asked while an index goes
away, at random moments; with more than a dozen everything else is tried in each way, too, which takes minutes of waiting.
Exit 0 when all holds, 1 with what does not.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import time

import boxes
import harness
import mails
import slow_mount

TIMEOUT = 6
LATE = TIMEOUT + 1.9  # seconds: a second more than is allowed, and what a busy machine takes
QUERIES = ["kernel", "is:patch", "lit:\"(page)\"", "re:/[a-z]+_page/", "from:auth*", "file:mm/", "date:2020..2023",
           "is:latest", "body OR mail", "NOT is:reply"]


class Bed:
    def __init__(self, options, folder, report):
        self.options, self.folder, self.report = options, folder, report
        self.env = harness.private_environment(options, folder)

    def make(self, name, numbers):
        """An index of numbered mails."""
        programs = harness.Programs(self.options.index, self.options.search, os.path.join(self.folder, name))
        mail = b"".join(boxes.mboxrd(mails.numbered(number)) for number in numbers)
        programs.index("--quiet", boxes.write(os.path.join(self.folder, name + ".mbox"), mail))
        return programs.db

    def ask(self, dbs, *arguments, timeout=TIMEOUT, meanwhile=None, env=None, stdin=b""):
        """(exit code, stdout, stderr, seconds); `meanwhile` is done while it runs."""
        words = [word for db in dbs for word in ("--db", db)]
        began = time.monotonic()
        process = subprocess.Popen([os.path.abspath(self.options.search), *words, "--timeout", str(timeout), *arguments],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env={**self.env, **(env or {})})
        if meanwhile:
            meanwhile()
        try:
            out, said = process.communicate(stdin, timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            return None, b"", b"hangs", time.monotonic() - began
        return process.returncode, out, said, time.monotonic() - began

    def expect(self, where, got, codes, out=None, named=b""):
        code, written, said, seconds = got
        self.report.check(code in codes, f"{where}: exit {code} of {codes}, {harness.shown(said)}")
        if out is not None:
            self.report.check(written == out, f"{where}: {harness.shown(written)} in place of {harness.shown(out)}")
        self.report.check(named in said, f"{where}: {named} is not in {harness.shown(said)}")
        self.report.check(seconds < LATE, f"{where}: {seconds:.1f} s")
        return seconds


def check_preloaded(bed, parts):
    """Without mounts: reads of what lies below a folder hang in the process itself."""
    if not bed.options.deadly:
        return
    hangs = {"LD_PRELOAD": os.path.abspath(bed.options.deadly), "DEADLY_HANG": parts[1] + "/"}
    _, want, _, _ = bed.ask(parts[:1], "--format", "jsonl", "kernel")
    bed.expect("several, one hangs (preloaded)", bed.ask(parts[:2], "--format", "jsonl", "kernel", env=hangs), [3],
               want, parts[1].encode())
    bed.expect("the only one hangs (preloaded)", bed.ask(parts[1:2], "kernel", env=hangs), [69, 75], b"")


def check_gone(bed, mount, parts, ways):
    """An index is gone before the search begins."""
    want = {}
    for names in (tuple(parts[:1]), tuple(parts[:2])):
        want[names] = bed.ask(names, "--format", "jsonl", "--limit", "0", "kernel", timeout=30)[1]
    full = bed.options.queries > 12
    for place, (way, begin, alone) in enumerate(ways):
        for number in range(2 if full else 1):  # cold, and with what the kernel remembers
            begin()
            where = f"{way}, time {number + 1}"
            if full or place != 0:
                bed.expect(f"{where}, the only one", bed.ask([mount.point], "kernel"), alone, b"")
            for names in list(want) if full else list(want)[place % 2:place % 2 + 1]:
                got = bed.ask([*names, mount.point], "--format", "jsonl", "--limit", "0", "kernel")
                bed.expect(f"{where}, {len(names)} others", got, [3], want[names], mount.point.encode())
            if full or place == 0:
                none = bed.ask([mount.point, bed.folder + "/nowhere"], "kernel")
                bed.expect(f"{where}, none is left", none, [69], b"")
            recover(mount)
    bed.expect("back again", bed.ask([mount.point], "--count", "*"), [0])


def recover(mount):
    mount.stop()
    mount.control.set("mode", slow_mount.SERVE)
    if not mount.start():
        raise harness.Failure("it cannot be mounted again")


def check_middle(bed, mount, parts, ways, count):
    """An index goes away at random moments of many queries."""
    rng = random.Random(17)
    slowest, ended = 0, {}
    for number in range(count):
        query = QUERIES[number % len(QUERIES)]
        form = ("--format", "jsonl", "--limit", "0" if number % 3 else "5", query)
        way, begin, alone = ways[number % len(ways)]
        several = number // len(ways) % 2 == 0
        names = [parts[0], mount.point] if several else [mount.point]
        mount.control.set("delay_us", rng.choice((0, 0, 300, 1000)))
        whole = bed.ask(names, *form, timeout=20)

        def meanwhile():
            time.sleep(rng.random() * whole[3] * 1.2)
            begin()
        code, out, said, seconds = bed.ask(names, *form, meanwhile=meanwhile)
        where = f"{number}: {way} in the middle of {' '.join(form)} of {len(names)}"
        left = bed.ask(parts[:1], *form)
        late = code in (3, 69, 74, 75)
        slowest = max(slowest, seconds)
        ended[code] = ended.get(code, 0) + 1
        bed.report.check(seconds < LATE, f"{where}: {seconds:.1f} s")
        bed.report.check(late or (code, out) == whole[:2], f"{where}: exit {code}, {harness.shown(said)}")
        if late and several:
            # Anew from the rest, or cut where it was written already.
            bed.report.check(code == 3 and (out == left[1] or (out and whole[1].startswith(out))),
                             f"{where}: exit {code}, {harness.shown(out)}, {harness.shown(said)}")
            bed.report.check(mount.point.encode() in said, f"{where} is not named: {harness.shown(said)}")
        elif late:
            bed.report.check(code in (*alone, 3, 75), f"{where}: exit {code}, {harness.shown(said)}")
        recover(mount)
    print(f"{count} queries, codes {ended}, the slowest {slowest:.1f} s")


def check_batch(bed, mount, parts, ways):
    lines = "".join(f"{query}\n" for query in QUERIES[:6]).encode()
    full = bed.options.queries > 12
    for way, begin, alone in ways if full else [ways[0], ways[4]]:
        for names in ([mount.point], [parts[0], mount.point]):
            begin()
            code, out, said, seconds = bed.ask(names, "--batch", stdin=lines)
            where = f"--batch, {way}, of {len(names)}"
            bed.report.check(code == 3 if len(names) > 1 else code in alone, f"{where}: {code} {harness.shown(said)}")
            answers = [json.loads(line) for line in out.splitlines()]
            bed.report.equal(6, len(answers), f"{where}: lines")
            bed.report.check(all("error" in one or not one["complete"] for one in answers), f"{where}: {answers}"[:300])
            bed.report.check(seconds < 2 * LATE, f"{where}: {seconds:.1f} s")
            recover(mount)


def check_lines(bed, mount, parts, begin, way):
    """--batch and --mcp: an index fails between two lines, and the later ones are answered from the rest."""
    names = [word for db in (parts[0], mount.point) for word in ("--db", db)]

    def start(action):
        return subprocess.Popen([os.path.abspath(bed.options.search), *names, "--timeout", str(TIMEOUT), action],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=bed.env)

    def ask(process, line):
        process.stdin.write(line.encode() + b"\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    def call(process, number, query):
        answer = ask(process, json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {
            "name": "search", "arguments": {"query": query}}}))
        return answer["result"]["content"][0]["text"], answer["result"].get("isError", False)
    left = [json.loads(line) for line in
            bed.ask(parts[:1], "--batch", stdin="".join(f"{query}\n" for query in QUERIES[:4]).encode())[1].splitlines()]
    batch = start("--batch")
    bed.report.check("complete" not in ask(batch, QUERIES[0]), f"--batch before it {way}")
    begin()
    for query, want in zip(QUERIES[:4], left):
        got = ask(batch, query)
        bed.report.check(got.get("complete") is False, f"--batch, {query} after it {way}: {got}"[:300])
        bed.report.equal({**want, "complete": False}, got, f"--batch, {query} after it {way}")
    _, said = batch.communicate(timeout=60)
    bed.report.equal(3, batch.returncode, f"--batch after it {way}: exit, {harness.shown(said)}")
    bed.report.check(mount.point.encode() in said, f"--batch after it {way}: {harness.shown(said)}")
    recover(mount)
    agent = start("--mcp")
    ask(agent, json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}))
    whole = call(agent, 2, QUERIES[0])
    bed.report.check(not whole[1] and "not searched" not in whole[0], f"--mcp before it {way}: {whole}"[:300])
    begin()
    for number, query in enumerate(QUERIES[:3], 3):
        text, failed = call(agent, number, query)
        bed.report.check(not failed and "\nnot searched: " in text and mount.point in text,
                         f"--mcp, {query} after it {way}: {text}"[:300])
    agent.communicate(timeout=60)
    recover(mount)


def check_round_trips(bed, folder):
    """What is asked of a server is asked at once, as far as that goes: not one thing after another."""
    os.mkdir(os.path.join(folder, "far"))
    made = [bed.make(f"far/{name}", range(number, number + 60)) for number, name in enumerate("efghi")]
    mount = slow_mount.Mount(os.path.join(folder, "far"), os.path.join(folder, "far-away"))
    if not mount.start():
        raise harness.Failure("it cannot be mounted")
    there = [os.path.join(mount.point, os.path.relpath(db, mount.folder)) for db in made]
    try:
        want = bed.ask(made, "kernel")
        bed.report.equal(want[:2], bed.ask(there, "kernel", timeout=60)[:2], "from afar, put together")
        mount.control.set("delay_us", 60000)
        for name in ("alone", "requests"):
            mount.control.set(name, 0)
        got = bed.ask(there, "kernel", timeout=60)
        bed.report.equal(want[:2], got[:2], "from afar")
        alone, requests = mount.control.get("alone"), mount.control.get("requests")
        bed.report.check(alone < requests / 3, f"from afar: {alone} round trips for {requests} requests, {got[3]:.1f} s")
        print(f"from afar: {alone} round trips for {requests} requests, {got[3]:.1f} s")
    finally:
        mount.stop()


def check_others(bed, mount, ways):
    """What else reads an index; and a terminal's reader who takes his time."""
    mount.control.set("mode", slow_mount.SERVE)
    one = bed.ask([mount.point], "--format", "ids", "--limit", "1", "kernel")[1].decode().strip()
    for action in (["--show", one], ["--thread", one], ["--versions", one], ["--facet", "from", "*"], ["--reviews", one],
                   ["--count", "*"], ["--complete", "from:"]):
        mount.control.set("mode", slow_mount.SERVE)
        good = bed.ask([mount.point], *action)
        bed.report.check(good[0] == 0, f"{action} on a mount: exit {good[0]}, {harness.shown(good[2])}")
        for way, begin, alone in [ways[0]] if bed.options.queries > 12 or "--thread" in action else [ways[4]]:
            begin()
            bed.expect(f"{action}, {way}", bed.ask([mount.point], *action), [*alone, 0] if "--complete" in action else alone,
                       b"")
            recover(mount)


def check_slow_reader(bed, mount):
    """The time of whoever reads is none of the search's, here too."""
    words = [os.path.abspath(bed.options.search), "--db", mount.point, "--timeout", "1", "--format", "raw", "--limit", "0",
             "kernel"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=bed.env)
    time.sleep(4)
    out, said = process.communicate(timeout=60)
    want = bed.ask([mount.folder], "--format", "raw", "--limit", "0", "kernel")
    bed.report.equal(0, process.returncode, f"to a slow reader: {harness.shown(said)}")
    bed.report.check(out == want[1], f"to a slow reader: {len(out)} bytes of {len(want[1])}")
    gone = subprocess.run(["sh", "-c", '"$@" | head -c 1000 >/dev/null', "sh", *words], env=bed.env, timeout=60,
                          check=False)
    bed.report.equal(0, gone.returncode, "a reader that leaves")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--deadly", metavar="LIBRARY")
    parser.add_argument("--queries", type=int, default=4)
    options = parser.parse_args()
    report = harness.Report("mounts")
    with tempfile.TemporaryDirectory(prefix="patchseek-mounts-") as folder:
        bed = Bed(options, folder, report)
        parts = [bed.make("a", range(60)), bed.make("b", range(40, 120)), bed.make("c", range(100, 160))]
        check_preloaded(bed, parts)
        mount = slow_mount.Mount(parts[2], os.path.join(folder, "mnt"))
        if not mount.possible() or not mount.start():
            print("no file systems of our own here: what needs them is left out")
            return report.finish()
        modes = slow_mount
        ways = [("hangs", lambda: mount.control.set("mode", modes.HANG), [69, 75]),
                ("hangs in reads", lambda: mount.control.set("mode", modes.HANG_READS), [69, 75]),
                ("is stopped", lambda: os.kill(mount.process.pid, 19), [69, 75]),
                ("is killed", mount.process_dies, [74]),
                ("fails", lambda: mount.control.set("mode", modes.FAIL), [74]),
                ("fails in tables", lambda: mount.control.set("mode", modes.FAIL_TABLES), [74])]
        try:
            check_slow_reader(bed, mount)
            check_gone(bed, mount, parts, ways)
            check_middle(bed, mount, parts, ways, options.queries)
            check_batch(bed, mount, parts, ways)
            for way, begin, _ in ways[3:] if options.queries > 12 else ways[5:]:
                check_lines(bed, mount, parts, begin, way)
            check_round_trips(bed, folder)
            check_others(bed, mount, ways)
        finally:
            mount.stop()
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
