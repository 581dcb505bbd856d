#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The README tells the truth: each `$ command` of it, run on corpus/, prints what stands below it.

usage: readme.py --index PROGRAM --search PROGRAM --root PROJECT
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile


def examples(text):
    """(command, expected lines) for each indented `$ ` line; lines with a pipe are only for show."""
    found, current = [], None
    for line in text.splitlines():
        if line.startswith("    $ "):
            current = (line[6:], [])
            found.append(current)
        elif line.startswith("    ") and current:
            current[1].append(line[4:])
        else:
            current = None
    return [example for example in found if "|" not in example[0]]


def normal(text):
    return re.sub(r" in [0-9.]+ s$", " in T s", text, flags=re.M)


parser = argparse.ArgumentParser()
for name in ("index", "search", "root"):
    parser.add_argument("--" + name, required=True)
options = parser.parse_args()

with open(os.path.join(options.root, "README.md"), encoding="utf-8") as readme:
    todo = examples(readme.read())
differences = 0
with tempfile.TemporaryDirectory() as folder:
    bin_folder = os.path.join(folder, "bin")
    os.mkdir(bin_folder)
    os.symlink(os.path.abspath(options.index), os.path.join(bin_folder, "patchseek-index"))
    os.symlink(os.path.abspath(options.search), os.path.join(bin_folder, "patchseek"))
    index = os.path.join(folder, "demo")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment.update(PATH=bin_folder + ":" + os.environ["PATH"], PATCHSEEK_DB=index, HOME=folder)
    for command, expected in todo:
        done = subprocess.run(["bash", "-c", command.replace("/tmp/demo", index)], cwd=options.root, env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        got = normal(done.stdout).splitlines()
        if got != normal("\n".join(expected)).splitlines():
            differences += 1
            print("DIFFERENT $ " + command, *["  README  " + line for line in expected],
                  *["  program " + line for line in got], sep="\n")
print(f"readme: {len(todo)} examples, {differences} differences")
sys.exit(1 if differences or len(todo) < 5 else 0)
