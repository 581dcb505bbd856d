#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare what the patch room reads in patch mail with what git itself says of the same commits.

usage: patch_model.py --dump PROGRAM --mbox FILE --repo DIR [--stat-mbox FILE] [--limit N] [--what paths,ids,...]
FILE is mail of DIR's commits as `git format-patch --stdout --pretty=mboxrd` writes it; --stat-mbox the same with
--stat=60, of which the diffs are cut away here. PROGRAM is patch_dump of the build tree.

paths     per message the set of paths, old and new, is that of `git log -M --name-status`
tails     (--stat-mbox) every path of that set is named in full, or by a tail that says it is one
ids       patch ids are those that `git log -p --binary | git patch-id --stable` prints
numstat   lines added and removed per file, and in all, are those of `git apply --numstat` reading the mail
trailers  every trailer that `git interpret-trailers --parse` finds is found; what is found beyond is listed and argued

Exit 0 when all agree but for what is argued, 1 with one line per difference, 77 when something needed is not there.
"""
import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import git_paths
import harness

WHATS = ("paths", "tails", "ids", "numstat", "trailers")
FROM_LINE = re.compile(rb"^From ([0-9a-f]{40}) Mon Sep 17 00:00:00 2001$", re.M)


def run(*command, stdin=None, good=(0,), cwd=None):
    done = subprocess.run(command, input=stdin, capture_output=True, check=False, cwd=cwd)
    if done.returncode not in good:
        raise harness.Failure(f"{' '.join(command)} ended with {done.returncode}: {harness.shown(done.stderr)}")
    return done.stdout


def mails_of(mbox):
    """[(commit, bytes of its mail without the From line, mboxrd undone)]"""
    with open(mbox, "rb") as file:
        data = file.read()
    starts = list(FROM_LINE.finditer(data))
    ends = [start.start() for start in starts[1:]] + [len(data)]
    return [(start[1].decode(), re.sub(rb"^>(>*From )", rb"\1", data[start.end() + 1:end], flags=re.M))
            for start, end in zip(starts, ends)]


DIFF_START = re.compile(rb"(\n \d+ files? changed[^\n]*\n(?: [a-z][^\n]*\n)*)\ndiff --git ")


def without_diffs(mbox, folder):
    """A copy that holds log, diffstat and summary only."""
    name = os.path.join(folder, "stat.mboxrd")
    with open(name, "wb") as out:
        for commit, mail in mails_of(mbox):
            start = DIFF_START.search(mail)
            mail = mail[:start.end(1)] + b"-- \n2.39.5\n\n" if start else mail
            out.write(b"From %s Mon Sep 17 00:00:00 2001\n" % commit.encode() + mail.replace(b"\nFrom ", b"\n>From "))
    return name


def dump_of(program, mbox):
    """{commit: what patch_dump says}"""
    out = {}
    for line in run(program, mbox).split(b"\n")[:-1]:
        one = json.loads(line.decode("utf-8", "surrogateescape"))
        out[one["from"][5:45]] = one
    return out


def names_of(one):
    return {name for file in one["files"] for name in (file["path"], file["old"]) if name}


def check_paths(report, dump, truth, where="mail"):
    for commit, one in dump.items():
        want, got = truth[commit[:git_paths.ID_DIGITS]], names_of(one)
        report.check(want == got and not any(file["partial"] for file in one["files"]),
                     f"{where}: paths of {commit}: missing {sorted(want - got)[:3]}, wrong {sorted(got - want)[:3]}")


def check_tails(report, dump, truth):
    whole = tails = 0
    for commit, one in dump.items():
        # A diffstat pads names with blanks, so one at the end of a name is not to be seen.
        files = [{**file, "path": file["path"].rstrip(" ")} for file in one["files"]]
        names = {name.rstrip(" ") for name in names_of(one)}
        want = {path.rstrip(" ") for path in truth[commit[:git_paths.ID_DIGITS]]}
        for path in want:
            by_tail = any(file["partial"] and path.endswith(file["path"]) for file in files)
            report.check(path in names or by_tail, f"{commit}: {path} is named by nothing in {files}")
            whole += path in names
            tails += path not in names and by_tail
        for file in files:
            true = any(path.endswith(file["path"]) for path in want) if file["partial"] else file["path"] in want
            report.check(true, f"{commit}: {file} is no path of it")
    print(f"tails: {whole} paths named in full, {tails} by their tail")


def check_ids(report, dump, repo, detect=("-M",)):
    """One run of git over all. Reading the mails themselves it would take log lines such as "commit <id>" for its own."""
    diffs = run("git", "-C", repo, "-c", "log.showRoot=true", "log", "--no-walk=unsorted", "--stdin", *detect, "-p",
                "--binary", "--format=%H", stdin="\n".join(dump).encode() + b"\n")
    ids = collections.defaultdict(list)
    for line in run("git", "patch-id", "--stable", stdin=diffs).decode().splitlines():
        patch_id, commit = line.split()
        ids[commit].append(patch_id)
    for commit, one in dump.items():
        report.equal(ids[commit], one["patch_ids"], f"patch id of {commit}")


def numstat_of(mail, folder):
    """{path: [adds, dels] or None for binary}, {} when git finds no patch. Change of type is two rows of one path."""
    # --numstat reads and does not apply, but the paths of a repository would be taken for its own.
    done = subprocess.run(["git", "apply", "--numstat", "-z", "--allow-empty"], input=mail, capture_output=True,
                          check=False, cwd=folder)
    if done.returncode != 0:
        return {"error": harness.shown(done.stderr)}
    rows = {}
    for row in done.stdout.split(b"\x00")[:-1]:
        adds, dels, path = row.split(b"\t", 2)
        path = path.decode("utf-8", "surrogateescape")
        if adds == b"-":
            rows[path] = None
        else:
            before = rows.get(path) or [0, 0]
            rows[path] = [before[0] + int(adds), before[1] + int(dels)]
    return rows


def check_numstat(report, dump, mails):
    with tempfile.TemporaryDirectory(prefix="patchseek-numstat-") as folder:
        for commit, mail in mails:
            want = numstat_of(mail, folder)
            # A binary file that is renamed only: no diff shows that it is one, and both say 0.
            got = {file["path"]: None if file["adds"] is None else [file["adds"], file["dels"]]
                   for file in dump[commit]["files"]}
            report.equal(want, got, f"numstat of {commit}")
            if got == want and want:
                counted = [row for row in want.values() if row]
                report.equal([sum(row[0] for row in counted), sum(row[1] for row in counted)],
                             [dump[commit]["adds"], dump[commit]["dels"]], f"lines in all of {commit}")


def logs_of(repo, commits):
    out = run("git", "-C", repo, "log", "--no-walk=unsorted", "--stdin", "-z", "--format=%H%x01%B", "--encoding=UTF-8",
              stdin="\n".join(commits).encode() + b"\n")
    return dict(record.split(b"\x01", 1) for record in out.split(b"\x00") if record)


def trailers_of(log, folder):
    """[[name, value]] as git sees them; a pasted message of an own process is what git am would give it."""
    out = run("git", "-c", "core.commentChar=;", "interpret-trailers", "--parse", stdin=log, cwd=folder)
    pairs = [line.split(":", 1) for line in out.decode("utf-8", "surrogateescape").split("\n") if ":" in line]
    return [[name.strip(), harness.collapse(value)] for name, value in pairs]


def plain(trailer):
    """For comparing: what charset the bytes are in is told by other tests."""
    return trailer[0], re.sub(r"[^ -~]+", "?", trailer[1])


def missing_reason(name, value):
    """Why a trailer of git's is none of ours, or not the same."""
    if value.startswith("//"):
        return "a URL is no trailer"
    if not value:
        return "a name without a value says nothing"
    if value.startswith(":"):
        return "a doubled colon is a slip, the value stands behind it"
    if name.lower() in ("from", "to", "date", "subject", "in-reply-to", "content-type", "base-commit"):
        return "a pasted header is no trailer"
    return None


