#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Change archives in every way and update the index: it must be what a fresh index of the same archives is.

usage: update.py --index PROGRAM --search PROGRAM --dump PROGRAM [--mixes N] [--seed N]
Exit 0 when every updated index equals a fresh one, 1 with what differs.
"""
import os
import random
import shutil
import tempfile

import boxes
import harness
import mails


RANKED = ("driver forgets", "mend look", "--any author driver look ENODEV new", "added:return", "NOT mend", "subject:p*")


class Mbox:
    """An mbox and the ways in which one changes."""
    pack = None

    def __init__(self, path, chance, new):
        self.path, self.chance, self.new = path, chance, new
        self.parts = []
        self.deliver()
        self.write()

    def framed(self):
        return boxes.mboxrd(self.new())

    def write(self):
        data = b"".join(self.parts)
        boxes.write(self.path, self.pack(data) if self.pack else data)

    def deliver(self):
        self.parts += [self.framed() for _ in range(self.chance.randrange(1, 6))]

    def append(self):
        """As a mail program does: what stands there is not touched."""
        if self.pack:
            self.deliver()
            return self.write()
        self.parts += [self.framed()]
        with open(self.path, "ab") as file:
            file.write(self.parts[-1])
        return None

    def begin_with_message(self):
        """Whatever else changes: an archive that holds no mail at all is refused."""
        first = next(i for i, part in enumerate(self.parts) if part.count(b"\n") > 3)
        self.parts.insert(0, self.parts.pop(first))

    def expunge(self):
        whole = [i for i, part in enumerate(self.parts) if part.count(b"\n") > 3]
        if len(whole) > 1:
            self.parts.pop(self.chance.choice(whole))
        self.begin_with_message()
        self.write()

    def edit(self):
        """Another message of the same length in an old one's place."""
        if self.parts:  # the first stays a message whatever else changes
            where = self.chance.randrange(len(self.parts))
            self.parts[where] = self.parts[where].replace(b"version", b"VERSION", 1).replace(b"a", b"e")
        self.write()

    def shuffle(self):
        self.chance.shuffle(self.parts)
        self.begin_with_message()
        self.write()

    def replace(self):
        """By renaming a new file over it, with its old times."""
        times = os.stat(self.path)
        self.parts = [self.framed() for _ in range(self.chance.randrange(1, 8))]
        os.rename(boxes.write(self.path + ".new", b"".join(self.parts)), self.path)
        self.write()
        os.utime(self.path, ns=(times.st_atime_ns, times.st_mtime_ns))

    def truncate(self):
        """In the middle of a message, and of a line."""
        data = b"".join(self.parts)
        if self.pack or len(self.parts) < 2:
            return
        self.parts = [data[:self.chance.randrange(len(self.parts[0]), len(data) + 1)]]
        self.write()

    def half(self):
        """A delivery caught in the middle: the next change completes it."""
        if self.pack:
            return
        whole = self.framed()
        cut = self.chance.randrange(1, len(whole))
        with open(self.path, "ab") as file:
            file.write(whole[:cut])
        self.parts += [whole]

    def complete(self):
        self.write()

    def trap(self):
        """What is appended begins where it is no beginning."""
        self.parts.append(self.chance.choice(
            [b"no blank line before\n", b"\n\n", b"\r\n", b"From \n", b"From nowhere\n", b">", b"\nFrom now on\n",
             b"From x@example.org Mon Nov  6 10:00:00 2023\n"]))
        self.write()

    def touch(self):
        os.utime(self.path)

    changes = (append, append, deliver, expunge, edit, shuffle, replace, truncate, half, complete, trap, touch)


class LengthMbox(Mbox):
    def framed(self):
        return boxes.mboxcl2(self.new())


class PackedMbox(Mbox):
    pack = staticmethod(boxes.COMPRESSORS["gz"])


