#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare `file:` answers on mail made from a git history with what git itself says.

usage: git_paths.py --index PROGRAM --search PROGRAM --mbox FILE --repo DIR [--seed N] [--paths N]
FILE is all.mboxrd of git-to-mboxrd: its From lines name the commits, its ids start with their first 20 hex digits.
The truth is one pass of `git log --no-merges -M --name-status` over exactly those commits.
Exit 0 when every answer is the same set, 1 with one line per difference, 77 when FILE, DIR or git is not there.
"""
import random
import re
import shutil
import subprocess
import tempfile

import harness

FROM_LINE = re.compile(rb"^From ([0-9a-f]{40}) Mon Sep 17 00:00:00 2001$")
ID_DIGITS = 20
# Words a query could not hold without quotes.
PLAIN = re.compile(r"[\w./+@,=~%-]+")


def commits_of(mbox):
    with open(mbox, "rb") as lines:
        return [match[1].decode() for line in lines if (match := FROM_LINE.match(line.rstrip(b"\n")))]


def git_truth(repo, commits, detect=("-M",)):
    """{first 20 hex: set of paths, old and new}, from one pass of git, which finds renames as told."""
    command = ["git", "-C", repo, "-c", "log.showRoot=true", "log", "--no-walk=unsorted", "--no-merges", *detect,
               "--name-status", "-z", "--format=%x01%H", "--stdin"]
    done = subprocess.run(command, input="\n".join(commits).encode() + b"\n", capture_output=True, check=False)
    if done.returncode != 0:
        raise harness.Failure(f"git log ended with {done.returncode}: {harness.shown(done.stderr)}")
    truth = {}
    for record in done.stdout.split(b"\x01")[1:]:
        # %H ends with NUL under -z, a line feed comes before the first status; then status NUL path (NUL path) NUL.
        fields = [field.lstrip(b"\n") for field in record.split(b"\x00")]
        paths = truth.setdefault(fields[0][:ID_DIGITS].decode(), set())
        rest = iter(field for field in fields[1:] if field)
        for status in rest:
            for _ in range(2 if status[:1] in (b"R", b"C") else 1):
                paths.add(next(rest).decode("utf-8", "surrogateescape"))
    return truth


def folders_of(path):
    parts = path.split("/")[:-1]
    return ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]


def some_capitals(rng, typed):
    """The same with a letter made upper case: it must then match by that very case, mostly nothing."""
    letters = [at for at, char in enumerate(typed) if char.isascii() and char.isalpha()]
    at = rng.choice(letters)
    return typed[:at] + typed[at].upper() + typed[at + 1:]


def glob_of(rng, path):
    """A pattern with * ? or ** made of a path; most match it, some just miss."""
    parts = path.split("/")
    name = parts[-1]
    dot = name.rfind(".")
    cut = rng.randrange(1, len(name)) if len(name) > 1 else 1
    choices = [name[:cut] + "*", "*" + name[cut:] if cut < len(name) else "*" + name, name[:cut - 1] + "?" + name[cut:]]
    if dot > 0:
        choices += ["*" + name[dot:], name[:dot] + ".?", "/" + "/".join(parts[:-1] + ["*" + name[dot:]])]
    if len(parts) > 1:
        choices += [f"/{parts[0]}/**/{name}", f"/{parts[0]}/**", f"/*/{'/'.join(parts[1:])}", f"{parts[-2]}/*",
                    f"/{parts[0]}/**/*{name[cut:]}", f"{parts[-2][:1]}*/{name}", f"{parts[-2][:1]}*/"]
    return rng.choice(choices)


def plain_queries(rng, paths, folders, number):
    """Paths, folders and base names, in turn, anchored or not, whole or by their tail."""
    queries = []
    for turn in range(number):
        path, folder = rng.choice(paths), rng.choice(folders)
        parts = path.split("/")
        queries.append([lambda: path, lambda: "/" + path, lambda: parts[-1], lambda: "/" + folder + "/",
                        lambda: folder.split("/")[-1] + "/", lambda: "/".join(parts[-2:])][turn % 6]())
    return queries


def make_queries(rng, truth, number):
    paths = sorted({path for touched in truth.values() for path in touched if PLAIN.fullmatch(path)})
    folders = sorted({folder for path in paths for folder in folders_of(path)})
    capitals = [path for path in paths if any(char.isupper() for char in path)]
    queries = plain_queries(rng, paths, folders, number)
    # Three ways: as written with its capitals, all in lower case, and with a capital that nobody wrote.
    for turn in range(40):
        path = rng.choice(capitals or paths)
        name = path if turn % 2 else path.split("/")[-1]
        queries.append([name, name.lower(), some_capitals(rng, name.lower())][turn % 3])
    globs = ["*.sh", "/*.sh", "t/*.sh", "*", "/*", "/**", "**/*.h", "*.?", "?*.c"]
    queries += (globs + [glob_of(rng, rng.choice(paths)) for _ in range(40)])[:40]
    return queries + ["no-such-file.c", "/no/such/folder/"]


def compare(report, programs, truth, typed):
    matches = harness.matcher(typed)
    want = {commit for commit, paths in truth.items() if any(map(matches, paths))}
    ids = programs.ids(f"file:{typed}")
    got = {one[:ID_DIGITS] for one in ids}
    report.equal(len(ids), len(got), f"file:{typed}: answers and different answers")
    missing, wrong = sorted(want - got), sorted(got - want)
    report.check(not missing and not wrong,
                 f"file:{typed}: want {len(want)}, got {len(got)}; missing {len(missing)} {missing[:3]}, "
                 f"wrong {len(wrong)} {wrong[:3]}")
    return len(want)


def run(options):
    harness.skip_unless(options.mbox, "mbox")
    harness.skip_unless(options.repo, "repository")
    if not shutil.which("git"):
        print("skipped: no git")
        return harness.EXIT_SKIPPED
    report = harness.Report("git_paths")
    rng = random.Random(options.seed)
    commits = commits_of(options.mbox)
    truth = git_truth(options.repo, commits)
    report.equal(len(set(commits)), len(truth), "commits in the mbox and commits git told about")
    with tempfile.TemporaryDirectory(prefix="patchseek-paths-") as folder:
        programs = harness.Programs(options.index, options.search, folder + "/db")
        programs.index(options.mbox)
        report.equal(sorted(truth), sorted(one[:ID_DIGITS] for one in programs.ids("*")), "all ids")
        queries = make_queries(rng, truth, options.paths)
        found = sum(compare(report, programs, truth, typed) for typed in queries)
    print(f"git_paths: {len(truth)} commits, {len(queries)} queries, {found} answers in all, seed {options.seed}")
    return report.finish()


if __name__ == "__main__":
    parser = harness.parser_for(__doc__)
    parser.add_argument("--mbox", required=True, metavar="FILE")
    parser.add_argument("--repo", required=True, metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--paths", type=int, default=200, help="plain paths, folders and names (200)")
    arguments = parser.parse_args()
    harness.main_of(lambda: run(arguments))
