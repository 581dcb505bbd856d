#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Series that --am writes, applied by git am, compared with the commits that they were made of.

usage: am.py --index PROGRAM --search PROGRAM [--repository DIR] [--series N]

Series of 1 to 8 commits of a history become mails, shuffled into one mbox; each is asked for by the id of one of its
messages and applied to the commit that it stands on: the trees must be those of the commits. Without a repository one is
made here. Each third series is sent twice, the second time as v2 with one part alone sent again.
"""
import email.utils
import os
import random
import re
import subprocess
import tempfile

import harness

ENV = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8",
       "GIT_AUTHOR_NAME": "Jane Doe", "GIT_AUTHOR_EMAIL": "jane@x.example",
       "GIT_COMMITTER_NAME": "Jane Doe", "GIT_COMMITTER_EMAIL": "jane@x.example"}

LOG = "--format=%an %ae %B"
START = 1700000000  # seconds since 1970; a series comes each ten minutes


def git(folder, *arguments, **options):
    return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, env=ENV, **options).stdout


def make_history(folder, commits):
    rng = random.Random(7)
    git(folder, "init", "-q", "-b", "main")
    names = ["Jörg Ståhlberg", "山田 はるか", "Jane J. Doe", "Mirela Okonjo"]
    for number in range(commits):
        path = os.path.join(folder, rng.choice(["a.c", "lib/b.h", "lib/ü.txt", "doc/long name.rst"]))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        lines = open(path, encoding="utf-8").read().split("\n") if os.path.exists(path) else []
        lines.insert(rng.randint(0, len(lines)), rng.choice(["From here on", "--- a/x", "\ttab ", "Grüße", "-- "]) + str(number))
        end = rng.choice(["\n", "\n", ""])
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write("\n".join(lines) + end)
        git(folder, "add", "-A")
        log = rng.choice(["", "\n\nWords of it.\n\nSigned-off-by: Jane Doe <jane@x.example>", "\n\nFrom here\non\n\n>From there"])
        git(folder, "commit", "-q", "--allow-empty", "-m", f"part {number}: {rng.choice(['grün', 'plain'])}" + log,
            f"--author={rng.choice(names)} <a{number}@x.example>")


def mails_of(folder, base, tip, number, version, again=None):
    """The mails of one series, as git format-patch writes them and git send-email sends them: each a second later."""
    with tempfile.TemporaryDirectory() as out:
        cover = ["--cover-letter"] if number % 2 else []
        git(folder, "format-patch", "-q", "-o", out, "--thread", f"--subject-prefix=PATCH{version}", "-n",
            "--from=Jane Doe <jane@x.example>", *cover, f"{base}..{tip}")
        mails = [open(os.path.join(out, name), "rb").read() for name in sorted(os.listdir(out))]
        # Cover letters of one second and one title would be taken for versions of one series.
        mails = [mail.replace(b".git.jane@", b".git%d.jane@" % number)
                 .replace(b"*** SUBJECT HERE ***", b"work %d" % number) for mail in mails]
        sent = START + 600 * number + (300 if version else 0)
        mails = [re.sub(rb"(?m)^Date: .*$", b"Date: " + email.utils.formatdate(sent + place).encode(), mail, count=1)
                 for place, mail in enumerate(mails)]
    return [mails[again]] if again is not None else mails


def field(mail, name):
    return next(line for line in mail.split(b"\n") if line.lower().startswith(name + b":")).split(b":", 1)[1].strip()


def check(programs, folder, series, report):
    base, tip, wanted = series
    done = programs.run("--am", wanted)
    if not report.check(done.returncode == 0, f"--am {wanted}: {harness.shown(done.stderr)}"):
        return
    reason, tree, log = applied(folder, base, done.stdout)
    report.check(not reason, f"git am of {wanted}: {harness.shown(reason)}")
    report.equal(git(folder, "rev-parse", tip + "^{tree}"), tree, wanted)
    truth = git(folder, "log", LOG, f"{base}..{tip}")
    if log != truth and log == applied(folder, base, git(folder, "format-patch", "--stdout", f"{base}..{tip}"))[2]:
        return report.excuse(f"logs of {wanted}", "git am makes the same of what git format-patch writes")
    report.equal(truth, log, f"logs of {wanted}")


def applied(folder, base, mbox):
    """What git am says that is wrong, then the tree and the logs that it makes."""
    with tempfile.TemporaryDirectory() as temp:
        tree = temp + "/w"
        git(folder, "worktree", "add", "-q", "--detach", tree, base)
        done = subprocess.run(["git", "-C", tree, "am", "-q"], input=mbox, capture_output=True, env=ENV, check=False)
        out = git(tree, "rev-parse", "HEAD^{tree}"), git(tree, "log", LOG, f"{base}..")
        git(folder, "worktree", "remove", "--force", tree)
        return (done.stderr if done.returncode else b""), *out


def make_series(folder, count):
    """Runs of commits that stand one on the other, apart from each other: one commit is one Message-ID."""
    rng, number, length, run = random.Random(11), 0, 0, []
    for line in git(folder, "rev-list", "--first-parent", "--parents", "HEAD").decode().splitlines():
        one, *parents = line.split()
        # Between the two sides of a merge nothing is a series: format-patch would write the commits of both.
        if len(parents) != 1:
            run = []
            continue
        if not run:
            length = rng.randint(1, 8)
        run.append(one)
        if len(run) == length:
            yield number, parents[0], run[0], length
            number, run = number + 1, []
        if number == count:
            return


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--repository")
    parser.add_argument("--series", type=int, default=20)
    options = parser.parse_args()
    harness.skip_unless("/usr/bin/git", "git")
    report = harness.Report("am")
    with tempfile.TemporaryDirectory() as temp:
        folder = options.repository or temp + "/history"
        if not options.repository:
            os.mkdir(folder)
            make_history(folder, 120)
        asked, mails = [], []
        for number, base, tip, length in make_series(folder, options.series):
            sent = mails_of(folder, base, tip, number, "")
            if number % 3 == 2 and length > 1:
                again = mails_of(folder, base, tip, number, " v2", again=length // 2 + number % 2)[0]
                parent = field(sent[length // 2 + number % 2], b"message-id")
                again = re.sub(rb"(?im)^(message-id: <)", rb"\1v2.", again, count=1)
                sent.append(again.replace(b"\nSubject:", b"\nIn-Reply-To: " + parent + b"\nSubject:", 1))
            mails += sent
            asked.append((base, tip, field(random.Random(number).choice(sent), b"message-id").strip(b"<>").decode()))
        random.Random(3).shuffle(mails)
        with open(temp + "/all.mbox", "wb") as file:
            for mail in mails:
                lines = mail.split(b"\n", 1)[1].split(b"\n")
                quoted = (b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines)
                file.write(b"From mboxrd@z Thu Jan  1 00:00:00 1970\n" + b"\n".join(quoted) + b"\n")
        programs = harness.Programs(options.index, options.search, temp + "/index")
        programs.index("--quiet", temp + "/all.mbox")
        for series in asked:
            check(programs, folder, series, report)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
