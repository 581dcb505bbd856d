#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Keep a public-inbox repository current: new mail, removed mail, altered history; and one that is out to harm.

usage: inbox.py --index PROGRAM --search PROGRAM --dump PROGRAM [--messages N]
After each change the updated index must equal a fresh one, message by message. Exit 0 when all holds, 1 with what
differs.
"""
import os
import shutil
import stat
import subprocess
import tempfile
import time

import boxes
import harness
import inboxes
import mails


class Life:
    """An inbox, an index that is updated with it, and the truth: the living messages, each in a file of its own."""

    def __init__(self, options, folder, report, inbox, what):
        self.folder, self.report, self.inbox, self.what = folder, report, inbox, what
        self.programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"), options.dump)
        self.count = 0

    def dump_of(self, path, origins=False):
        self.count += 1
        fresh = self.programs.at(os.path.join(self.folder, f"fresh{self.count}"))
        fresh.index("--quiet", path)
        lines = fresh.dump(origins)
        shutil.rmtree(fresh.db)
        return lines

    def check(self, what, alive=None):
        """Updates, and compares with a fresh index, and that with the truth."""
        start = time.monotonic()
        self.programs.index("--quiet", *(["--update"] if os.path.exists(self.programs.db) else [self.inbox.path]))
        print(f"{self.what}, {what}: {time.monotonic() - start:.2f} s")
        self.report.same_lines(self.dump_of(self.inbox.path, True), self.programs.dump(True), f"{self.what}, {what}")
        self.report.equal("", self.programs.whole(), f"{self.what}, {what}: --check")
        truth = os.path.join(self.folder, "truth.mbox")
        boxes.write(truth, b"".join(map(boxes.mboxrd, self.inbox.alive() if alive is None else alive)))
        self.report.same_lines(self.dump_of(truth), self.programs.dump(), f"{self.what}, {what}: truth")


def check_v2(options, report, folder):
    inbox = inboxes.Inbox2(os.path.join(folder, "inbox"))
    life = Life(options, folder, report, inbox, "v2")
    raws = [mails.numbered(number) for number in range(options.messages + 100)]
    inbox.add(raws[:options.messages], 0)
    life.check(f"{options.messages} messages")
    inbox.add(raws[options.messages:options.messages + 50])
    life.check("50 more")
    inbox.remove(raws[3:options.messages:options.messages // 20][:20])
    life.check("20 removed")
    inbox.purge(raws[7])
    life.check("one purged")
    inbox.replace(raws[9], mails.numbered(9, 1))
    life.check("one edited")
    inbox.add(raws[options.messages + 50:options.messages + 70], 1)
    life.check("a second epoch")
    inbox.remove(raws[options.messages + 55:options.messages + 57])
    inbox.add([raws[3]])  # one that was removed comes back
    life.check("removed in the second, one came back")
    inbox.add([raws[20]])  # and one that is there comes again
    life.check("a message twice", list(dict.fromkeys(inbox.alive())))
    inbox.purge(raws[20])
    life.check("purged in both epochs")
    shutil.rmtree(os.path.join(inbox.path, "all.git"))
    inbox.add(raws[options.messages + 80:])
    life.check("without all.git")


def check_v1(options, report, folder):
    inbox = inboxes.Inbox1(os.path.join(folder, "inbox.git"))
    life = Life(options, folder, report, inbox, "v1")
    raws = [mails.numbered(number) for number in range(120)]
    inbox.add(raws[:100])
    life.check("100 messages", raws[:100])
    inbox.add(raws[100:])
    inbox.remove(raws[5:10])
    life.check("20 more, 5 removed", raws[:5] + raws[10:])
    inboxes.git(inbox.path, "gc", "--quiet", "--prune=now")
    life.check("packed", raws[:5] + raws[10:])
    # Somebody builds it anew, with other commits of the same content.
    shutil.rmtree(inbox.path)
    again = inboxes.Inbox1(inbox.path)
    again.add(raws[10:60])
    life.check("made anew", raws[10:60])


HOOKS = ("post-checkout", "pre-commit", "post-index-change", "reference-transaction", "fsmonitor-watchman",
         "pre-auto-gc")


def harm(repository, canary):
    """All a repository can say to make git run something. Whatever runs makes the canary."""
    script = boxes.write(os.path.join(repository, "evil.sh"), f"#!/bin/sh\necho \"$0 $*\" >>'{canary}'\ncat\n".encode())
    os.chmod(script, 0o755)
    for hook in HOOKS:
        path = os.path.join(repository, "hooks", hook)
        shutil.copy(script, boxes.write(path, b""))
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
    settings = {"core.fsmonitor": script, "core.sshCommand": script, "core.pager": script, "core.editor": script,
                "core.hooksPath": os.path.join(repository, "hooks"), "core.gitProxy": script, "core.askPass": script,
                "diff.external": script, "diff.evil.textconv": script, "diff.evil.command": script,
                "filter.evil.clean": script, "filter.evil.smudge": script, "filter.evil.process": script,
                "gpg.program": script, "log.showSignature": "true", "pager.log": script, "pager.cat-file": script,
                "alias.cat-file": f"!{script}", "alias.log": f"!{script}", "uploadpack.packObjectsHook": script,
                "remote.origin.url": f"ext::{script}", "remote.origin.uploadpack": script,
                "remote.origin.promisor": "true", "remote.origin.partialclonefilter": "blob:none",
                "core.repositoryFormatVersion": "1", "core.attributesFile": os.path.join(repository, "attributes"),
                "protocol.ext.allow": "always", "credential.helper": f"!{script}",
                "include.path": os.path.join(repository, "more.config"), "core.alternateRefsCommand": script}
    for name, value in settings.items():
        inboxes.git(repository, "config", "--file", os.path.join(repository, "config"), name, value)
    boxes.write(os.path.join(repository, "more.config"), f"[core]\n\tfsmonitor = {script}\n".encode())
    for place in ("attributes", "info/attributes"):
        boxes.write(os.path.join(repository, place), b"* filter=evil diff=evil text\n")
    alternates = os.path.join(repository, "objects/info/alternates")
    boxes.write(alternates, f"/nowhere/objects\n-{script}\n\"{script}\n{repository}/objects\n".encode())
    for ref in ("--output=" + canary.replace("/", "_"), "-x", "--upload-pack=evil"):
        boxes.write(os.path.join(repository, "refs/heads", ref), inboxes.git(repository, "rev-parse", "master"))


def run_hostile(options, path, db):
    """The index command with nothing of git's environment, and with the canary's folder as working folder."""
    programs = harness.Programs(options.index, options.search, db, options.dump)
    return programs, programs.try_index(path, timeout=60)


def check_hostile(options, report, folder):
    canary = os.path.join(folder, "canary")
    raws = [mails.numbered(number) for number in range(10)]
    two = inboxes.Inbox2(os.path.join(folder, "two"))
    two.add(raws[:5], 0)
    two.add(raws[5:], 1)
    one = inboxes.Inbox1(os.path.join(folder, "one.git"))
    one.add(raws)
    for repository in (one.path, two.epoch(0), two.epoch(1), os.path.join(two.path, "all.git")):
        if repository != os.path.join(two.path, "all.git"):
            harm(repository, canary)
    for path, what in ((one.path, "hostile v1"), (two.path, "hostile v2")):
        programs, done = run_hostile(options, path, os.path.join(folder, f"index-{what[-2:]}"))
        report.equal(0, done.returncode, f"{what}: exit, {harness.shown(done.stderr)}")
        if done.returncode == 0:
            report.equal(10, programs.count("*"), f"{what}: messages")
            report.equal(0, programs.try_index("--update").returncode, f"{what}: update")
        report.check(not os.path.exists(canary), f"{what}: something of the repository ran")
    tricks(options, report, folder, canary)
    # And it would have, had it been asked in the usual way.
    inboxes.git(one.path, "cat-file", "--textconv", "master:" + inboxes.v1_path(raws[0]).decode())
    report.check(os.path.exists(canary), "the hostile repository is harmless")


def tricks(options, report, folder, canary):
    """Repositories that are not what they seem: none may run anything, hang, crash or reach outside."""
    secret = inboxes.Inbox1(os.path.join(folder, "secret.git"))
    secret.add([mails.mail("secretword", "This belongs to somebody else.\n")])
    evil = os.path.join(folder, "tricks")
    inbox = inboxes.Inbox2(os.path.join(evil, "inbox"))
    inbox.add([mails.numbered(1)], 0)
    boxes.write(os.path.join(inbox.path, "git/1.git"), b"gitdir: ../../../secret.git\n")
    os.symlink(secret.path, os.path.join(inbox.path, "git/2.git"))
    os.mkfifo(os.path.join(inbox.path, "git/3.git"))
    os.mkdir(os.path.join(inbox.path, "git/-rf.git"))
    inboxes.make_bare(os.path.join(inbox.path, "git/4.git"))
    outside = b"ref: refs/heads/../../../../secret.git/refs/heads/master\n"
    boxes.write(os.path.join(inbox.path, "git/4.git/HEAD"), outside)
    boxes.write(os.path.join(inbox.path, "git/5.git/HEAD"), b"0" * 100_000)
    programs, done = run_hostile(options, inbox.path, os.path.join(folder, "index-tricks"))
    report.check(0 <= done.returncode < 128, f"tricks: exit {done.returncode}, {harness.shown(done.stderr)}")
    if done.returncode == 0:
        report.equal(0, programs.count("secretword"), "tricks: reached a repository outside")
        report.equal(1, programs.count("*"), "tricks: messages")
    # What the tree says is text, not a command, a path or an endless way.
    odd = os.path.join(evil, "odd.git")
    inboxes.make_bare(odd)
    blob = inboxes.git(odd, "hash-object", "-w", "--stdin", stdin=mails.numbered(2)).strip().decode()
    link = inboxes.git(odd, "hash-object", "-w", "--stdin", stdin=b"/etc/passwd").strip().decode()
    entries = f"100644 blob {blob}\tm\n120000 blob {link}\td\n160000 commit {'1' * 40}\tmodule\n"
    tree = inboxes.git(odd, "mktree", "--missing", stdin=entries.encode()).strip().decode()
    who = "A <a@example.org> 1700000000 +0000"
    commit = f"tree {tree}\nauthor {who}\ncommitter {who}\n\n--upload-pack={canary}\n"
    name = inboxes.git(odd, "hash-object", "-w", "-t", "commit", "--stdin", stdin=commit.encode()).strip().decode()
    inboxes.git(odd, "update-ref", "refs/heads/master", name)
    inboxes.git(odd, "update-ref", "refs/heads/-evil", name)
    for what, path in (("odd tree", odd), ("dash in its name", os.path.join(evil, "-evil.git")),
                       ("promised objects", os.path.join(evil, "lazy.git"))):
        if path != odd:
            shutil.copytree(odd, path)
        if what.startswith("promised"):
            # What is missing is to be fetched by a command of its choice.
            harm(path, canary)
            inboxes.git(path, "config", "--file", os.path.join(path, "config"), "extensions.partialClone", "origin")
            os.unlink(os.path.join(path, "objects", blob[:2], blob[2:]))
        programs, done = run_hostile(options, path, os.path.join(folder, f"index-{what.split()[0]}"))
        report.check(0 <= done.returncode < 128, f"{what}: exit {done.returncode}, {harness.shown(done.stderr)}")
        if done.returncode == 0:
            report.equal(0, programs.count("passwd root"), f"{what}: reached a file outside")
    report.check(not os.path.exists(canary), "tricks: something of a repository ran")


def check_damaged(options, report, folder):
    """Broken objects: what is only unreadable now is not said to be gone."""
    inbox = inboxes.Inbox1(os.path.join(folder, "broken.git"))
    raws = [mails.numbered(number) for number in range(10)]
    for raw in raws:
        inbox.add([raw])
    programs, done = run_hostile(options, inbox.path, os.path.join(folder, "index"))
    report.equal((0, 10), (done.returncode, programs.count("*")), "before the damage")
    for where, _, names in os.walk(os.path.join(inbox.path, "objects/pack")):
        for name in names:
            if name.endswith(".pack"):
                path = os.path.join(where, name)
                os.chmod(path, 0o644)
                with open(path, "r+b") as file:
                    file.seek(os.path.getsize(path) // 2)
                    file.write(b"\xff" * 40)
    done = programs.try_index("--update", timeout=60)
    said = harness.shown(done.stderr)
    report.check(0 <= done.returncode < 128, f"damaged repository: exit {done.returncode}, {said}")
    report.equal(10, programs.count("*"), "damaged repository: what was read before")
    report.equal("", programs.whole(), "damaged repository: --check")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--messages", type=int, default=500)
    options = parser.parse_args()
    harness.skip_unless(shutil.which("git") or "git", "git")
    report = harness.Report("inbox")
    for check in (check_v1, check_v2, check_hostile, check_damaged):
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(options, report, folder)
            except (harness.Failure, subprocess.TimeoutExpired) as failure:
                report.check(False, f"{check.__name__}: {failure}")
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
