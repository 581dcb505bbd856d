#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cut the power at random moments of recorded runs, by a model of what a disk may have then.

usage: power.py --index PROGRAM --search PROGRAM --dump PROGRAM [--images N] [--seed N]
strace records what runs write, rename, remove and sync. An image holds all that was synced before its moment, and of the
rest any part: writes of a file that was not synced are dropped, cut or kept each by itself; so are names of a folder that
was not synced, or, as a journal does it, kept up to some moment. Each image must open and be whole for --check, have the
last publication that was synced, and the next run must end as without the cut. 77 where there is no strace.
"""
import json
import os
import random
import re
import shutil
import subprocess
import tempfile

import boxes
import harness
import mails

CALLS = "openat,write,pwrite64,ftruncate,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync,lseek"
LINE = re.compile(r"^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$")
FD = re.compile(r"^(\d+|AT_FDCWD)<(.*?)>(\(deleted\))?$")


def text_of(quoted):
    """What strace -xx shows of bytes; pipes and the like it names as they are."""
    plain = quoted.strip('"')
    return bytes.fromhex(plain.replace("\\x", "")) if plain.startswith("\\x") else plain.encode()


class Disk:
    """Files and folders as the running program saw them, and the log of what was done. The top folder is inode 0."""

    def __init__(self, top):
        self.top = top
        self.names = {0: {}}  # folder -> name -> inode
        self.base = {}  # file -> bytes
        self.next = 1
        self.log = []
        self.places = {}  # descriptor -> where write() goes on
        if os.path.isdir(top):
            self.load(top, 0)
        self.first = {folder: dict(names) for folder, names in self.names.items()}
        self.sizes = {inode: len(data) for inode, data in self.base.items()}

    def new(self):
        self.next += 1
        return self.next - 1

    def load(self, path, folder):
        for entry in os.scandir(path):
            inode = self.names[folder][entry.name] = self.new()
            if entry.is_dir():
                self.names[inode] = {}
                self.load(entry.path, inode)
            else:
                with open(entry.path, "rb") as file:
                    self.base[inode] = file.read()

    def find(self, path):
        """(folder, name, inode); None for what is elsewhere or not there."""
        path = os.path.normpath(path)
        if path == self.top:
            return None, None, 0
        if not path.startswith(self.top + "/"):
            return None
        folder = 0
        *parts, name = path[len(self.top) + 1:].split("/")
        for part in parts:
            folder = self.names[folder].get(part)
            if folder not in self.names:
                return None
        return folder, name, self.names[folder].get(name)

    def opened(self, path, flags, fd):
        place = self.find(path)
        if place is None or "O_DIRECTORY" in flags:
            return
        folder, name, inode = place
        if inode is None and "O_CREAT" in flags:
            inode = self.names[folder][name] = self.new()
            self.sizes[inode] = 0
            self.log.append(("link", folder, name, inode))
        elif "O_TRUNC" in flags and self.sizes.get(inode):
            self.truncated(inode, 0)
        self.places[fd, inode] = self.sizes.get(inode, 0) if "O_APPEND" in flags else 0

    def written(self, inode, offset, data):
        self.log.append(("write", inode, offset, data))
        self.sizes[inode] = max(self.sizes.get(inode, 0), offset + len(data))

    def truncated(self, inode, size):
        self.log.append(("size", inode, size))
        self.sizes[inode] = size

    def renamed(self, old, new):
        if old is None or new is None or old[2] is None:
            return
        del self.names[old[0]][old[1]]
        self.names[new[0]][new[1]] = old[2]
        self.log.append(("move", old[0], old[1], new[0], new[1], old[2]))

    def removed(self, place):
        if place is not None and place[2] is not None:
            del self.names[place[0]][place[1]]
            self.log.append(("unlink", place[0], place[1]))


def words_of(arguments):
    """The arguments of a call: strace quotes all that may hold a comma."""
    return [word.strip() for word in arguments.split(", ")]


class Recording:
    """Reads what strace wrote into a Disk."""

    def __init__(self, disk):
        self.disk, self.waiting, self.cwd = disk, {}, os.getcwd()

    def path(self, fd, name):
        at = text_of(FD.match(fd)[2]).decode()
        return os.path.join(at, text_of(name).decode())

    def read(self, lines):
        for line in lines:
            match = LINE.match(line.rstrip("\n"))
            if not match:
                continue
            thread, resumed, call, rest = match.groups()
            if rest.endswith("<unfinished ...>"):
                begun = rest[:-len("<unfinished ...>")].rstrip()
                self.waiting[thread] = (call, begun, self.known(call, begun))
                continue
            known = None
            if resumed:
                call, begun, known = self.waiting.pop(thread, (None, "", None))
                rest = begun + rest
            arguments, _, result = rest.rpartition(" = ")
            if call and result and not result.startswith(("-1", "?")):
                self.take(call, words_of(arguments.rstrip().removesuffix(")")), result, known)

    def known(self, call, rest):
        """Of a call that takes its time, which file it is about: it may have another name when it ends."""
        return self.inode(words_of(rest)[0]) if call in ("fsync", "fdatasync", "write", "pwrite64") else None

    def inode(self, fd):
        match = FD.match(fd)
        place = match and not match[3] and self.disk.find(text_of(match[2]).decode("utf-8", "replace"))
        return place[2] if place else None

    def take(self, call, words, result, known):
        disk = self.disk
        if call == "openat":
            disk.opened(self.path(words[0], words[1]), words[2], re.match(r"\d+", result)[0])
        elif call in ("rename", "renameat", "renameat2"):
            old, new = (words[0], words[1]) if call == "rename" else (None, None)
            old = os.path.join(self.cwd, text_of(old).decode()) if old else self.path(words[0], words[1])
            new = os.path.join(self.cwd, text_of(new).decode()) if new else self.path(words[2], words[3])
            disk.renamed(disk.find(old), disk.find(new))
        elif call in ("unlink", "rmdir"):
            disk.removed(disk.find(os.path.join(self.cwd, text_of(words[0]).decode())))
        elif call == "unlinkat":
            disk.removed(disk.find(self.path(words[0], words[1])))
        elif call in ("mkdir", "mkdirat"):
            path = self.path(words[0], words[1]) if call == "mkdirat" else os.path.join(self.cwd, text_of(words[0]).decode())
            self.made(disk.find(path))
        else:
            self.of_file(call, words, result, self.inode(words[0]) if known is None else known)

    def made(self, place):
        if place is None or place[0] is None:
            return
        inode = self.disk.new()
        self.disk.names[inode] = {}
        self.disk.names[place[0]][place[1]] = inode
        self.disk.log.append(("link", place[0], place[1], inode))

    def of_file(self, call, words, result, inode):
        if inode is None:
            return
        disk, place = self.disk, (re.match(r"\d+", words[0])[0], inode)
        if call in ("fsync", "fdatasync"):
            disk.log.append(("sync", inode))
        elif call == "ftruncate":
            disk.truncated(inode, int(words[1]))
        elif call == "lseek":
            disk.places[place] = int(result)
        elif call == "pwrite64":
            disk.written(inode, int(words[3]), text_of(words[1]))
        elif call == "write":
            offset = disk.places.get(place, 0)
            disk.written(inode, offset, text_of(words[1]))
            disk.places[place] = offset + int(result)


class Image:
    """What the disk has when the power is cut after `end` entries of the log."""

    def __init__(self, disk, end, rng):
        self.disk, self.rng, self.log = disk, rng, disk.log[:end]
        self.names = {folder: dict(names) for folder, names in disk.first.items()}
        self.data = {inode: bytearray(data) for inode, data in disk.base.items()}
        self.journal = rng.random() < 0.5
        self.share = rng.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        self.upto = {}  # folder -> entry up to which its names are kept
        self.build()

    def is_synced(self, number, *inodes):
        return all(self.last.get(inode, -1) > number for inode in inodes)

    def kept(self, number, folders):
        if self.is_synced(number, *folders):
            return True
        if not self.journal:
            return self.rng.random() < self.share
        # One journal for all folders: what came later is not there without what came before.
        return number < self.upto.setdefault("all", self.rng.randrange(len(self.log) + 1))

    def build(self):
        self.last = {entry[1]: number for number, entry in enumerate(self.log) if entry[0] == "sync"}
        for number, entry in enumerate(self.log):
            kind = entry[0]
            if kind == "link" and self.kept(number, entry[1:2]):
                self.names.setdefault(entry[1], {})[entry[2]] = entry[3]
            elif kind == "unlink" and self.kept(number, entry[1:2]):
                self.names.setdefault(entry[1], {}).pop(entry[2], None)
            elif kind == "move" and self.kept(number, entry[3:4]):
                # From one folder to another it may stand in both.
                if entry[1] == entry[3] or self.kept(number, entry[1:2]):
                    self.names.setdefault(entry[1], {}).pop(entry[2], None)
                self.names.setdefault(entry[3], {})[entry[4]] = entry[5]
            elif kind == "size" and (self.is_synced(number, entry[1]) or self.rng.random() < self.share):
                data = self.data.setdefault(entry[1], bytearray())
                data[entry[2]:] = bytes(max(0, entry[2] - len(data)))
            elif kind == "write":
                self.write(number, *entry[1:])

    def write(self, number, inode, offset, data):
        if not self.is_synced(number, inode):
            if self.rng.random() >= self.share:
                return
            if self.rng.random() < 0.2:
                data = data[:self.rng.randrange(len(data) + 1)]
        file = self.data.setdefault(inode, bytearray())
        if len(file) < offset:
            file.extend(bytes(offset - len(file)))
        file[offset:offset + len(data)] = data

    def put(self, path, folder=0):
        os.mkdir(path, 0o700)
        for name, inode in self.names.get(folder, {}).items():
            if inode in self.disk.names:
                self.put(os.path.join(path, name), inode)
            else:
                with open(os.path.join(path, name), "wb", opener=lambda at, flags: os.open(at, flags, 0o600)) as file:
                    file.write(self.data.get(inode, b""))

    def published(self):
        """The generation of the last manifest that was synced under its name; 0 if none was."""
        moves = [entry[5] for number, entry in enumerate(self.log) if entry[0] == "move" and entry[4] == "manifest.json" and
                 self.is_synced(number, entry[3])]
        manifest = moves[-1] if moves else self.disk.first[0].get("manifest.json")
        return generation_of(bytes(self.data.get(manifest, b""))) if manifest is not None else 0


def generation_of(manifest):
    try:
        return json.loads(manifest)["generation"]
    except (ValueError, KeyError):
        return -1


class Bench(harness.KeptIndex):
    def __init__(self, options, folder, report):
        self.report, self.folder, self.rng = report, folder, random.Random(options.seed)
        self.programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)
        self.saved = os.path.join(folder, "saved")
        self.archives = [os.path.join(folder, "box"), os.path.join(folder, "dir")]
        self.images = 0

    def deliver(self, numbers):
        boxes.write(self.archives[0], b"".join(boxes.mboxrd(mails.numbered(number)) for number in numbers))
        shutil.rmtree(self.archives[1], ignore_errors=True)
        boxes.maildir(self.archives[1], [mails.numbered(number, 0, ["a.example.org"]) for number in numbers[:5]], numbers[0])

    def record(self, arguments):
        self.restore()
        disk, trace = Disk(os.path.realpath(self.programs.db)), os.path.join(self.folder, "trace")
        command = self.programs.index_command("--quiet", "--jobs", "1", *arguments)
        done = subprocess.run(["strace", "-f", "-y", "-qq", "-xx", "-s", "100000000", "-o", trace, "-e", "trace=" + CALLS,
                               *command], env=self.programs.env, capture_output=True, check=False)
        if done.returncode != 0:
            raise harness.Failure(f"the recorded run ended with {done.returncode}: {harness.shown(done.stderr)}")
        with open(trace, encoding="ascii") as file:
            Recording(disk).read(file)
        return disk

    def replayed(self, what, disk):
        """The model itself: with all kept, the image is what the run left."""
        image = Image(disk, len(disk.log), AllKept())
        shutil.rmtree(self.programs.db + ".model", ignore_errors=True)
        image.put(self.programs.db + ".model")
        self.report.equal(contents(self.programs.db), contents(self.programs.db + ".model"), f"{what}: the recording")

    def cut(self, what, arguments, wanted, images):
        disk = self.record(arguments)
        self.replayed(what, disk)
        before = set()
        if os.path.exists(self.saved):
            self.restore()
            before = {line.split()[1] for line in self.programs.dump()} & {line.split()[1] for line in wanted}
        moments = [number + 1 for number, entry in enumerate(disk.log) if entry[0] != "write"]
        for _ in range(images):
            end = self.rng.choice(moments) if self.rng.random() < 0.7 else self.rng.randrange(len(disk.log) + 1)
            self.judge(f"{what}, cut after {end} of {len(disk.log)}", Image(disk, end, self.rng), arguments, wanted, before)
            self.images += 1

    def judge(self, what, image, arguments, wanted, before):
        shutil.rmtree(self.programs.db, ignore_errors=True)
        image.put(self.programs.db)
        manifest, published = os.path.join(self.programs.db, "manifest.json"), image.published()
        there = os.path.exists(manifest)
        if there:
            with open(manifest, "rb") as file:
                found = generation_of(file.read())
            self.report.check(found >= published, f"{what}: generation {found}, and {published} was synced")
            search = self.programs.run("--count", "*")
            self.report.check(search.returncode in (0, 1), f"{what}: a search ends with {search.returncode}: {search.stderr}")
            self.report.equal("", self.programs.whole(), f"{what}: --check")
            lost = before - {line.split()[1] for line in self.programs.dump()}
            self.report.check(not lost, f"{what}: lost {sorted(lost)[:5]}")
        else:
            self.report.equal(0, published, f"{what}: the manifest is gone")
        again = self.programs.try_index("--quiet", "--jobs", "1", *arguments)
        if self.report.equal(0, again.returncode, f"{what}: the next run, {harness.shown(again.stderr)}"):
            self.report.same_lines(wanted, self.programs.dump(True), f"{what}: the next run")


class AllKept:
    """Chance that drops nothing."""

    def random(self):
        return 0.3

    def choice(self, choices):
        return choices[-1]

    def randrange(self, end):
        return end - 1


def contents(top):
    out = {}
    for at, _, names in os.walk(top):
        for name in names:
            with open(os.path.join(at, name), "rb") as file:
                out[os.path.relpath(os.path.join(at, name), top)] = hash(file.read())
    return out


def finished(bench, *arguments):
    bench.restore()
    bench.programs.index("--quiet", "--jobs", "1", *arguments)
    return bench.programs.dump(True)


def check(bench, images):
    bench.deliver(list(range(12)))
    created = finished(bench, *bench.archives)
    kinds = 6
    bench.cut("creating", bench.archives, created, images // kinds)
    bench.cut("creating in parts", ["--commit-every", "4", *bench.archives], created, images // kinds)
    finished(bench, *bench.archives)
    bench.save()
    bench.deliver(list(range(3, 18)))
    changed = finished(bench, *bench.archives)
    bench.cut("updating", ["--update"], changed, images // kinds)
    bench.cut("updating in parts", ["--commit-every", "4", "--update"], changed, images // kinds)
    finished(bench, "--update")
    bench.save()
    bench.cut("compacting", ["--compact"], changed, images // kinds)
    bench.cut("rebuilding", ["--rebuild"], changed, images - 5 * (images // kinds))


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--images", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not shutil.which("strace"):
        return harness.EXIT_SKIPPED
    report = harness.Report("power")
    with tempfile.TemporaryDirectory(prefix="power-") as folder:
        bench = Bench(options, os.path.realpath(folder), report)
        check(bench, options.images)
        print(f"power: {bench.images} images")
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
