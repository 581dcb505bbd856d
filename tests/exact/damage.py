#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Damage every file of a small index, one bit or one cut at a time: --check must see each, and say what to do.

usage: damage.py --index PROGRAM --search PROGRAM --mbox FILE [--damages N] [--seed S] [--at-once N]
No program, also none that updates the index, may die by a signal or hang. A search of a damaged index answers as before
or fails; where it answers otherwise, --check must have said so: how often is printed. A search looks at damage for a
second, in case that a writer is at work: so many damages are tried at once, each in a copy of its own.
Exit 0 when all holds, 1 with what does not.
"""
import collections
import json
import os
import random
import shutil
import subprocess
import tempfile

import boxes
import harness
import mails

QUERIES = (["--format", "ids", "--limit", "0", "kernel page"], ["--count", '"page cache" OR "added line"'],
           ["--format", "jsonl", "--limit", "20", "is:patch"], ["--format", "raw", "--limit", "3", "lock"],
           ["--format", "ids", "*ern*"], ["--format", "ids", "thread:1@numbered.example.org"])
SECONDS = 60
BLOCK = 8192  # of Xapian's tables


def make(programs, folder, mbox):
    """An index with dead messages, two archives and a repository."""
    box = os.path.join(folder, "box")
    boxes.write(box, b"".join(boxes.mboxrd(mails.numbered(number)) for number in range(40)))
    repository = os.path.join(folder, "repository")
    git = ["git", "-c", "user.name=Nia", "-c", "user.email=nia@brook.example", "-C", repository]
    subprocess.run(["git", "init", "-q", repository], check=True)
    with open(os.path.join(repository, "a.c"), "w", encoding="ascii") as file:
        file.write("int a;\n")
    subprocess.run([*git, "add", "a.c"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "mill: begin"], check=True)
    programs.index("--quiet", "--git", repository, box, mbox)
    boxes.write(box, b"".join(boxes.mboxrd(mails.numbered(number)) for number in range(3, 42)))
    programs.index("--quiet", "--update")


def files_of(db):
    """Every file that belongs to an index, with how many bytes of it count."""
    with open(os.path.join(db, "manifest.json"), "rb") as file:
        manifest = json.load(file)
    out = {"manifest.json": os.path.getsize(os.path.join(db, "manifest.json"))}
    out.update({os.path.join(manifest["data"], name): size for name, (size, _) in manifest["files"].items()})
    return out


def damage(path, size, chance):
    """Changes a file in one place; what was done."""
    kind = chance.choice(["flip", "flip", "flip", "zero", "cut", "junk", "missing", "head"])
    blocks = size // BLOCK if path.endswith(".glass") else 0
    if kind == "head" and blocks == 0:
        kind = "flip"
    if size == 0 and kind != "missing":
        kind = "grown"
    if kind == "missing":
        os.unlink(path)
        return kind
    with open(path, "r+b") as file:
        if kind == "grown":
            file.write(b"x")
            return kind
        # By what the first bytes of a block say all others of it are read.
        at = chance.randrange(blocks) * BLOCK + chance.randrange(13) if kind == "head" else chance.randrange(size)
        if kind == "cut":
            file.truncate(at)
            return f"cut at {at}"
        file.seek(at)
        old = file.read(1 if kind in ("flip", "head") else min(64, size - at))
        flipped = bytes([old[0] ^ 1 << chance.randrange(8)])
        new = {"flip": flipped, "head": flipped, "zero": bytes(len(old)),
               "junk": chance.randbytes(len(old))}[kind]
        if new == old:
            new = bytes([old[0] ^ 1]) + old[1:]
        file.seek(at)
        file.write(new)
    return f"{kind} at {at}"


class Damages:
    def __init__(self, programs, options, report):
        self.programs, self.options, self.report = programs, options, report
        self.golden = [self.ask(programs, query) for query in QUERIES]
        self.files = sorted(files_of(programs.db).items())

    @staticmethod
    def ask(programs, query):
        try:
            done = programs.run(*query, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return "hangs", b""
        return done.returncode, done.stdout

    def one(self, number):
        """The damage of that number; how often what was seen."""
        chance = random.Random(f"{self.options.seed} {number}")
        name, size = self.files[number % len(self.files)]
        copy = self.programs.at(f"{self.programs.db}-{number}")
        shutil.copytree(self.programs.db, copy.db)
        what = f"{number}: {name}, {damage(os.path.join(copy.db, name), size, chance)}"
        seen = collections.Counter()
        no_index = not os.path.exists(os.path.join(copy.db, "manifest.json"))
        found = self.is_found(copy, what, no_index)
        for query, golden in zip(QUERIES, self.golden):
            code, answer = self.ask(copy, query)
            allowed = (66,) if no_index else (0, 1, 65, 70, 74)
            self.report.check(code in allowed, f"{what}: {query} ends with {code}")
            other = code in (0, 1) and (code, answer) != golden
            self.report.check(found or not other, f"{what}: {query} answers otherwise, and nothing says so")
            seen["answered otherwise" if other else "as before" if code in (0, 1) else "an error"] += 1
        if not no_index:
            seen[f"update {self.update(copy, what)}"] += 1
        shutil.rmtree(copy.db)
        return seen

    def is_found(self, copy, what, no_index):
        checked = copy.try_index("--check", timeout=SECONDS)
        codes = (66,) if no_index else (1, 65)
        found = self.report.check(checked.returncode in codes, f"{what}: --check ends with {checked.returncode}")
        wanted = b"no index in" if no_index else b"--rebuild"
        self.report.check(wanted in checked.stderr, f"{what}: --check says {harness.shown(checked.stderr)}")
        return found

    def update(self, copy, what):
        """A run comes to its end, and what it ends with is no signal."""
        try:
            done = copy.try_index("--quiet", "--update", timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self.report.check(False, f"{what}: --update hangs")
            return "hangs"
        self.report.check(done.returncode in (0, 65, 74),
                          f"{what}: --update ends with {done.returncode}, {harness.shown(done.stderr)}")
        return done.returncode


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--mbox", required=True)
    parser.add_argument("--damages", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=12)
    options = parser.parse_args()
    report = harness.Report("damage")
    with tempfile.TemporaryDirectory(prefix="damage-") as folder:
        programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"))
        make(programs, folder, os.path.abspath(options.mbox))
        report.equal("", programs.whole(), "undamaged")
        damages = Damages(programs, options, report)
        count = max(options.damages, len(damages.files))
        seen = sum(harness.at_once(options.at_once, damages.one, range(count)), collections.Counter())
        print(f"{len(damages.files)} files, {count} damages; searches and updates: {dict(seen)}")
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