class Folder:
    """A folder with one message in each file."""

    def __init__(self, path, chance, new):
        self.path, self.chance, self.new, self.number = path, chance, new, 0
        self.start()
        for _ in range(5):
            self.deliver()

    def start(self):
        os.makedirs(self.path)

    def files(self):
        return sorted(os.path.join(where, name) for where, _, names in os.walk(self.path) for name in names)

    def some_file(self):
        files = self.files()
        return self.chance.choice(files) if files else None

    def new_path(self):
        self.number += 1
        path = os.path.join(self.path, self.name())
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def deliver(self):
        boxes.write(self.new_path(), self.new())

    def remove(self):
        if len(self.files()) > 1:
            os.unlink(self.some_file())

    def rename(self):
        if old := self.some_file():
            os.rename(old, self.new_path())

    def edit(self):
        """In place, with the same length and the same times."""
        if not (path := self.some_file()):
            return
        times = os.stat(path)
        with open(path, "rb") as file:
            data = file.read().replace(b"a", b"e")
        boxes.write(path, data)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    def swap(self):
        first, second = self.some_file(), self.some_file()
        if first and first != second:
            os.rename(first, first + "~")
            os.rename(second, first)
            os.rename(first + "~", second)

    changes = (deliver, deliver, remove, rename, edit, swap)


class Tree(Folder):
    def name(self):
        return f"{self.chance.choice(('', 'a/', 'a/b/'))}{self.number}.eml"

    def deliver_top(self):
        self.number += 1
        boxes.write(os.path.join(self.path, f"{self.number}.eml"), self.new())

    def put_box(self):
        """A file of several messages among those of one."""
        boxes.write(self.new_path() + ".mbox", boxes.mboxrd(self.new()) + boxes.mboxrd(self.new()))

    def remove_folder(self):
        self.deliver_top()
        shutil.rmtree(os.path.join(self.path, "a"), ignore_errors=True)

    changes = (*Folder.changes, put_box, remove_folder)


class Mh(Folder):
    def name(self):
        return f"{self.number}"

    def pack(self):
        """Numbers close up."""
        for number, path in enumerate(sorted(self.files(), key=lambda path: int(os.path.basename(path))), 1):
            os.rename(path, os.path.join(self.path, f"{number}"))
        self.number = len(self.files())

    changes = (*Folder.changes, pack)


class Maildir(Folder):
    """Files here are not edited, that is the rule of a maildir; but they move."""

    def start(self):
        boxes.maildir(self.path, [])

    def files(self):
        return [path for path in Folder.files(self) if "/tmp/" not in path]

    def name(self):
        return f"new/{1700000000 + self.number}.M{self.number}P1.host"

    def flag(self):
        if path := self.some_file():
            name = os.path.basename(path).split(":")[0]
            os.rename(path, os.path.join(self.path, "cur", f"{name}:2,{self.chance.choice(('', 'S', 'FS', 'RST'))}"))

    def back(self):
        if path := self.some_file():
            os.rename(path, os.path.join(self.path, "new", os.path.basename(path).split(":")[0]))

    changes = (Folder.deliver, Folder.deliver, Folder.remove, flag, flag, back)


class Mix:
    """Archives of all kinds whose messages come from one pool, so that many stand in several."""

    def __init__(self, folder, seed):
        self.chance = random.Random(seed)
        self.lists = ("a.example.org", "b.example.org", "c.example.org")
        kinds = {"box": Mbox, "length": LengthMbox, "packed": PackedMbox, "tree": Tree, "mh": Mh, "maildir": Maildir}
        names = self.chance.sample(sorted(kinds), self.chance.randrange(2, len(kinds) + 1))
        self.archives = {os.path.join(folder, name): kinds[name](os.path.join(folder, name), self.chance, self.new)
                         for name in names}

    def new(self):
        number, version = self.chance.randrange(40), self.chance.choice((0, 0, 0, 1))
        return mails.numbered(number, version, self.chance.sample(self.lists, self.chance.randrange(3)))

    def change(self):
        """Some archives, some changes; returns what was done."""
        done = []
        for path, archive in self.archives.items():
            for _ in range(self.chance.randrange(3)):
                change = self.chance.choice(archive.changes)
                change(archive)
                done.append(f"{os.path.basename(path)}.{change.__name__}")
        return " ".join(done)


