#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Join the commits of a made repository with made mail: each commit with the message that it came from, whatever came
first, and the same after every change of the repository.

usage: commits.py --index PROGRAM --search PROGRAM --dump PROGRAM
The truth is the table of COMMITS below. Exit 0 when all holds, 1 with what does not, 77 without git.
"""
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

import boxes
import harness
import mails

DAY = 86400
START = 1_600_000_000  # seconds since 1970 of the first commit; each is a day after the one before
ANN, BO = ("Ann Lee", "ann@x.example"), ("Bo Ek", "bo@x.example")


def lines(word, count, changed=()):
    return [f"{'other' if n in changed else 'line'} {n} of {word}" for n in range(count)]


class Change:
    """A commit that adds one file, and the mails that may have become it: (id, days before, lines, subject)."""

    def __init__(self, word, want, posted, author=ANN, **more):
        self.word, self.want, self.posted, self.author = word, want, posted, author
        self.subject = more.get("subject", f"{word}: make it")
        self.body = more.get("body", "")
        self.text = more.get("text", lines(word, 12))
        self.branch = more.get("branch")


def mail_id(name):
    return f"{name}@x.example"


def link(name):
    return f"Link: https://lists.x.example/r/{mail_id(name)}\n"


def changes():
    """In the order of the history; `want` is the mail and the way."""
    yield Change("first", None, [])
    yield Change("linked", ("linked", "link"), [("linked", 2)], body=link("linked"))
    yield Change("linkedold", ("linkedold1", "link"), [("linkedold1", 3), ("linkedold2", 2)], body=link("linkedold1"))
    yield Change("versions", ("versions2", "patch id"),
                 [("versions1", 5, lines("versions", 12, [3])), ("versions2", 4), ("versions3", -1)])
    yield Change("again", ("again2", "patch id"), [("again1", 5), ("again2", 3), ("again3", -2)])
    yield Change("renamed", ("renamed", "patch id"), [("renamed", 2, None, "a name nobody liked")])
    yield Change("altered", ("altered", "subject"), [("altered", 2, lines("altered", 12, [1, 2]))])
    yield Change("altered twice", ("twice2", "subject"),
                 [("twice1", 4, lines("twice", 12, [1])), ("twice2", 2, lines("twice", 12, [2]))], text=lines("twice", 12))
    yield Change("nearly", ("nearly", "nearest"), [("nearly", 2, lines("nearly", 30, [4, 5]), "an older name"),
                                                   ("far", 2, lines("nearly", 30, range(25)), "another thing")],
                 text=lines("nearly", 30))
    yield Change("unposted", None, [])
    yield Change("reported", None, [], body="Reported-by: Cy <cy@x.example>\n" + link("report"))
    yield Change("numbered", ("numbered", "subject"), [("numbered", 1)], subject="numbered: move it to v2")
    yield Change("foreign", ("foreign", "subject"), [("foreign", 1)], author=BO)
    yield Change("named", ("named", "link"), [("named", 1)], body=f"Message-Id: <{mail_id('named')}>\n")
    yield Change("credited", ("credited", "link"), [("credited", 1)],
                 body=link("credited") + "Reviewed-by: Cy <cy@x.example>\n")


class World:
    """The repository, and what is posted."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "project")
        self.env = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "HOME": folder, "LC_ALL": "C.UTF-8",
                    "GIT_AUTHOR_NAME": "Di Keeper", "GIT_AUTHOR_EMAIL": "di@x.example",
                    "GIT_COMMITTER_NAME": "Di Keeper", "GIT_COMMITTER_EMAIL": "di@x.example"}
        self.run("git", "-c", "init.defaultBranch=main", "init", "-q", self.path, cwd=folder)
        self.ids, self.days = {}, 0
        self.mails = {}

    def run(self, *command, cwd=None, stdin=None, **env):
        done = subprocess.run(command, cwd=cwd or self.path, input=stdin, env={**self.env, **env}, check=True,
                              capture_output=True)
        return done.stdout

    def git(self, *arguments, **options):
        return self.run("git", *arguments, **options).decode().strip()

    def commit(self, change):
        """One more day, one more commit; posts what may have become it."""
        self.days += 1
        date = START + self.days * DAY
        name = f"src/{change.word.split()[-1]}.c"
        os.makedirs(os.path.join(self.path, "src"), exist_ok=True)
        for posted in change.posted:
            self.post(change, name, date, *posted)
        boxes.write(os.path.join(self.path, name), "".join(f"{line}\n" for line in change.text).encode())
        self.git("add", name)
        self.record(f"{change.subject}\n\nWhy it is made.\n\n{change.body}", change.author, date)
        self.ids[change.word] = self.git("rev-parse", "HEAD")

    def record(self, message, author, date, *arguments):
        self.git("commit", "-q", "--allow-empty", "-F", "-", *arguments, stdin=message.encode(),
                 GIT_AUTHOR_NAME=author[0], GIT_AUTHOR_EMAIL=author[1], GIT_AUTHOR_DATE=f"{date} +0000",
                 GIT_COMMITTER_DATE=f"{date} +0000")

    def post(self, change, name, date, key, before, text=None, subject=None):
        text = text or change.text
        body = ("Why it is made.\n\nSigned-off-by: A <a@x.example>\n---\n"
                f"diff --git a/{name} b/{name}\nnew file mode 100644\nindex 0000000..1234567\n--- /dev/null\n"
                f"+++ b/{name}\n@@ -0,0 +1,{len(text)} @@\n" + "".join(f"+{line}\n" for line in text) + "-- \n2.39.2\n")
        self.mails[key] = self.mail(key, f"[PATCH] {subject or change.subject}", body, date - before * DAY,
                                    change.author)

    @staticmethod
    def mail(key, subject, body, date, author):
        return mails.mail(key, body, subject=subject, From=f"{author[0]} <{author[1]}>", Date=f"@{date}",
                          Message_ID=f"<{mail_id(key)}>").replace(
                              f"Date: @{date}".encode(), b"Date: " + stamp(date))


