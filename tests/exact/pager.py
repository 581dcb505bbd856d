#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers on a terminal through pagers that fail: whatever becomes of the pager, the answer is shown once and whole, or a
line and the exit code say that it was not.

usage: pager.py --index PROGRAM --search PROGRAM
Exit 0 when all holds, 1 with what does not.
"""
import os
import re
import signal
import tempfile
import time

import boxes
import harness
import mails

# A pager as a user may have it, what becomes of a short answer, the exit code, and of a long one: `whole`, once;
# `none` or `part` of it, as the pager has shown. A line tells of each end with another code than 0.
CASES = [
    ("cat", "whole", 0, "whole", 0),
    ("", "whole", 0, "whole", 0),
    ("cat | cat", "whole", 0, "whole", 0),
    ("no-such-pager", "whole", 0, "whole", 0),
    # It reads nothing.
    ("true", "whole", 0, "whole", 0),
    ("false", "whole", 0, "whole", 0),
    ("exit 3", "whole", 0, "whole", 0),
    ("exec <&-", "whole", 0, "whole", 0),
    ("kill -9 $$", "whole", 0, "whole", 0),
    ("kill -SEGV $$", "whole", 0, "whole", 0),
    ("kill -HUP $$", "whole", 0, "whole", 0),
    ("sleep 0.3; exit 1", "whole", 0, "whole", 0),
    ("no-such-pager | cat", "whole", 0, "whole", 0),
    ("cat /nonexistent", "whole", 0, "whole", 0),
    ("./a-folder", "whole", 0, "whole", 0),
    ("'unclosed", "whole", 0, "whole", 0),
    # It reads, and then fails.
    ("cat; exit 5", "whole", 74, "whole", 74),
    ("cat >/dev/null; exit 1", "none", 74, "none", 74),
    ("cat >/dev/full", "none", 74, "none", 74),
    ("cat >/dev/null; kill -9 $$", "none", 74, "none", 74),
    ("head -c 10 >/dev/null; kill -9 $$", "none", 74, "none", 74),
    ("head -c 10 >/dev/null; exit 2", "none", 74, "none", 74),
    # Its user has seen enough.
    ("head -c 10 >/dev/null", "none", 0, "none", 141),
    ("cat | head -n 1", "part", 0, "part", 141),
    # It goes on by itself.
    ("exec 3<&0; { sleep 0.5; cat <&3; } & exit 0", "whole", 0, "whole", 0),
]


def shown(sent, answer):
    lines = answer.decode().split("\n")
    found = sum(line in sent for line in lines if line)
    if "".join(answer.decode().split()) in "".join(sent.split()):
        return "whole" if sent.count(lines[0]) == 1 else "twice"
    return "part" if found else "none"


def check_pagers(report, programs, folder):
    env = {**programs.env, "TERM": "dumb", "HOME": folder}
    for name, arguments in {"short": ["--limit", "1", "drivers"], "long": ["--limit", "0", "drivers"]}.items():
        want = programs.run(*arguments, "--format", "text").stdout
        for pager, short, short_code, long, long_code in CASES:
            fate, code = (short, short_code) if name == "short" else (long, long_code)
            began = time.monotonic()
            sent, ended = harness.on_terminal([programs.search_program, "--db", programs.db, *arguments], 0,
                                              {**env, "PATCHSEEK_PAGER": pager})
            where = f"{name}, {pager!r}"
            report.equal((fate, code), (shown(sent, want), ended), where)
            report.check("Broken pipe" not in sent, f"{where}: {sent[-200:]!r}")
            report.check(time.monotonic() - began < 10, f"{where}: took {time.monotonic() - began:.1f} s")
            if code == 74 or (fate == "whole" and pager in ("true", "false", "exit 3", "kill -9 $$")):
                report.check(re.search(r"patchseek: the pager '.*' (ended|was ended)", sent),
                             f"{where}: nothing is said: {sent[-200:]!r}")


def check_actions(report, programs, folder):
    """Every answer that is paged is one that a pager cannot lose."""
    env = {**programs.env, "TERM": "dumb", "HOME": folder, "PATCHSEEK_PAGER": "false"}
    one = programs.ids("drivers")[0]
    for arguments in (["drivers"], ["--format", "oneline", "drivers"], ["--hits", "drivers"], ["--show", one],
                      ["--thread", one], ["--versions", one], ["--reviews", one], ["--group", "series", "drivers"],
                      ["--facet", "from", "drivers"], ["--like", one], ["--help"], ["--help-query"]):
        sent, code = harness.on_terminal([programs.search_program, "--db", programs.db, *arguments], 80, env)
        want, without = harness.on_terminal(
            [programs.search_program, "--no-pager", "--db", programs.db, *arguments], 80, env)
        where = " ".join(arguments)
        report.equal(without, code, f"{where}: exit code")
        after = sent[sent.index("\n") + 1:] if sent.startswith("patchseek: the pager") else sent
        report.equal(want, after, where)


def check_interrupt(report, programs, folder):
    """Ctrl-C is the pager's business as long as there is one; then the program ends as by that signal."""
    pager = "trap '' INT; echo ready; sleep 0.5; head -n 1 >/dev/null; echo late"
    stopped = []

    def interrupt(process, sent):
        if b"ready" in sent and not stopped:
            time.sleep(0.2)
            stopped.append(process.send_signal(signal.SIGINT))

    for limit in ("1", "0"):
        stopped.clear()
        sent, code = harness.on_terminal(
            [programs.search_program, "--db", programs.db, "--limit", limit, "drivers"], 80,
            {**programs.env, "HOME": folder, "PATCHSEEK_PAGER": pager}, interrupt)
        report.check("late" in sent, f"the pager was left behind: {sent!r}")
        report.equal(-signal.SIGINT, code, f"exit code after an interrupt, --limit {limit}")


def body():
    options = harness.parser_for(__doc__).parse_args()
    report = harness.Report("pager")
    with tempfile.TemporaryDirectory() as folder:
        programs = harness.Programs(options.index, options.search, f"{folder}/db")
        programs.env.pop("GIT_PAGER", None)
        os.makedirs(f"{folder}/a-folder")
        boxes.write(f"{folder}/list.mbox", b"".join(
            boxes.mboxrd(mails.mail(f"word{number}", mails.patch_text(f"word{number}"))) for number in range(2000)))
        programs.index(f"{folder}/list.mbox")
        os.chdir(folder)
        check_pagers(report, programs, folder)
        check_actions(report, programs, folder)
        check_interrupt(report, programs, folder)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(body)