class Checker:
    def __init__(self, options, folder, report):
        self.folder, self.report, self.count = folder, report, 0
        self.programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)

    def equals_fresh(self, archives, where):
        """The index against a new one of the same archives, and against its own --check."""
        self.count += 1
        fresh = self.programs.at(os.path.join(self.folder, f"fresh{self.count}"))
        fresh.index("--quiet", *archives)
        good = self.report.same_lines(fresh.dump(origins=True), self.programs.dump(origins=True), where)
        for query in RANKED:
            want, got = (self.answers(programs, query) for programs in (fresh, self.programs))
            good = self.report.same_lines(want, got, f"{where}: {query}") and good
        shutil.rmtree(fresh.db)
        return self.report.equal("", self.programs.whole(), f"{where}: --check") and good

    @staticmethod
    def answers(programs, query):
        """Scores and order too, which are made of numbers of the whole index."""
        arguments = query.split(" ", 1) if query.startswith("-") else [query]
        return programs.run("--format", "jsonl", "--limit", "50", *arguments).stdout.decode().splitlines()


def check_mix(options, number, report):
    """One random life of some archives."""
    seed = options.seed + number
    with tempfile.TemporaryDirectory() as folder:
        checker = Checker(options, folder, report)
        mix = Mix(os.path.join(folder, "mail"), seed)
        checker.programs.index("--quiet", *mix.archives)
        for step in range(4):
            done = mix.change()
            what = f"seed {seed}, step {step} ({done})"
            try:
                checker.programs.index("--quiet", *(["--update"] if step % 2 else mix.archives))
                good = checker.equals_fresh(mix.archives, what)
            except harness.Failure as failure:
                good = report.check(False, f"{what}: {failure}")
            if not good:
                return


def check_step(checker, archive, what):
    checker.programs.index("--quiet", "--update")
    checker.equals_fresh([archive], what)


def check_mbox(checker):
    """The ways of an mbox one by one, so that a failure has a name."""
    path, raws = checker.folder + "/steps.mbox", [mails.numbered(number) for number in range(12)]
    boxes.write(path, b"".join(map(boxes.mboxrd, raws[:6])))
    checker.programs.index("--quiet", path)

    def append(data):
        with open(path, "ab") as file:
            file.write(data)

    framed = list(map(boxes.mboxrd, raws))
    half = len(framed[7]) // 2
    for what, change in [
            ("appended", lambda: append(framed[6])),
            ("half a message appended", lambda: append(framed[7][:half])),
            ("the other half appended", lambda: append(framed[7][half:])),
            ("a separator appended", lambda: append(boxes.SEPARATOR)),
            ("its message appended", lambda: append(raws[8] + b"\n")),
            ("the last blank line cut off", lambda: os.truncate(path, os.path.getsize(path) - 1)),
            ("appended without a blank line", lambda: append(framed[9])),
            ("text appended to the last message", lambda: append(b"one more line\n")),
            ("a blank and From now on appended", lambda: append(b"\nFrom now on\n")),
            ("truncated in a message", lambda: os.truncate(path, len(b"".join(framed[:4])) - 50)),
            ("shortened in the middle", lambda: boxes.write(path, framed[0] + framed[2] + framed[3])),
            ("replaced", lambda: boxes.write(path, b"".join(framed[8:]))),
            ("replaced, the first message kept", lambda: boxes.write(path, framed[8] + framed[1] + framed[2])),
            ("truncated to nothing but one", lambda: boxes.write(path, framed[8]))]:
        change()
        check_step(checker, path, f"mbox, {what}")


