#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The checks of patch_model.py on a history made on the fly, of all that makes names and diffs hard to read.

usage: nasty_paths.py --dump PROGRAM [--commits N] [--seed N]
Names with spaces, quotes, tabs, UTF-8, braces, arrows and bars; renames in every form of a diffstat, copies, changes of
mode and type, submodules, binary and empty files; lines that look like headers. Written as mail in several ways of git.
Exit 0 when all agree, 1 with one line per difference, 77 without git.
"""
import argparse
import os
import random
import shutil
import tempfile

import git_paths
import harness
import patch_model

FOLDERS = ["", "a", "b", "src", "src/sub", "src/sub/deep", "with space", "with space/tab\tname", "caf\u00e9", "b/b", "a b/b", "\u65e5\u672c",
           "q\"uote", "back\\slash", "very/long/path/that/no/terminal/is/wide/enough/for/and/then/some/more", "-dash", "..dots"]
NAMES = ["f.c", "x y.txt", "t\tb", "q\"q.h", "\u00e4.txt", "back\\s", "Makefile", "b", "a", "new\nline", "c b/c", "~", "trailing ",
         "a-name-without-any-slash-that-is-longer-than-the-columns-a-diffstat-has-for-it.c", "\u65e5\u672c\u8a9e", "'", "x,y;z", "@@ -1 +1 @@",
         "\x7f", "\u00e9\u00e8 \u00e0", "dev", "null"]
# Their diffstat can be read in two ways.
DOUBTFUL = ["a => b", "{x => y}", "x | 3 ++-", "{", "}", "=>", "> b", "...", "...c"]
LINES = ["int f(void)", "{", "}", "", " ", "\t", "-- ", "--", "---", "--- a/f.c", "+++ b/f.c", "@@ -1 +1 @@", "diff --git a/x b/x",
         "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001", "From here", "GIT binary patch", "index 1..2",
         "\\ No newline at end of file", "Binary files a and b differ", "Signed-off-by: A <a@b>", " f | 2 +-", "\r", "crlf\r",
         "form\ffeed", "0123456789012345678901234567890123456789", "commit 0123456789012345678901234567890123456789", "\u00e4\u00f6"]
MODES = ["100644", "100755", "120000"]
# How the mail is written, and how git log finds the same renames.
WAYS = {
    "plain": ([], ["-M"]),
    "columns of 60": (["--stat=60", "--summary"], ["-M"]),
    "no prefix": (["--no-prefix"], ["-M"]),
    "other prefixes": (["--src-prefix=i/", "--dst-prefix=w/"], ["-M"]),
    "copies": (["-C", "--find-copies-harder"], ["-C", "--find-copies-harder"]),
    "no renames": (["--no-renames"], ["--no-renames"]),
    "no context": (["-U0"], ["-M"]),
    "whole blob ids": (["--full-index"], ["-M"]),
    "compact summary": (["--compact-summary"], ["-M"]),
    "attached": (["--attach"], ["-M"]),
    "dissimilar": (["-B"], ["-B", "-M"]),
    "submodules as log": (["--submodule=log"], ["-M"]),
    "names as they are": (["--stat=500"], ["-M"]),
    "names as they are, in columns of 60": (["--stat=60"], ["-M"]),
}
CONFIG = {"names as they are": ["-c", "core.quotePath=false"],
          "names as they are, in columns of 60": ["-c", "core.quotePath=false"]}


def quoted(path):
    """As fast-import reads it."""
    out = "".join({"\n": "\\n", "\"": "\\\"", "\\": "\\\\"}.get(char, char) for char in path)
    return b'"' + out.encode() + b'"'


class History:
    """Writes a fast-import stream: `count` commits that do something to a few files each."""

    def __init__(self, rng):
        self.rng = rng
        self.files = {}  # path: (mode, lines or bytes)
        self.stream = []

    def free_path(self, names):
        for _ in range(50):
            folder = self.rng.choice(FOLDERS)
            path = (folder + "/" if folder else "") + self.rng.choice(names)
            parts = path.split("/")
            above = ["/".join(parts[:end]) for end in range(1, len(parts))]
            if path not in self.files and not any(one in self.files for one in above) and not any(
                    one.startswith(path + "/") for one in self.files):
                return path
        return None

    def some_lines(self):
        return [self.rng.choice(LINES) for _ in range(self.rng.randrange(0, 30))]

    def put(self, path, mode, content):
        self.files[path] = (mode, content)
        if mode == "160000":
            self.stream.append(b"M 160000 %s %s\n" % (content.encode(), quoted(path)))
            return
        data = content if isinstance(content, bytes) else "\n".join(content).encode()
        self.stream.append(b"M %s inline %s\ndata %d\n%s\n" % (mode.encode(), quoted(path), len(data), data))

    def create(self, names):
        path = self.free_path(names)
        kind = self.rng.randrange(10)
        if path is None:
            return
        if kind == 0:
            self.put(path, "100644", self.rng.randbytes(self.rng.randrange(1, 300)) + b"\0")
        elif kind == 1:
            self.put(path, "160000", "%040x" % self.rng.getrandbits(160))
        elif kind == 2:
            self.put(path, "120000", [self.rng.choice(NAMES)])
        elif kind == 3:
            self.put(path, "100644", "\n".join(["Latin", "\u00e9t\u00e9", ""]).encode("latin-1"))
        else:
            self.put(path, self.rng.choice(MODES[:2]), self.some_lines() + [""] * self.rng.randrange(2))

    def change(self, path):
        mode, content = self.files[path]
        if mode == "160000":
            self.put(path, mode, "%040x" % self.rng.getrandbits(160))
        elif isinstance(content, bytes):
            self.put(path, mode, content + self.rng.randbytes(9) + b"\0")
        else:
            lines = list(content)
            lines.insert(self.rng.randrange(len(lines) + 1), self.rng.choice(LINES))
            if len(lines) > 2 and self.rng.randrange(2):
                del lines[self.rng.randrange(len(lines))]
            self.put(path, mode, lines)

    def delete(self, path):
        del self.files[path]
        self.stream.append(b"D %s\n" % quoted(path))

    def rename(self, path, names):
        to = self.free_path(names)
        parts = path.split("/")
        # Only a folder changes, comes or goes: the forms with braces.
        if len(parts) > 1 and self.rng.randrange(3):
            at = self.rng.randrange(len(parts) - 1)
            new = [parts[:at] + parts[at + 1:], parts[:at] + ["ins"] + parts[at:], parts[:at] + ["other"] + parts[at + 1:]]
            to = "/".join(self.rng.choice(new))
            if to in self.files or any(one.startswith(to + "/") or to.startswith(one + "/") for one in self.files):
                return
        if to is None:
            return
        mode, content = self.files[path]
        self.delete(path)
        self.put(to, self.rng.choice(MODES[:2]) if mode in MODES[:2] else mode, content)
        if self.rng.randrange(2):
            self.change(to)

    def act(self, names):
        paths = sorted(self.files)
        path = self.rng.choice(paths) if paths else None
        what = self.rng.choice("ccmmmrrrrdtxy") if path else "c"
        if what == "c":
            self.create(names)
        elif what == "m":
            self.change(path)
        elif what == "r":
            self.rename(path, names)
        elif what == "d":
            self.delete(path)
        elif what == "y" and (copy := self.free_path(names)):
            self.put(copy, *self.files[path])
        elif self.files[path][0] in MODES:
            self.put(path, self.rng.choice(MODES), self.files[path][1])

    def commit(self, number, names):
        log = f"subject {number}\n\nSome words.\n\nSigned-off-by: A <a@b>\n"
        self.stream.append(b"commit refs/heads/main\ncommitter A <a@b> %d +0000\ndata %d\n%s\n" %
                           (1600000000 + number, len(log), log.encode()))
        for _ in range(self.rng.randrange(1, 6)):
            self.act(names)
        self.stream.append(b"\n")


def write_history(repo, rng, count, names):
    patch_model.run("git", "init", "-q", repo)
    history = History(rng)
    for number in range(count):
        history.commit(number, names)
    patch_model.run("git", "-C", repo, "fast-import", "--quiet", stdin=b"".join(history.stream))


def is_utf8(data):
    try:
        data.decode()
        return True
    except UnicodeDecodeError:
        return False


def check_way(report, program, repo, way, folder):
    options, detect = WAYS[way]
    mbox = os.path.join(folder, "mail")
    with open(mbox, "wb") as out:
        out.write(patch_model.run("git", "-C", repo, *CONFIG.get(way, []), "format-patch", "--stdout", "--root",
                                  "--pretty=mboxrd", *options, "main"))
    mails = patch_model.mails_of(mbox)
    dump = patch_model.dump_of(program, mbox)
    report.equal([commit for commit, _ in mails], list(dump), f"{way}: messages")
    if way in CONFIG or way.startswith("submodules"):
        # Names stand as bytes there, and of a mail in two charsets not every byte can be had back.
        dump = {commit: dump[commit] for commit, mail in mails if is_utf8(mail)}
    truth = git_paths.git_truth(repo, list(dump), detect)
    if way.startswith("submodules"):
        # Those lines quote nothing: a line feed ends one, and a blank before the ids is as good as none.
        dump = {commit: one for commit, one in dump.items()
                if not any("\n" in path or path.endswith(" ") for path in truth[commit[:git_paths.ID_DIGITS]])}
    patch_model.check_paths(report, dump, truth, way)
    if way == "columns of 60":
        patch_model.check_tails(report, patch_model.dump_of(program, patch_model.without_diffs(mbox, folder)), truth)
    if way in ("plain", "copies", "no renames"):
        patch_model.check_ids(report, dump, repo, detect)
    if way == "plain":
        patch_model.check_numstat(report, dump, mails)
    return len(mails)


def main(options):
    if not shutil.which("git"):
        print("skipped: no git")
        return harness.EXIT_SKIPPED
    report = harness.Report("nasty_paths")
    rng = random.Random(options.seed)
    number = 0
    with tempfile.TemporaryDirectory(prefix="patchseek-nasty-") as folder:
        for what, names, ways in (("nasty", NAMES, list(WAYS)), ("doubtful", NAMES + DOUBTFUL, ["plain", "copies"])):
            repo = os.path.join(folder, what)
            write_history(repo, rng, options.commits, names)
            number += sum(check_way(report, options.dump, repo, way, folder) for way in ways)
    print(f"nasty_paths: {number} messages, seed {options.seed}")
    return report.finish()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dump", required=True, metavar="PROGRAM", help="patch_dump of the build tree")
    parser.add_argument("--commits", type=int, default=150, help="of each of two histories (150)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    harness.main_of(lambda: main(arguments))