def stamp(date):
    import email.utils
    return email.utils.formatdate(date).encode()


class Check:
    def __init__(self, options, folder, report):
        self.folder, self.report = folder, report
        self.programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)
        self.world = World(folder)
        self.box = os.path.join(folder, "box")

    def write_box(self, path, names):
        boxes.write(path, b"".join(boxes.mboxrd(self.world.mails[name]) for name in names))

    def fresh(self, *steps):
        """An index made of these runs, one after another."""
        shutil.rmtree(self.programs.db, ignore_errors=True)
        for step in steps:
            self.programs.index("--quiet", *step)
        return self.programs.dump()

    def joins(self):
        """{subject of commit: (id of message, way)} of the index."""
        found = {}
        subjects = {}
        for line in self.programs.dump():
            if line.startswith("commit "):
                subjects[line.split()[1]] = line
        for line in self.programs.dump():
            for commit, way in re.findall(r" commit=([0-9a-f]{40}),([a-z ]+),\d+", line):
                found[commit] = (re.search(r" <([^>]*)>", line)[1], way)
        return found, subjects


def check_joins(check, wanted):
    check.fresh([check.box], ["--git", check.world.path])
    found, known = check.joins()
    check.report.equal(sorted(check.world.ids.values()), sorted(known), "commits of the index")
    for change in wanted:
        want = change.want and (mail_id(change.want[0]), change.want[1])
        check.report.equal(want, found.get(check.world.ids[change.word]), f"what became of {change.word}")
    check.report.equal("", check.programs.whole(), "--check")