def check_emptied(checker):
    """An archive that is there but holds no mail any more is forgotten message by message, and not forgotten itself."""
    raws = [mails.numbered(number) for number in range(3)]
    box = boxes.write(checker.folder + "/empty.mbox", b"".join(map(boxes.mboxrd, raws)))
    folder = boxes.maildir(checker.folder + "/emptydir", raws[1:])
    checker.programs.index("--quiet", box, folder)
    boxes.write(box, b"")
    checker.programs.index("--quiet", "--update")
    checker.equals_fresh([folder], "mbox emptied")
    for place in ("cur", "new"):
        shutil.rmtree(os.path.join(folder, place))
        os.mkdir(os.path.join(folder, place))
    checker.programs.index("--quiet", "--update")
    checker.report.equal([], checker.programs.dump(), "maildir emptied")
    boxes.write(box, boxes.mboxrd(raws[0]))
    checker.programs.index("--quiet", "--update")
    checker.equals_fresh([box, folder], "mbox filled again")


def check_missing(checker):
    """An archive that is gone (a disk that is not mounted) is an error, and its messages stay."""
    raws = [mails.numbered(number) for number in range(3)]
    box = boxes.write(checker.folder + "/gone.mbox", b"".join(map(boxes.mboxrd, raws)))
    other = boxes.write(checker.folder + "/other.mbox", boxes.mboxrd(mails.numbered(7)))
    checker.programs.index("--quiet", box, other)
    os.rename(box, box + "~")
    with open(other, "ab") as file:
        file.write(boxes.mboxrd(mails.numbered(8)))
    done = checker.programs.try_index("--update")
    checker.report.equal(66, done.returncode, "update without one archive: exit")
    checker.report.check(b"gone.mbox" in done.stderr, f"update without one archive: {harness.shown(done.stderr)}")
    checker.report.equal(5, checker.programs.count("*"), "update without one archive: messages")
    os.rename(box + "~", box)
    checker.programs.index("--quiet", "--update")
    checker.equals_fresh([box, other], "the archive is back")


def reply(number, hour):
    """A reply to the patch of check_credits() that gives it two trailers."""
    who = f"P{number} <p{number}@example.org>"
    return (f"From: {who}\nMessage-ID: <r{number}@example.org>\nDate: Mon, 06 Nov 2023 {hour:02}:00:00 +0000\n"
            "Subject: Re: [PATCH] one\nIn-Reply-To: <p@example.org>\n\n"
            f"Good.\n\nReviewed-by: {who}\nTested-by: {who}\n").encode()


def check_credits(checker):
    """What replies give a patch is told in the order of their dates, however they came; of one date, of their ids."""
    patch = (b"From: Ada <ada@example.org>\nMessage-ID: <p@example.org>\nDate: Mon, 06 Nov 2023 10:00:00 +0000\n"
             b"Subject: [PATCH] one\n\nLog.\n\nSigned-off-by: Ada <ada@example.org>\n---\n"
             b"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n x\n+y\n")
    hours = [15, 12, 19, 12, 11, 17]
    raws = [reply(number, hour) for number, hour in enumerate(hours)]
    raws.insert(3, patch)
    want = [name for number in sorted(range(len(hours)), key=lambda n: (hours[n], n))
            for name in [f"P{number} <p{number}@example.org>"] * 2]
    box = boxes.write(checker.folder + "/credits.mbox", b"")
    programs = checker.programs.at(os.path.join(checker.folder, "credits"))
    for count, raw in enumerate(raws):
        with open(box, "ab") as file:
            file.write(boxes.mboxrd(raw))
        programs.index("--quiet", box)
        given = [t["value"] for one in programs.messages("id:p@example.org") for t in one["trailers"] if "in" in t]
        there = [value for value in want if count >= 3 and value in given]
        checker.report.equal(there, given, f"credits after {count + 1} messages")
    checker.report.equal(want, given, "credits")


