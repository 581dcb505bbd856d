#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Repositories and archives that are damaged or made to do harm, beside golden mail: the run ends, the golden mail is whole.

usage: hostile.py --index PROGRAM --search PROGRAM --dump PROGRAM [--repositories N] [--archives N] [--mails N] [--seed S]
First those of NAMED, each made to bring down or hang a reader, and named on stderr; then N repositories, N archives and N
of 3 N mails changed by chance: bytes flipped, cut, pushed in, sizes and counts made huge, files that become pipes, devices,
links and folders. The golden mail lies in the same folder, and an index must have the same of it as without the rest.
Without options it is what every test run does; the full size is --repositories 300 --archives 300 --mails 1000.
Exit 0 when all holds, 1 with one line per difference.
"""
import hashlib
import os
import random
import shutil
import struct
import subprocess
import tempfile
import time
import zlib

import boxes
import harness
import inboxes
import mails

SECONDS = 1500  # for one run over a batch on a busy machine; a helper that does not end has two of its processor, eight times
BATCH = 20
AT_ONCE = 8  # stderr names twenty things and no more
GOLDEN = [mails.numbered(9_000_000 + number) for number in range(12)]


def loose(repository, kind, data, size=None):
    """Writes an object, whose header may lie about its size; its name."""
    head = b"%s %d\0" % (kind, len(data) if size is None else size)
    name = hashlib.sha1(b"%s %d\0" % (kind, len(data)) + data).hexdigest()
    boxes.write(os.path.join(repository, "objects", name[:2], name[2:]), zlib.compress(head + data))
    return name


def tree_of(*entries):
    return b"".join(b"%s %s\0" % (mode, name) + bytes.fromhex(blob) for mode, name, blob in entries)


def commit_of(tree, parent=None, said=b"a message\n"):
    who = b"A U Thor <author@example.org> 1700000000 +0000"
    parents = b"parent %s\n" % parent.encode() if parent else b""
    return b"tree %s\n%sauthor %s\ncommitter %s\n\n" % (tree.encode(), parents, who, who) + said


def point(repository, commit):
    boxes.write(os.path.join(repository, "refs/heads/master"), commit.encode() + b"\n")


def one_mail(repository, mode=b"100644", size=None, kind=b"blob"):
    """A repository of one message, whose object may be odd."""
    inboxes.make_bare(repository)
    blob = loose(repository, kind, mails.numbered(1) * 20, size)
    point(repository, loose(repository, b"commit", commit_of(loose(repository, b"tree", tree_of((mode, b"m", blob))))))


def whole(repository, first=10):
    """A good one of some messages, their objects loose."""
    inboxes.make_bare(repository)
    parent = None
    for number in range(first, first + 6):
        blob = loose(repository, b"blob", mails.numbered(number))
        tree = loose(repository, b"tree", tree_of((b"100644", b"m", blob)))
        parent = loose(repository, b"commit", commit_of(tree, parent))
    point(repository, parent)


def with_pipe(*places):
    def make(repository):
        whole(repository)
        for place in places:
            path = os.path.join(repository, place)
            if os.path.lexists(path):
                os.remove(path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.mkfifo(path)
    return make


def with_text(place, text):
    def make(repository):
        whole(repository)
        boxes.write(os.path.join(repository, place), text.encode())
        if "pipe" in text:
            os.mkfifo(os.path.join(repository, "pipe"))
    return make


def working_copy(path):
    os.makedirs(path)
    os.mkfifo(os.path.join(path, "pipe"))
    boxes.write(os.path.join(path, ".git/HEAD"), b"ref: refs/heads/master\n")
    os.makedirs(os.path.join(path, ".git/objects"))
    os.mkfifo(os.path.join(path, ".git/commondir"))


def huge(kind):
    """An object that takes a thousandth on disk."""
    def make(repository):
        whole(repository)
        with open(os.path.join(repository, "refs/heads/master"), encoding="ascii") as file:
            tip = file.read().strip()
        blob = loose(repository, b"blob", mails.numbered(11))
        size = 100 << 20
        if kind == b"tree":
            tree = loose(repository, b"tree", b"100644 m\0" + b"a" * size)
            point(repository, loose(repository, b"commit", commit_of(tree, tip)))
        else:
            tree = loose(repository, b"tree", tree_of((b"100644", b"m", blob)))
            point(repository, loose(repository, b"commit", commit_of(tree, tip, b"a" * size)))
    return make


def cyclic(repository):
    whole(repository)
    boxes.write(os.path.join(repository, "objects/info/alternates"), b"../objects\n./../../objects/../objects\n/\n")


# Name -> how it is made, and whether something must be said of it.
NAMED = {
    "longer-blob": (lambda path: one_mail(path, size=16), True),
    "longer-commit": (lambda path: longer_commit(path), True),
    "pipe-head": (with_pipe("HEAD"), False),  # no repository, by git's own rule
    "pipe-config": (with_pipe("config"), True),
    "pipe-ref": (with_pipe("refs/heads/master"), True),
    "pipe-packed-refs": (with_pipe("packed-refs"), True),
    "pipe-alternates": (with_pipe("objects/info/alternates"), True),
    "pipe-index-of-packs": (with_pipe("objects/pack/multi-pack-index"), True),
    "pipe-graph": (with_pipe("objects/info/commit-graph"), True),
    "pipe-object": (with_pipe("objects/00/" + "1" * 38), True),
    "pipe-commondir": (with_pipe("commondir"), True),
    "pipe-included": (with_text("config", "[core]\n\tbare = true\n[include]\n\tpath = pipe\n"), True),
    "zero-included": (with_text("config", "[core]\n\tbare = true\n[include]\n\tpath = /dev/zero\n"), True),
    "pipe-alternate": (with_text("objects/info/alternates", "../pipe\n"), False),
    "working-copy": (working_copy, False),
    "link-mail": (lambda path: one_mail(path, mode=b"120000"), True),
    "no-blob": (lambda path: one_mail(path, kind=b"tree"), True),
    "huge-tree": (huge(b"tree"), True),
    "huge-commit": (huge(b"commit"), True),
    "cyclic": (cyclic, False),
    "head-nowhere": (with_text("HEAD", "ref: refs/heads/nowhere\n"), True),
    "head-junk": (with_text("HEAD", "\x01\x02 nothing\n"), True),
    "head-cut": (with_text("HEAD", "ref: refs/he"), True),
    "head-empty": (with_text("HEAD", ""), True),
}


def longer_commit(repository):
    whole(repository)
    tree = loose(repository, b"tree", tree_of((b"100644", b"m", loose(repository, b"blob", GOLDEN[0]))))
    point(repository, loose(repository, b"commit", commit_of(tree, None, b"x" * 100_000), 90))


class Bench:
    """Runs of the indexer over a folder with golden mail in it."""

    def __init__(self, options, folder, report):
        self.folder, self.report, self.db = folder, report, os.path.join(folder, "index")
        self.programs = harness.Programs(options.index, options.search, self.db, options.dump)
        self.root = os.path.join(folder, "root")
        self.slowest = 0.0
        self.fresh()
        self.programs.index(self.root)
        self.golden = set(self.programs.dump())
        report.check(len(self.golden) == len(GOLDEN), f"{len(self.golden)} golden messages")

    def fresh(self):
        for path in (self.db, self.root):
            shutil.rmtree(path, ignore_errors=True)
        boxes.write(os.path.join(self.root, "a-golden.mbox"), b"".join(map(boxes.mboxrd, GOLDEN[:6])))
        boxes.write(os.path.join(self.root, "z-golden.mbox"), b"".join(map(boxes.mboxrd, GOLDEN[6:])))

    def run(self, name, *arguments):
        begin = time.monotonic()
        try:
            done = self.programs.try_index("--jobs", "2", *arguments, self.root, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self.report.check(False, f"{name}: hangs")
            return None
        self.slowest = max(self.slowest, time.monotonic() - begin)
        self.report.check(done.returncode == 0, f"{name}: exit {done.returncode}: {harness.shown(done.stderr)}")
        self.report.check(done.stderr.count(b"\n") < 40, f"{name}: {done.stderr.count(10)} lines on stderr")
        if done.returncode == 0:
            missing = self.golden - set(self.programs.dump())
            self.report.check(not missing, f"{name}: {len(missing)} golden messages are not as they were")
        return done


def named(bench):
    # Those of which much is said for they are taken for folders of files come last.
    names = sorted(NAMED, key=lambda name: (not NAMED[name][1], name))
    said = sum(NAMED[name][1] for name in names)
    for first in [*range(0, said, AT_ONCE), *range(said, len(names))]:
        bench.fresh()
        some = names[first:min(first + AT_ONCE, said)] if first < said else [names[first]]
        for name in some:
            NAMED[name][0](os.path.join(bench.root, name + ".git"))
        done = bench.run(", ".join(some))
        for name in some if done else []:
            bench.report.check(not NAMED[name][1] or name.encode() in done.stderr, f"{name}: not named")


def seeds_of_repositories(folder):
    """Whole ones of every kind, to be damaged."""
    raws = [mails.numbered(100 + number) for number in range(8)]
    whole(os.path.join(folder, "loose.git"))
    first = inboxes.Inbox1(os.path.join(folder, "first.git"))
    first.add(raws)
    second = inboxes.Inbox2(os.path.join(folder, "second"))
    second.add(raws[:4], 0)
    second.add(raws[4:], 1)
    packed = os.path.join(folder, "packed.git")
    shutil.copytree(second.epoch(0), packed)
    inboxes.git(packed, "repack", "-q", "-a", "-d")
    inboxes.git(packed, "multi-pack-index", "write")
    inboxes.git(packed, "commit-graph", "write", "--reachable")
    inboxes.git(packed, "pack-refs", "--all")
    for path, folders, _ in os.walk(folder):
        for name in folders:
            if name == "hooks":
                shutil.rmtree(os.path.join(path, name))
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]


def changed(chance, data):
    """Bytes with one damage in them."""
    data = bytearray(data)
    at = chance.randrange(len(data) + 1)
    way = chance.randrange(8)
    if way == 0:
        del data[at:]
    elif way == 1:
        for _ in range(chance.randrange(1, 9)):
            if data:
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif way == 2:
        data[at:at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", struct.pack("<I", 1 << 30)))
    elif way == 3:
        data[at:at] = chance.randbytes(chance.randrange(1, 2000))
    elif way == 4:
        del data[at:at + chance.randrange(1, 200)]
    elif way == 5:
        data[at:] = data[at:] * chance.randrange(2, 40)
    elif way == 6:
        data = bytearray(chance.randbytes(chance.randrange(2000)))
    else:
        data[at:at + 64] = b"\xff" * 64
    return bytes(data)


def damage_file(chance, path):
    with open(path, "rb") as file:
        data = file.read()
    os.chmod(path, 0o644)
    with open(path, "wb") as file:
        file.write(changed(chance, data))


def longer(chance, path):
    """A loose object with another size in its header."""
    with open(path, "rb") as file:
        data = file.read()
    try:
        head, rest = zlib.decompress(data).split(b"\0", 1)
    except (zlib.error, ValueError):
        return
    kind = head.split(b" ")[0]
    size = chance.choice((0, 1, 16, len(rest) - 1, len(rest) + 1, 1 << 31, (1 << 63) - 1))
    os.chmod(path, 0o644)
    with open(path, "wb") as file:
        file.write(zlib.compress(b"%s %d\0" % (kind, size) + rest))


def replace(chance, path, root):
    """Another kind of file in its place."""
    os.remove(path)
    way = chance.randrange(6)
    if way == 0:
        os.mkfifo(path)
    elif way == 1:
        os.symlink(chance.choice(("/dev/zero", "/dev/full", path, "/etc", root, "..")), path)
    elif way == 2:
        os.mkdir(path)
    elif way == 3:
        with open(path, "wb") as file:
            file.truncate(1 << 33)
    elif way == 4:
        with open(path, "wb") as file:
            file.write(b"\n".join([b"../objects", b"/dev/fd", b"objects", root.encode(), b"ref: HEAD"]) * 100)


def damage_repository(chance, root):
    files = [os.path.join(path, name) for path, _, names in os.walk(root) for name in names]
    for _ in range(chance.randrange(1, 4)):
        path = chance.choice(files)
        if not os.path.isfile(path) or os.path.islink(path) or os.path.getsize(path) > 1 << 20:
            continue
        way = chance.randrange(10)
        if way < 6:
            damage_file(chance, path)
        elif way < 8 and "/objects/" in path:
            longer(chance, path)
        else:
            replace(chance, path, root)


def repositories(bench, count, chance):
    folder = os.path.join(bench.folder, "seeds")
    os.makedirs(folder)
    seeds = seeds_of_repositories(folder)
    for first in range(0, count, BATCH):
        bench.fresh()
        for number in range(first, min(count, first + BATCH)):
            seed = chance.choice(seeds)
            path = os.path.join(bench.root, f"m{number:04}{os.path.splitext(seed)[1]}")
            shutil.copytree(seed, path, symlinks=True)
            damage_repository(chance, path)
        keep_failing(bench, f"repositories from {first}")


def keep_failing(bench, name):
    """One run; what made it fail is copied to the folder that KEEP names."""
    before = bench.report.differences
    bench.run(name)
    if bench.report.differences > before and os.environ.get("KEEP"):
        # Not by Python, which copies no pipes.
        subprocess.run(["cp", "-a", bench.root, os.path.join(os.environ["KEEP"], name.replace(" ", "-"))], check=True)


def seeds_of_archives():
    raws = [mails.numbered(200 + number) for number in range(10)]
    box = b"".join(map(boxes.mboxrd, raws))
    seeds = {"plain.mbox": box, "sized.mbox": b"".join(map(boxes.mboxcl2, raws)), "dump.md": boxes.markdown(raws)}
    for name, pack in boxes.COMPRESSORS.items():
        seeds[f"box.mbox.{name}"] = pack(box)
    with tempfile.TemporaryDirectory() as folder:
        boxes.tree(os.path.join(folder, "tree"), raws)
        boxes.maildir(os.path.join(folder, "tree", "dir"), raws)
        boxes.write(os.path.join(folder, "tree", "box.gz"), boxes.COMPRESSORS["gz"](box))
        tar = boxes.tar(os.path.join(folder, "tree"))
    seeds["all.tar"] = tar
    for name, pack in boxes.COMPRESSORS.items():
        seeds[f"all.tar.{name}"] = pack(tar)
    return seeds


def archives(bench, count, chance):
    seeds = seeds_of_archives()
    packers = {f".{name}": pack for name, pack in boxes.COMPRESSORS.items()}
    names = sorted(seeds)
    for first in range(0, count, BATCH):
        bench.fresh()
        for number in range(first, min(count, first + BATCH)):
            name = chance.choice(names)
            data = seeds[name]
            # Damage within what is packed well.
            packer = packers.get(os.path.splitext(name)[1])
            if packer and chance.randrange(3) == 0:
                data = packer(changed(chance, seeds["all.tar" if "tar" in name else "plain.mbox"]))
            else:
                data = changed(chance, data)
            boxes.write(os.path.join(bench.root, f"m{number:04}-{name}"), data)
        keep_failing(bench, f"archives from {first}")


def damaged_mails(bench, count, chance):
    """Of 3 count mails every third is damaged, in a maildir."""
    raws = [mails.numbered(number) for number in range(3 * count)]
    for kind in ("maildir",):
        good, bad = [], list(raws)
        for number, raw in enumerate(raws):
            if number % 3 != 1:
                good.append(raw)
                continue
            head, body = boxes.split(raw)
            # Another id, so that it takes no part in what is told of the good ones.
            head = head.replace(b"@numbered.example.org", b"@damaged.example.org")
            bad[number] = changed(chance, head + body) if kind == "maildir" else damaged_in_box(chance, head + body)
        for name, mail in (("good", good), ("all", bad)):
            db = bench.programs.at(os.path.join(bench.folder, f"{kind}-{name}"))
            path = os.path.join(bench.folder, f"{kind}-{name}-mail")
            if kind == "maildir":
                boxes.maildir(path, mail)
            else:
                boxes.write(path, b"".join(map(boxes.mboxrd, mail)))
            db.index(path)
            lines = set(db.dump())
            if name == "good":
                want = lines
        missing = want - lines
        bench.report.check(len(want) == len(good), f"{kind}: {len(want)} of {len(good)} good mails alone")
        bench.report.check(not missing, f"{kind}: {len(missing)} of {len(good)} good mails are not as they were, as "
                                        f"{sorted(missing)[:1]}")


def damaged_in_box(chance, raw):
    """What framing survives: damage that leaves no line that begins with From in it."""
    raw = changed(chance, raw).replace(b"From ", b"from ")
    return raw if b"\n\n" in raw else raw + b"\n\n"


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--repositories", type=int, default=20, metavar="N")
    parser.add_argument("--archives", type=int, default=40, metavar="N")
    parser.add_argument("--mails", type=int, default=100, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    harness.skip_unless(shutil.which("git") or "git", "git")
    report = harness.Report("hostile")
    folder = tempfile.mkdtemp(prefix="hostile-")
    try:
        bench = Bench(options, folder, report)
        chance = random.Random(options.seed)
        named(bench)
        repositories(bench, options.repositories, chance)
        archives(bench, options.archives, chance)
        damaged_mails(bench, options.mails, chance)
        print(f"slowest run: {bench.slowest:.1f} s")
    finally:
        shutil.rmtree(folder)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