def more_reason(log, name, value):
    """Why we take more than git; None when the log does not hold it, which is never right."""
    paragraphs = re.split(r"\n[ \t]*\n", log.rstrip())
    words = plain((name, value.split(" ")[0]))[1]
    start = re.compile(re.escape(name) + r" ?::?\s*" + re.escape(words).replace(r"\?", "[^ -~]+"), re.M)
    where = [at for at, paragraph in enumerate(paragraphs) if start.search(paragraph)]
    if not where:
        return None
    if re.search(re.escape(name) + "::", log):
        return "a doubled colon is a slip"
    return "git takes the last paragraph for prose" if where[-1] == len(paragraphs) - 1 else "in an earlier paragraph"


def check_trailers(report, dump, repo):
    table = collections.Counter()
    logs = logs_of(repo, dump)
    with tempfile.TemporaryDirectory(prefix="patchseek-trailers-") as folder:
        for commit, one in dump.items():
            log = logs[commit.encode()]
            more = [plain((name, harness.collapse(value))) for name, value in one["trailers"]]
            for trailer in trailers_of(log, folder):
                if plain(trailer) in more:
                    more.remove(plain(trailer))
                    table["both"] += 1
                    continue
                reason = missing_reason(*trailer)
                table[f"git only: {reason or 'LOST'}"] += 1
                if report.check(reason, f"{commit}: lost {trailer}; found {one['trailers']}"):
                    report.excuse(f"{commit}: git takes {trailer}", reason)
            for name, value in more:
                reason = more_reason(log.decode("utf-8", "replace"), name, value)
                table[f"ours only: {reason or 'MADE UP'}"] += 1
                if report.check(reason, f"{commit}: made up {name}: {value}"):
                    report.excuse(f"{commit}: we take {name}: {value}", reason)
    for what, number in sorted(table.items()):
        print(f"trailers: {number:6} {what}")