def check_order(check):
    """Mail first, commits first, both at once, bit by bit: one index."""
    world, git = check.world, ["--git", check.world.path]
    want = check.fresh([check.box], git)
    check.report.same_lines(want, check.fresh(git, [check.box]), "commits first")
    check.report.same_lines(want, check.fresh([*git, check.box]), "at once")
    names = sorted(world.mails)
    part, grown = os.path.join(check.folder, "part"), os.path.join(check.folder, "grown")
    world.git("clone", "-q", "--bare", world.path, grown, cwd=check.folder)
    tips = world.git("rev-list", "--reverse", "HEAD").split()
    shutil.rmtree(check.programs.db)
    for step in range(1, 6):
        world.git("update-ref", "refs/heads/main", tips[len(tips) * step // 5 - 1], cwd=grown)
        check.write_box(part, names[:len(names) * step // 5])
        check.programs.index("--quiet", *([part, "--git", grown] if step % 2 else ["--git", grown, part]))
    grown_lines = check.programs.dump()
    check.report.same_lines(check.fresh([part], ["--git", grown]), grown_lines, "bit by bit")
    check.report.same_lines(want, grown_lines, "bit by bit, and at once")


def check_changes(check):
    """What a run makes of a changed repository is what a fresh index has."""
    world, git = check.world, ["--git", check.world.path]
    check.fresh([check.box], git)
    state = world.git("rev-parse", "HEAD")
    world.commit(Change("later", None, [], body=f"Fixes: {world.ids['linked'][:12]} (\"linked: make it\")\n"))
    world.git("tag", "v3")
    compare(check, "one new commit")
    world.git("reset", "-q", "--hard", "HEAD~3")
    world.git("tag", "-d", "v3")
    world.commit(Change("instead", None, []))
    compare(check, "a forced push")
    world.git("tag", "v2.1", "HEAD~2")
    compare(check, "a new tag")
    world.git("reset", "-q", "--hard", state)
    compare(check, "the old state again")
    check.report.equal(1, len(os.listdir(os.path.join(check.programs.data(), "commits"))), "files of commits")


def compare(check, what):
    check.programs.index("--quiet", "--update")
    db = check.programs.db
    other = check.programs.at(db + "-other")
    shutil.rmtree(other.db, ignore_errors=True)
    other.index("--quiet", "--git", check.world.path, check.box)
    check.report.same_lines(other.dump(), check.programs.dump(), what)
    check.report.equal("", check.programs.whole(), f"{what}: --check")


def check_gone(check):
    world, programs = check.world, check.programs
    without = check.fresh([check.box])
    check.report.check(not os.path.exists(os.path.join(programs.data(), "commits")), "an index without --git has commits")
    check.report.check("repositories" not in open(os.path.join(programs.db, "manifest.json"), encoding="utf-8").read(),
                       "an index without --git names repositories")
    before = check.fresh([check.box], ["--git", world.path])
    os.rename(world.path, world.path + "-away")
    done = programs.try_index("--update")
    check.report.equal(66, done.returncode, f"a repository that is gone: {harness.shown(done.stderr)}")
    check.report.check(world.path.encode() in done.stderr, f"the message names it: {harness.shown(done.stderr)}")
    check.report.same_lines(before, programs.dump(), "a repository that is gone")
    os.rename(world.path + "-away", world.path)
    check.report.check(world.path.encode() in programs.try_index("--status").stdout, "--status names it")
    programs.index("--quiet", "--remove", world.path)
    check.report.same_lines(without, programs.dump(), "a repository that was removed")
    check.report.equal([], os.listdir(os.path.join(programs.data(), "commits")), "files of a removed repository")


def check_story(check):
    """Tags, and what commits say of one another."""
    world = check.world
    check.fresh(["--git", world.path, "--ref", "main", "--ref", "stable"])
    known = check.joins()[1]
    ids = world.ids
    for word, part in [("first", "tag=v1"), ("linked", "tag=v1"), ("named", "tag=v2"), ("unposted", "tag=v2"),
                       ("fixer", f"fixes={ids['linked'][:12]}"), ("reverter", f"reverts={ids['altered']}"),
                       ("picked", f"picks={ids['foreign']}"), ("upstream", f"picks={ids['again']}"),
                       ("fixer", "Reviewed-by=Cy%20<cy@x.example>"), ("latin", "J%c3%b6rg%20%c3%85"),
                       ("latin", "gr%c3%bcn")]:
        check.report.check(part in known[ids[word]], f"{word} has {part}: {known[ids[word]][:300]}")


def check_ranges(check):
    """applied: by tags, beside what git says is in them."""
    world, programs = check.world, check.programs
    check.fresh([check.box], ["--git", world.path, "--ref", "main", "--ref", "stable"])
    joined = check.joins()[0]
    ranges = {"v1": "v1", "v2": "v2", "v1..v2": "v1..v2", "v2-again": "v2", "..v1": "v1", "v2..v1": None, "v2..v2": None,
              "v1..": "v1..main v1..stable", "v2..": "v2..main v2..stable"}
    for asked, revisions in ranges.items():
        inside = set()
        for revision in (revisions or "").split():
            inside |= set(world.git("rev-list", revision).split())
        want = sorted({joined[commit][0] for commit in inside if commit in joined})
        done = programs.run("--format", "ids", "--limit", "0", f"applied:{asked}")
        got = sorted(done.stdout.decode().split())
        check.report.equal(want, got, f"applied:{asked}: {harness.shown(done.stderr)}")
    for asked, code in [("v1..nowhere", 64), ("nowhere..v2", 64), ("a-tree", 1)]:
        check.report.equal(code, programs.run("--count", f"applied:{asked}").returncode, f"applied:{asked}")


def check_told(check):
    """--commit of every commit: the mail it came from, what it names, and what names it; the same from any abbreviation."""
    world, programs = check.world, check.programs
    check.fresh([check.box], ["--git", world.path, "--ref", "main", "--ref", "stable"])
    joined = check.joins()[0]
    for word, commit in sorted(world.ids.items()):
        told = json.loads(programs.answer("--commit", commit, "--format", "jsonl"))
        check.report.equal((commit, joined.get(commit, (None,))[0]), (told["id"], told.get("message")), f"--commit {word}")
        check.report.equal(told, json.loads(programs.answer("--commit", commit[:9].upper(), "--format", "jsonl")),
                           f"--commit {word}, abbreviated")
        check.report.check(commit.encode() in programs.answer("--commit", commit), f"--commit {word}, as text")
    for word, how, other, back in [("fixer", "fixes", "linked", "fixed by"), ("reverter", "reverts", "altered", "reverted by"),
                                   ("picked", "picks", "foreign", "picked as"), ("upstream", "picks", "again", "picked as")]:
        for one, relation, two in [(word, how, other), (other, back, word)]:
            related = json.loads(programs.answer("--commit", world.ids[one], "--format", "jsonl")).get("related", [])
            named = [r for r in related if r["how"] == relation and world.ids[two].startswith(r.get("id", "-"))]
            check.report.equal(1, len(named), f"{one} {relation} {two}: {related}")
    # A review that only the commit has is one, and is told; that of another version's part is not its own.
    told = json.loads(programs.answer("--commit", world.ids["credited"], "--format", "jsonl"))
    check.report.equal(False, told["part"]["bare"], "the commit carries a review")
    text = programs.answer("--commit", world.ids["credited"]).decode()
    check.report.check("Reviewed-by: Cy <cy@x.example>  in the commit" in text and "bare" not in text, text)
    check.report.equal(True, json.loads(programs.answer("--commit", world.ids["linked"], "--format", "jsonl"))["part"]["bare"],
                       "nobody reviewed it")


def tell_story(world):
    world.git("tag", "v1", world.ids["linked"])
    world.git("tag", "-a", "-m", "second", "v2", world.ids["named"])
    world.git("tag", "-a", "-m", "a tag of a tag", "v2-again", "v2")
    world.git("tag", "a-tree", "HEAD^{tree}")
    world.git("branch", "-f", "before", "HEAD")
    say = [("fixer", f"Fixes: {world.ids['linked'][:12]} (\"linked: make it\")\nReviewed-by: Cy <cy@x.example>\n"),
           ("reverter", f"This reverts commit {world.ids['altered']}.\n")]
    for word, body in say:
        world.commit(Change(word, None, [], body=body))
    world.git("checkout", "-q", "-b", "stable")
    for word, body in [("picked", f"(cherry picked from commit {world.ids['foreign']})\n"),
                       ("upstream", f"commit {world.ids['again']} upstream.\n")]:
        world.commit(Change(word, None, [], body=body))
    world.git("config", "i18n.commitEncoding", "ISO-8859-1")
    world.days += 1
    world.run("git", "commit", "-q", "--allow-empty", "-F", "-", stdin="gr\u00fcn: make it\n".encode("latin-1"),
              GIT_AUTHOR_NAME=b"J\xf6rg \xc5", GIT_AUTHOR_EMAIL="j@x.example",
              GIT_COMMITTER_DATE=f"{START + world.days * DAY} +0000")
    world.git("config", "--unset", "i18n.commitEncoding")
    world.ids["latin"] = world.git("rev-parse", "HEAD")
    world.git("checkout", "-q", "main")


def check_hostile(check):
    """Nothing in a repository is run, and what is damaged in it is named, and costs nothing else."""
    world, programs = check.world, check.programs
    world.git("reset", "-q", "--hard", "before")
    ran = os.path.join(check.folder, "ran")
    boxes.write(os.path.join(check.folder, "evil"), f"#!/bin/sh\ntouch {ran}\ncat\n".encode())
    os.chmod(os.path.join(check.folder, "evil"), 0o755)
    for key in ["core.fsmonitor", "diff.external", "diff.evil.textconv", "diff.evil.command", "core.pager",
                "filter.evil.smudge", "filter.evil.clean"]:
        world.git("config", key, os.path.join(check.folder, "evil"))
    boxes.write(os.path.join(world.path, ".git", "info", "attributes"), b"* diff=evil filter=evil\n")
    check_bad_commits(check)
    for key in ["core.fsmonitor", "diff.external"]:
        world.git("config", "--unset", key)
    world.git("symbolic-ref", "refs/heads/one", "refs/heads/two")
    world.git("symbolic-ref", "refs/heads/two", "refs/heads/one")
    check.fresh([check.box])
    for ref, what in [("one", "a circle of names"), ("nobody", "a name that is not there"), ("a-tree", "no commit")]:
        done = programs.try_index("--git", world.path, "--ref", ref)
        check.report.check(done.returncode in (65, 66) and ref.encode() in done.stderr,
                           f"{what}: exit {done.returncode}, {harness.shown(done.stderr)}")
    check.report.check(not os.path.exists(ran), "a program of the repository was run")


def check_bad_commits(check):
    world = check.world
    tree, tip = world.git("rev-parse", "HEAD^{tree}"), world.git("rev-parse", "HEAD")
    who = f"Ann Lee <ann@x.example> {START + 100 * DAY} +0000"
    stories = {"no author": f"tree {tree}\nparent {tip}\ncommitter {who}\n\nodd: make it\n",
               "no date": f"tree {tree}\nparent {tip}\nauthor Ann <ann@x.example>\ncommitter {who}\n\nodd: make it\n",
               "no message": f"tree {tree}\nparent {tip}\nauthor {who}\ncommitter {who}\n\n",
               "no tree": f"parent {tip}\nauthor {who}\ncommitter {who}\n\nodd: make it\n",
               "many lines": f"tree {tree}\nparent {tip}\nauthor {who}\ncommitter {who}\n\nodd\n\n" + "Fixes: 0123456789ab\n" * 300_000,
               "no UTF-8": f"tree {tree}\nparent {tip}\nauthor {who}\ncommitter {who}\n\nodd \udcff\udcc0\x1b[31m\n",
               "many parents": f"tree {tree}\n" + f"parent {tip}\n" * 5000 + f"author {who}\ncommitter {who}\n\nodd\n"}
    wanted = sorted(world.git("rev-list", "HEAD").split())
    for what, text in stories.items():
        bad = world.git("hash-object", "-t", "commit", "-w", "--literally", "--stdin",
                        stdin=text.encode("utf-8", "surrogateescape"))
        good = world.git("commit-tree", tree, "-p", bad, "-m", "on top of it")
        world.git("update-ref", "refs/heads/bad", good)
        shutil.rmtree(check.programs.db, ignore_errors=True)
        done = check.programs.try_index("--git", world.path, "--ref", "bad", check.box)
        check.report.equal(0, done.returncode, f"{what}: {harness.shown(done.stderr)}")
        if what in ("no author", "no tree"):
            check.report.check(bad.encode() in done.stderr, f"{what} is named: {harness.shown(done.stderr)}")
        known = check.joins()[1]
        check.report.equal(wanted, sorted(set(known) - {bad, good}), f"{what}: the commits below it")
        check.report.equal("", check.programs.whole(), f"{what}: --check")


def check_noted(check):
    """A run that is killed before it comes to the repository, or while it reads it, leaves it to the next --update."""
    world, programs = check.world, check.programs
    wanted = check.fresh([check.box], ["--git", world.path])
    for seconds in [0, 0.005, 0.01, 0.02, 0.04, 0.08]:
        shutil.rmtree(programs.db, ignore_errors=True)
        programs.index("--quiet", check.box)
        running = subprocess.Popen([programs.index_program, "--db", programs.db, "--quiet", "--git", world.path, check.box])
        time.sleep(seconds)
        running.send_signal(signal.SIGINT if seconds else signal.SIGKILL)
        running.wait()
        noted = world.path.encode() in programs.try_index("--status").stdout
        programs.index("--quiet", *(["--update"] if noted else ["--git", world.path]))
        check.report.same_lines(wanted, programs.dump(), f"stopped after {seconds} s, noted: {noted}")
    done = programs.try_index("--git", world.path, "--ref", "nobody")
    shutil.rmtree(programs.db, ignore_errors=True)
    programs.index("--quiet", check.box)
    done = programs.try_index("--git", world.path, "--ref", "nobody", check.box)
    check.report.check(done.returncode != 0 and world.path.encode() not in programs.try_index("--status").stdout,
                       f"a branch that is not there: exit {done.returncode}")


def check_questions(check):
    """The questions about commits that --help-query has as examples, asked of the commit `versions`."""
    world, programs = check.world, check.programs
    commit, day = world.ids["versions"], START + 200 * DAY
    said = {"review": "Looks good.\n\nReviewed-by: Cy <cy@x.example>\n",
            "fix": f"It broke.\n\nFixes: {commit[:12]} (\"versions: make it\")\nSigned-off-by: A <a@x.example>\n",
            "stable": f"commit {commit} upstream.\n\nSigned-off-by: A <a@x.example>\n"}
    subjects = {"review": "Re: [PATCH] versions: make it", "fix": "[PATCH] versions: mend it",
                "stable": "[PATCH 5.15] versions: make it"}
    for key, text in said.items():
        diff = (f"---\ndiff --git a/src/more.c b/src/more.c\nnew file mode 100644\nindex 0000000..1234567\n--- /dev/null\n"
                f"+++ b/src/more.c\n@@ -0,0 +1 @@\n+{key}\n-- \n2.39.2\n")
        if key == "review":
            raw = world.mail(key, subjects[key], text, day, ("Cy", "cy@x.example"))
            world.mails[key] = f"In-Reply-To: <{mail_id('versions2')}>\n".encode() + raw
        else:
            world.mails[key] = world.mail(key, subjects[key], text + diff, day, ANN)
    check.write_box(check.box, sorted(world.mails))
    check.fresh([check.box], ["--git", world.path])
    asked = re.findall(r"^    patchseek (.*)$", re.search(r"\nCOMMITS\n(.*?)\n\n", programs.answer("--help-query").decode(), re.S)[1], re.M)
    # What was posted after the commit it could have become is pending; tag v1 is on `linked`, v2 on `named`.
    pending = ["again3", "far", "fix", "stable", "versions3"]
    between = ["again2", "altered", "foreign", "linkedold1", "named", "nearly", "numbered", "renamed", "twice2", "versions2"]
    answers = [["versions2"], ["review", "versions1", "versions2", "versions3"],
               ["fixed by    <fix@", "came from   <versions2@", "applied  versions2@", "Reviewed-by: Cy"],
               ["Reviewed-by: Cy", "<review@"], ["fix"], ["stable"], pending, between]
    check.report.equal(len(answers), len(asked), "questions about commits in the help")
    for question, want in zip(asked, answers):
        words = shlex.split(question.replace("4f1a2b3c5d6e", commit[:12]).replace(
            "20210317142200.5120-1-mirela.okonjo@example.org", mail_id("versions2")))
        if question.startswith("--"):
            got = programs.answer(*words).decode()
            check.report.check(all(part in got for part in want), f"{question}: {got}")
        else:
            check.report.equal([mail_id(one) for one in want], sorted(programs.ids(words[0])), question)


def body():
    options = harness.parser_for(__doc__).parse_args()
    if shutil.which("git") is None:
        print("skipped: no git")
        return harness.EXIT_SKIPPED
    report = harness.Report("commits")
    with tempfile.TemporaryDirectory(prefix="patchseek-commits-") as folder:
        check = Check(options, folder, report)
        world = check.world
        wanted = list(changes())
        for change in wanted:
            world.commit(change)
        world.mails["report"] = World.mail("report", "it does not work", "Look.\n", START, BO)
        world.mails["pasted"] = World.mail("pasted", "Re: it does not work", "No.\n", START + DAY, ANN)
        check.write_box(check.box, sorted(world.mails))
        check_joins(check, wanted)
        tell_story(world)
        check_story(check)
        check_ranges(check)
        check_told(check)
        check_order(check)
        check_changes(check)
        check_gone(check)
        check_noted(check)
        check_questions(check)
        check_hostile(check)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(body)
