#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Folders that somebody else prepared: nothing of theirs, and nothing of ours that they point at, may be touched.

usage: planted.py --index PROGRAM --search PROGRAM
The other user is nobody, where this runs as root; else only what one user can do to himself is shown. Exit 0 when all
holds, 1 with what does not.
"""
import os
import shutil
import stat
import subprocess
import tempfile

import boxes
import harness
import mails

NOBODY = 65534
PRECIOUS = b"precious\n"


def write(path, data=PRECIOUS):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return boxes.write(path, data)


def snapshot(folder):
    """All names below, with what files hold and links point at."""
    return {os.path.relpath(path, folder): (stat.S_IFMT(status.st_mode), what)
            for path, status, what in harness.names_below(folder)}


class Bed:
    def __init__(self, options, folder, report):
        self.options, self.folder, self.report = options, folder, report
        self.home = os.path.join(folder, "home")
        self.box = write(os.path.join(self.home, "box"), boxes.mboxrd(mails.numbered(1)))
        self.target = write(os.path.join(self.home, "target"))
        self.kept = os.path.join(self.home, "kept")
        for name in ("000000", "1", "relations-000001"):
            write(os.path.join(self.kept, name))
        self.before = snapshot(self.home)
        self.tried = 0

    def programs(self, db):
        return harness.Programs(self.options.index, self.options.search, db)

    def untouched(self, what, db, planted):
        """That what was there is there, and what it points at."""
        now = snapshot(db)
        changed = [name for name, value in planted.items() if now.get(name) != value]
        self.report.equal([], changed, f"{what}: changed in the folder")
        self.report.check(self.before == snapshot(self.home), f"{what}: changed what it points at")

    def plant(self, what, make, owner=None, mode=0o700, codes=(73,), arguments=None):
        """Prepares a folder, and indexes into it."""
        self.tried += 1
        db = os.path.join(self.folder, f"db{self.tried}")
        os.mkdir(db)
        make(db)
        if owner is not None:
            for where, folders, names in os.walk(db):
                for path in [where, *(os.path.join(where, name) for name in names + folders)]:
                    os.chown(path, owner, owner, follow_symlinks=False)
        os.chmod(db, mode)
        planted = snapshot(db)
        for given in [arguments] if arguments else [[self.box], ["--update"], ["--compact"], ["--remove", self.box]]:
            done = self.programs(db).try_index(*given, timeout=20)
            allowed = codes if given == [self.box] or arguments else (*codes, 65, 66)
            self.report.check(done.returncode in allowed,
                              f"{what}, {given[0]}: exit {done.returncode}, {harness.shown(done.stderr)}")
            self.untouched(what, db, planted)
        for query in (["*"], ["--show", "1@numbered.example.org"]):
            done = self.programs(db).run(*query, timeout=20)
            self.report.check(done.returncode in (0, 1, 65, 66, 77), f"{what}: search ends with {done.returncode}")
            self.report.check(PRECIOUS not in done.stdout, f"{what}: a search shows what it points at")
        self.untouched(what, db, planted)
        return db


def link(name, target):
    return lambda db: os.symlink(target, os.path.join(db, name))


def files(*names):
    return lambda db: [write(os.path.join(db, name)) for name in names]


def fifo(name):
    return lambda db: os.mkfifo(os.path.join(db, name))


def hard(name, target):
    return lambda db: os.link(target, os.path.join(db, name))


def own_things(bed):
    """What a user may have in a folder that is named by mistake."""
    bed.plant("files of one's own", files("lock", "texts/1", "texts/000000", "tmp-work"))
    bed.plant("a lock of one's own", files("lock"))
    bed.plant("folders of one's own", files("gen-mine/0/postlist.glass", "archives/a-1", "commits/b-2", "relations-notes"))
    bed.plant("data of one's own", files("data-0123456789abcdef/texts/000000"))
    bed.plant("an empty lock and more", lambda db: (write(os.path.join(db, "lock"), b""), write(os.path.join(db, "tmp-1"))))
    bed.plant("a lock that is a link", link("lock", bed.target))
    bed.plant("a lock that is linked twice", hard("lock", bed.target))
    bed.plant("a lock that is a FIFO", fifo("lock"))
    bed.plant("a lock that is a folder", lambda db: os.mkdir(os.path.join(db, "lock")))
    bed.plant("a manifest that is a link", link("manifest.json", bed.target))
    bed.plant("a manifest that is a FIFO", fifo("manifest.json"))
    bed.plant("texts that are a link", link("texts", bed.kept))
    bed.plant("a manifest of junk", files("manifest.json"), codes=(65,))


def beside_an_index(bed):
    """Things that a user puts beside an index stay, whatever they are called."""
    db = os.path.join(bed.folder, "beside")
    programs = bed.programs(db)
    programs.index("--quiet", bed.box)
    mine = ["tmp-work", "texts/1", "gen-000009/0/postlist.glass", "relations-000007", "archives/a-1", "notes",
            "data-0123456789abcdef/texts/000000"]
    for name in mine:
        write(os.path.join(db, name))
    for arguments in (["--update"], ["--compact"], ["--remove", bed.box], [bed.box]):
        programs.index("--quiet", *arguments)
        for name in mine:
            bed.report.check(os.path.exists(os.path.join(db, name)), f"beside an index, {arguments[0]}: {name} is gone")


def inside_an_index(bed):
    """Links in place of what an index is made of lead nowhere."""
    for what in ("data", "texts", "relations", "shard", "table"):
        db = os.path.join(bed.folder, "inside-" + what)
        programs = bed.programs(db)
        programs.index("--quiet", bed.box)
        data = next(os.path.join(db, name) for name in os.listdir(db) if name.startswith("data-"))
        name = {"data": data, "texts": os.path.join(data, "texts"),
                "relations": os.path.join(data, next(n for n in os.listdir(data) if n.startswith("relations-"))),
                "shard": os.path.join(data, next(n for n in os.listdir(data) if n.startswith("gen-")))}
        name["table"] = os.path.join(name["shard"], "0", "postlist.glass")
        shutil.move(name[what], os.path.join(bed.folder, "moved-" + what))
        os.symlink(os.path.join(bed.folder, "moved-" + what), name[what])
        for program, arguments in ((programs.run, ["*"]), (programs.try_index, ["--update"]), (programs.try_index, ["--check"])):
            done = program(*arguments)
            bed.report.check(done.returncode in (1, 65, 73) and not done.stdout,
                             f"{what} is a link, {arguments[0]}: exit {done.returncode} {harness.shown(done.stdout + done.stderr)}")


def modes(bed):
    """What is made is for its owner alone, unless --shared."""
    db = os.path.join(bed.folder, "open")
    os.mkdir(db, 0o755)
    os.chmod(db, 0o755)
    said = bed.programs(db).index(bed.box).stderr
    bed.report.check(b"open to other users" in said, f"an open folder: said {harness.shown(said)}")
    for where, folders, names in os.walk(db):
        for name in folders + names:
            mode = stat.S_IMODE(os.lstat(os.path.join(where, name)).st_mode)
            bed.report.equal(0, mode & 0o077, f"mode of {name}")
    shared = os.path.join(bed.folder, "shared")
    bed.programs(shared).index("--quiet", "--shared", bed.box)
    bed.report.equal(0o755, stat.S_IMODE(os.stat(shared).st_mode) & ~0o022, "mode of a shared folder")
    linked = os.path.join(bed.folder, "linked")
    os.symlink(shared, linked)
    bed.programs(linked).index("--quiet", "--shared", "--update")
    bed.report.equal(1, bed.programs(linked).count("*"), "messages of an index behind a link")
    os.chmod(shared, 0o777)
    done = bed.programs(shared).try_index("--update")
    bed.report.equal(77, done.returncode, f"an index that all may write: {harness.shown(done.stderr)}")
    bed.report.equal(0, bed.programs(shared).try_index("--shared", "--update").returncode, "the same with --shared")


def other_user(bed):
    """Folders that nobody made and root indexes into."""
    refused = (73, 77)
    for mode in (0o700, 0o755, 0o777):
        bed.plant(f"an empty folder of another, {mode:o}", lambda db: None, NOBODY, mode, refused)
    for name, target in (("lock", bed.target), ("texts", bed.kept), ("archives", bed.kept), ("commits", bed.kept),
                         ("manifest.json", bed.target), ("data-0123456789abcdef", bed.kept), ("tmp-1-1", bed.kept)):
        bed.plant(f"{name}, a link of another", link(name, target), NOBODY, 0o755, (*refused, 65))
        bed.plant(f"{name}, a link in a folder of all", link(name, target), None, 0o777, (*refused, 65))
    whole = os.path.join(bed.folder, "whole")
    bed.programs(whole).index("--quiet", bed.box)
    bed.plant("a whole index of another", lambda db: shutil.copytree(whole, db, dirs_exist_ok=True), NOBODY, 0o755, refused)

    def mixed(db):
        """A manifest that another put into a folder of ours."""
        shutil.copytree(whole, db, dirs_exist_ok=True)
        os.chown(os.path.join(db, "manifest.json"), NOBODY, NOBODY)
    bed.plant("a manifest of another", mixed, None, 0o700, refused)

    def data(db):
        shutil.copytree(whole, db, dirs_exist_ok=True)
        folder = next(name for name in os.listdir(db) if name.startswith("data-"))
        os.chown(os.path.join(db, folder), NOBODY, NOBODY)
    bed.plant("data of another", data, None, 0o700, refused)
    searched_by_another(bed, whole)


def searched_by_another(bed, whole):
    """Who may read an index searches it, and writes nothing."""
    db = os.path.join(bed.folder, "read")
    shutil.copytree(whole, db)
    for where, folders, names in os.walk(db):
        os.chmod(where, 0o755)
        for name in names:
            os.chmod(os.path.join(where, name), 0o644)
    before = snapshot(db)
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    programs = bed.programs(db)
    programs.env = {**programs.env, "HOME": "/nonexistent", "XDG_CONFIG_HOME": ""}  # that of root is not nobody's to read
    try:
        done = programs.run("--count", "*", **user)
    except PermissionError:
        return print("planted: nobody cannot run the programs where they are")
    bed.report.equal((0, b"1\n"), (done.returncode, done.stdout), "a search by another user")
    bed.report.equal(77, programs.try_index(bed.box, **user).returncode, "indexing by another user: exit")
    bed.report.check(before == snapshot(db), "another user wrote something")
    return None


def main():
    options = harness.parser_for(__doc__).parse_args()
    report = harness.Report("planted")
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        os.chmod(folder, 0o755)
        bed = Bed(options, folder, report)
        for part in (own_things, beside_an_index, inside_an_index, modes):
            part(bed)
        if os.geteuid() == 0:
            other_user(bed)
        else:
            print("planted: not root, nothing shown of another user's folders")
        print(f"{bed.tried} folders")
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
