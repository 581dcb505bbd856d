#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Links that come and go inside a git folder while it is read: nothing outside the archive may be read through them.

usage: git_races.py --index PROGRAM --search PROGRAM [--rounds N] [--seed S]
The repository's branch names commits whose objects lie in another one, of a secret list; while the indexer runs, files and
folders of the repository are swapped for links to those of the other, and back. (What git itself follows, whoever put it
there, is followed here: objects/info/alternates that is a file, and a folder `objects` that is a link.) Exit 0 when all holds, 1 with what does not.
"""
import collections
import os
import random
import shutil
import tempfile
import threading
import time

import harness
import inboxes
import mails

SECRET = "topsecretword"


def make(path, messages, packed):
    inboxes.make_bare(path)
    stream = inboxes.Stream(path, True)
    for raw in messages:
        stream.commit(stream.put(inboxes.v1_path(raw), raw))
    stream.send()
    if not packed:
        pack = os.path.join(path, "objects/pack")
        for name in sorted(os.listdir(pack)):
            os.rename(os.path.join(pack, name), os.path.join(path, name))
        for name in sorted(os.listdir(path)):
            if name.endswith(".pack"):
                with open(os.path.join(path, name), "rb") as file:
                    inboxes.git(path, "unpack-objects", "-q", stdin=file.read())
            if name.startswith("pack-"):
                os.unlink(os.path.join(path, name))


class Swapper(threading.Thread):
    """Puts links in the place of things, and things back."""

    def __init__(self, where, secret, names, chance):
        super().__init__()
        self.where, self.secret, self.names, self.chance = where, secret, names, chance
        self.stop, self.swaps = False, 0

    def swap(self, name):
        ours, theirs = os.path.join(self.where, name), os.path.join(self.secret, name)
        aside = os.path.join(os.path.dirname(self.where), "aside-" + name.replace("/", "-"))
        os.makedirs(os.path.dirname(ours), exist_ok=True)
        was_there = os.path.lexists(ours)
        if was_there:
            os.rename(ours, aside)
        os.symlink(theirs, ours)
        time.sleep(self.chance.choice((0, 0, 0.0005, 0.002, 0.01)))
        os.unlink(ours)
        if was_there:
            os.rename(aside, ours)
        self.swaps += 1

    def run(self):
        while not self.stop:
            self.swap(self.chance.choice(self.names))
            time.sleep(self.chance.choice((0, 0, 0.001, 0.005)))


class Races:
    def __init__(self, options, folder, report):
        self.report, self.folder = report, folder
        self.programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"))
        self.codes, self.swaps = collections.Counter(), 0

    def targets(self, where, secret, kind):
        objects = os.path.join(secret, "objects")
        names = [f"objects/{name}" for name in os.listdir(objects) if name not in ("info", "pack")]
        if kind == "files":
            return [f"{name}/{file}" for name in names for file in os.listdir(os.path.join(secret, name))]
        if kind == "packs":
            return ["objects/pack"] + [f"objects/pack/{name}" for name in os.listdir(os.path.join(objects, "pack"))]
        return {"folders": names, "refs": ["refs", "refs/heads", "refs/heads/master", "HEAD"],
                "info": ["packed-refs", "config", "info"]}[kind]

    def round(self, number, chance):
        kind = chance.choice(("files", "packs", "folders", "info", "refs"))
        packed = kind == "packs" or (kind == "info" and chance.random() < 0.5)
        lists = os.path.join(self.folder, f"lists{number}")
        where, secret = os.path.join(lists, "list.git"), os.path.join(self.folder, f"secret{number}")
        make(where, [mails.numbered(one) for one in range(12)], chance.random() < 0.5)
        make(secret, [mails.mail(f"hidden{one}", f"The {SECRET} is here.\n") for one in range(4)], packed)
        inboxes.git(secret, "pack-refs", "--all") if chance.random() < 0.2 else None
        if kind != "refs":  # what the links would let through
            head = inboxes.git(secret, "rev-parse", "master").decode().strip()
            with open(os.path.join(where, "refs/heads/master"), "w", encoding="ascii") as file:
                file.write(head + "\n")
        with open(os.path.join(secret, "objects/info/alternates"), "w", encoding="ascii") as file:
            file.write(os.path.join(secret, "objects") + "\n")
        swapper = Swapper(where, secret, self.targets(where, secret, kind), chance)
        swapper.start()
        try:
            for arguments in ([lists], ["--update"], ["--git", where]):
                done = self.programs.try_index("--quiet", *arguments, timeout=60)
                self.codes[done.returncode] += 1
                self.report.check(done.returncode in (0, 65, 66, 74, 75, 77), f"{number}, {kind}: exit {done.returncode} "
                                                                         f"{harness.shown(done.stderr)}")
                self.report.check(SECRET.encode() not in done.stderr, f"{number}, {kind}: says the secret")
        finally:
            swapper.stop = True
            swapper.join()
        self.swaps += swapper.swaps
        if os.path.exists(os.path.join(self.programs.db, "manifest.json")):
            self.report.equal(0, self.programs.count(SECRET), f"{number}, {kind}: messages from outside the archive")
            self.report.equal("", self.programs.whole(), f"{number}, {kind}: --check")
        for path in (lists, secret, self.programs.db):
            shutil.rmtree(path, ignore_errors=True)


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    report = harness.Report("git_races")
    with tempfile.TemporaryDirectory(prefix="git-races-") as folder:
        races = Races(options, folder, report)
        for number in range(options.rounds):
            races.round(number, random.Random(options.seed * 10_000 + number))
        print(f"{options.rounds} rounds, {races.swaps} swaps, runs ended with {dict(sorted(races.codes.items()))}")
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