def main(options):
    for path in (options.mbox, options.repo, options.dump):
        harness.skip_unless(path, "file")
    if not shutil.which("git"):
        print("skipped: no git")
        return harness.EXIT_SKIPPED
    what = options.what.split(",")
    report = harness.Report("patch_model")
    mails = mails_of(options.mbox)[:options.limit]
    commits = [commit for commit, _ in mails]
    wanted = set(commits)
    dump = {commit: one for commit, one in dump_of(options.dump, options.mbox).items() if commit in wanted}
    report.equal(len(wanted), len(dump), "messages in the mbox and in the dump")
    truth = git_paths.git_truth(options.repo, commits) if {"paths", "tails"} & set(what) else {}
    if "paths" in what:
        check_paths(report, dump, truth)
    if "tails" in what and options.stat_mbox:
        with tempfile.TemporaryDirectory(prefix="patchseek-tails-") as folder:
            stats = dump_of(options.dump, without_diffs(options.stat_mbox, folder))
        check_tails(report, {commit: stats[commit] for commit in commits}, truth)
    if "ids" in what:
        check_ids(report, dump, options.repo)
    if "numstat" in what:
        check_numstat(report, dump, mails)
    if "trailers" in what:
        check_trailers(report, dump, options.repo)
    print(f"patch_model: {len(mails)} messages, {options.what}")
    return report.finish()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dump", required=True, metavar="PROGRAM", help="patch_dump of the build tree")
    parser.add_argument("--mbox", required=True, metavar="FILE")
    parser.add_argument("--stat-mbox", metavar="FILE")
    parser.add_argument("--repo", required=True, metavar="DIR")
    parser.add_argument("--limit", type=int, default=None, help="messages looked at (all)")
    parser.add_argument("--what", default=",".join(WHATS), help="of " + ",".join(WHATS))
    arguments = parser.parse_args()
    harness.main_of(lambda: main(arguments))
