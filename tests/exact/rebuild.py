#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make an index anew: from archives, from its own texts where one is gone, out of damage; it equals a fresh one.

usage: rebuild.py --index PROGRAM --search PROGRAM --dump PROGRAM [--searches N]
Exit 0 when all holds, 1 with what does not.
"""
import os
import shutil
import subprocess
import tempfile

import boxes
import damage
import harness
import mails
import readers


def dumped(programs):
    """What an index holds, and the archives that it knows."""
    status = programs.index("--status", "--json").stdout
    return programs.dump(True), status.count(b'"settled":true')


class Bed:
    def __init__(self, options, folder, report):
        self.options, self.folder, self.report = options, folder, report
        self.programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)
        self.box, self.dir = os.path.join(folder, "box"), os.path.join(folder, "dir")
        boxes.write(self.box, b"".join(boxes.mboxrd(mails.numbered(number)) for number in range(40)))
        boxes.maildir(self.dir, [mails.numbered(number, 0, ["a.example.org"]) for number in range(30, 60)], 1)
        self.piped = b"".join(boxes.mboxrd(mails.numbered(number)) for number in range(55, 70))
        self.git = os.path.join(folder, "git")
        git = ["git", "-c", "user.name=Nia", "-c", "user.email=nia@brook.example", "-C", self.git]
        subprocess.run(["git", "init", "-q", self.git], check=True)
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "mill: begin"], check=True)

    def fresh(self, name, *archives):
        programs = self.programs.at(os.path.join(self.folder, name))
        programs.index("--quiet", *archives)
        done = programs.try_index("--quiet", "-", input=self.piped)
        self.report.equal(0, done.returncode, f"{name}: standard input, {harness.shown(done.stderr)}")
        return programs

    def rebuilt(self, what, programs, wanted, codes=(0,)):
        done = programs.try_index("--quiet", "--rebuild")
        self.report.check(done.returncode in codes, f"{what}: exit {done.returncode}, {harness.shown(done.stderr)}")
        self.report.equal(wanted[1], dumped(programs)[1], f"{what}: settled archives")
        self.report.same_lines(wanted[0], programs.dump(True), what)
        self.report.equal("", programs.whole(), f"{what}: --check")
        left = [name for name in os.listdir(programs.db) if name not in ("manifest.json", "lock")]
        self.report.equal(1, len(left), f"{what}: folders of data, {left}")


def check(bed):
    programs = bed.fresh("index", "--git", bed.git, bed.box, bed.dir)
    wanted = dumped(programs)
    bed.rebuilt("whole, all archives there", programs, wanted)
    programs.index("--quiet", "--update")
    bed.report.same_lines(wanted[0], programs.dump(True), "updated after that")
    for gone in (bed.box, bed.dir, bed.git):
        os.rename(gone, gone + ".away")
        bed.rebuilt(f"{os.path.basename(gone)} is gone", programs, wanted)
    for gone in (bed.box, bed.dir, bed.git):
        os.rename(gone + ".away", gone)
    bed.rebuilt("all are back", programs, wanted)
    programs.index("--quiet", "--update")
    bed.report.same_lines(wanted[0], programs.dump(True), "updated after that")
    for name, _ in sorted(damage.files_of(programs.db).items()):
        if name == "manifest.json" or "/texts/" in name:
            continue
        copy = programs.at(os.path.join(bed.folder, "copy"))
        shutil.copytree(programs.db, copy.db)
        os.unlink(os.path.join(copy.db, name))
        # What came by standard input is nowhere but in the index: without its shard it is lost, and named.
        done = copy.try_index("--quiet", "--rebuild")
        bed.report.check(done.returncode in (0, 65), f"{name} is missing: exit {done.returncode} {harness.shown(done.stderr)}")
        bed.report.equal("", copy.whole(), f"{name} is missing: --check after --rebuild")
        held = {line.split()[1] for line in copy.dump(True)}
        lost = {f"{number}@numbered.example.org" for number in range(60)} - {one.strip("<>") for one in held}
        bed.report.check(done.returncode == 65 or len(held) == len(wanted[0]), f"{name} is missing: {len(held)} messages")
        bed.report.check(len(held) >= 60, f"{name} is missing: lost {sorted(lost)[:3]}")
        shutil.rmtree(copy.db)


def check_readers(bed, options):
    """Searches beside it never fail."""
    programs = bed.programs

    def work():
        for _ in range(options.times):
            programs.index("--quiet", "--rebuild")
    options.readers = 2
    readers.with_readers(options, programs, bed.report, "rebuilding", False, work)


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--times", type=int, default=10)
    options = parser.parse_args()
    report = harness.Report("rebuild")
    with tempfile.TemporaryDirectory(prefix="rebuild-") as folder:
        bed = Bed(options, folder, report)
        check(bed)
        check_readers(bed, options)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