def check_twice(checker):
    """A part that was sent twice under its id, with another text, is one part of its series."""
    def mail(name, subject, body, after=b""):
        return (b"From: Ada <ada@example.org>\nMessage-ID: <" + name + b"@example.org>\nSubject: [PATCH " + subject + b"\n"
                b"Date: Mon, 06 Nov 2023 10:00:00 +0000\n" + after + b"\n" + body + b"\n")
    diff = b"---\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n x\n+y\n"
    reply_to = b"In-Reply-To: <c@example.org>\n"
    raws = [mail(b"c", b"0/2] set", b"Cover."), mail(b"a", b"1/2] one", b"Log.\n" + diff, reply_to),
            mail(b"a", b"1/2] one", b"Log, sent again.\n" + diff, reply_to), mail(b"b", b"2/2] two", b"Log.\n" + diff, reply_to)]
    box = boxes.write(checker.folder + "/twice.mbox", b"".join(map(boxes.mboxrd, raws)))
    programs = checker.programs.at(os.path.join(checker.folder, "twice"))
    programs.index("--quiet", box)
    checker.report.equal(2, programs.count("id:a@example.org"), "sent twice: messages")
    told = programs.run("--reviews", "a@example.org").stdout.decode()
    checker.report.equal(["1/2  one", "2/2  two"], [line.strip() for line in told.splitlines() if "/2  " in line],
                         "sent twice: parts of --reviews")


def check_five(checker):
    """One message in five archives with five lists is one document that knows them all."""
    programs, report = checker.programs, checker.report
    paths = []
    for number in range(5):
        raws = [mails.numbered(0, 0, [f"list{number}.example.org"]), mails.numbered(10 + number)]
        paths.append(boxes.write(f"{checker.folder}/five{number}.mbox", b"".join(map(boxes.mboxrd, raws))))
    programs.index("--quiet", *paths)
    lists = [f"list{number}.example.org" for number in range(5)]
    found = programs.messages("id:0@numbered.example.org")
    report.equal(1, len(found), "one message in five archives: documents")
    report.equal(lists, found[0].get("list"), "one message in five archives: lists")
    for one in lists:
        report.equal(1, programs.count(f"list:{one}"), f"one message in five archives: list:{one}")
    held = programs.dump(origins=True)
    report.equal(5, max(line.count("/five") for line in held), "one message in five archives: archives")
    # The same id with another content is another message.
    other = boxes.write(f"{checker.folder}/other.mbox", boxes.mboxrd(mails.numbered(0, 1)))
    programs.index("--quiet", other)
    report.equal(2, programs.count("id:0@numbered.example.org"), "the same id with other content: documents")
    for gone in (2, 0, 4):
        programs.index("--quiet", "--remove", paths[gone])
        lists.remove(f"list{gone}.example.org")
        paths[gone] = None
        left = [path for path in paths if path] + [other]
        checker.equals_fresh(left, f"five archives, removed {gone}")
        report.equal(0, programs.count(f"list:list{gone}.example.org"), "the list of a removed archive")
        report.equal(0, programs.count(f"id:{10 + gone}@numbered.example.org"), "what only a removed archive had")
        report.equal(2, programs.count("id:0@numbered.example.org"), "what others still have")
    # A remnant: the archives forget it all.
    programs.index("--quiet", "--remove", *left)
    report.equal(0, programs.count("*"), "all archives removed: messages")
    report.equal(66, programs.try_index("--remove", paths[1] or other).returncode, "removing what is not there")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--mixes", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    report = harness.Report("update")
    for check in (check_mbox, check_emptied, check_missing, check_five, check_credits, check_twice):
        with tempfile.TemporaryDirectory() as folder:
            check(Checker(options, folder, report))
    for number in range(options.mixes):
        check_mix(options, number, report)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
