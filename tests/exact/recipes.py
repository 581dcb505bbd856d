#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The recipes of RECIPES.md: a public-inbox that grows is fetched, updated and searched by a configuration, a hook and a
saved query, and what arrives is only the new mail, each once.

usage: recipes.py --index PROGRAM --search PROGRAM
"""
import mailbox
import os
import subprocess
import tempfile

from harness import Failure, main_of, parser_for

HOOK = '#!/bin/sh\necho "$PATCHSEEK_ADDED" >> "$HOME/told"\npatchseek --run mine --new --format mboxrd >> "$HOME/new.mbox" || [ $? -eq 1 ]\n'
FIRST_CLONE = ("git", "clone", "--quiet", "--mirror")


class World:
    def __init__(self, folder, index, search):
        self.folder = folder
        tools = os.path.join(folder, "bin")
        os.mkdir(tools)
        os.symlink(index, os.path.join(tools, "patchseek-index"))
        os.symlink(search, os.path.join(tools, "patchseek"))
        self.env = {"PATH": tools + ":" + os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8",
                    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@x.example",
                    "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@x.example"}
        self.number = 0

    def run(self, *command, **options):
        done = subprocess.run(command, capture_output=True, env=self.env, cwd=self.folder, check=False, timeout=60, **options)
        if done.returncode not in (0, 1):
            raise Failure(f"{command} ended with {done.returncode}: {done.stderr.decode()}")
        return done

    def post(self, subject):
        """A mail arrives at the list."""
        self.number += 1
        mail = (f"From: Bo <bo@x.example>\nMessage-ID: <{self.number}@x.example>\nList-Id: <list.x.example>\n"
                f"Date: Mon, 4 Mar 2024 10:{self.number:02}:00 +0000\nSubject: {subject}\n\ntext\n")
        source = os.path.join(self.folder, "server")
        with open(os.path.join(source, "m"), "w", encoding="utf-8") as file:
            file.write(mail)
        self.run("git", "-C", source, "add", "m")
        self.run("git", "-C", source, "commit", "-qm", "m")

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)

    def update(self):
        self.run("git", "-C", "inbox/git/0.git", "fetch", "--quiet")
        done = self.run("patchseek-index", "--quiet", "--update", "--wait", "600")
        if done.returncode != 0:
            raise Failure("update: " + done.stderr.decode())
        return done.stderr.decode()

    def arrived(self):
        return [mail["Message-ID"] for mail in mailbox.mbox(os.path.join(self.folder, "new.mbox"))]

    def lines(self, name):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return file.read().split()


def demand(got, wanted, what):
    if got != wanted:
        raise Failure(f"{what}: {got}, not {wanted}")


def grow(world):
    world.run("git", "init", "-q", "server")
    world.post("[PATCH] one zebra")
    world.run(*FIRST_CLONE, "server", "inbox/git/0.git")
    world.write(".config/patchseek/config", "archives = ~/inbox\n[list]\nx = list.x.example\n[saved]\nmine = subject:zebra\n")
    demand(world.update(), "", "the first update")
    demand(world.run("patchseek", "--count", "list:x").stdout, b"1\n", "searching by a name of a list")
    world.run("patchseek", "--run", "mine", "--count")
    world.run("patchseek", "--run", "mine", "--new", "--format", "ids")
    world.write(".config/patchseek/post-update", HOOK, 0o755)
    world.update()
    demand(world.lines("told"), [], "a hook where nothing is new")
    world.post("[PATCH] two zebra")
    world.post("[PATCH] three lions")
    world.post("[PATCH] four zebra")
    demand(world.update(), "", "an update with a hook")
    demand(world.lines("told"), ["3"], "what the hook is told")
    demand(sorted(world.arrived()), ["<2@x.example>", "<4@x.example>"], "what the hook mailed")
    world.update()
    world.post("[PATCH] a lion")
    demand(world.update(), "", "an update of which the saved query finds nothing")
    world.post("[PATCH] five zebra")
    world.update()
    demand(world.lines("told"), ["3", "1", "1"], "what the hook is told later")
    demand(sorted(world.arrived()), ["<2@x.example>", "<4@x.example>", "<6@x.example>"], "what the hook mailed later")


def break_hook(world):
    for text, mode, said in (("#!/bin/sh\nexit 3\n", 0o755, "ended with 3"), ("#!/bin/sh\nkill -9 $$\n", 0o755, "signal 9"),
                             ("#!/nowhere\n", 0o755, "cannot run"), ("#!/bin/sh\nexit 3\n", 0o644, "")):
        world.write(".config/patchseek/post-update", text, mode)
        world.post("[PATCH] more")
        got = world.update()
        if (said not in got) or (not said and got):
            raise Failure(f"hook {text!r}: {got!r}")
    demand(world.run("patchseek", "--count", "more").stdout, b"4\n", "updates with a bad hook")


def main():
    options = parser_for(__doc__).parse_args()
    index, search = os.path.abspath(options.index), os.path.abspath(options.search)
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder, index, search)
        grow(world)
        break_hook(world)
    print("recipes: as they should be")
    return 0


if __name__ == "__main__":
    main_of(main)
