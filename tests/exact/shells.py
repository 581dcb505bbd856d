#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is made for the system around the programs: man pages without a warning, and completions in each shell that is
there, in an index whose mail was sent by somebody who would like a shell to run something.

usage: shells.py --index PROGRAM --search PROGRAM
"""
import os
import shutil
import subprocess
import sys
import tempfile

from harness import Programs, main_of, parser_for

HOSTILE = ["$(touch pwned)", "`touch pwned`", "x;touch pwned", "x|touch pwned", "x&touch pwned", "'; touch pwned; '",
           '"; touch pwned; "', "${IFS}touch", "x\x1b[31mred", "~root", "<(touch pwned)", "*", "!!"]
PAGES = [("patchseek", "man"), ("patchseek", "man-query"), ("patchseek", "man-config"), ("patchseek", "man-json"),
         ("patchseek-index", "man")]
HARMLESS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./@:+=,-(")


def mail(number, name, path):
    return (f"From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: \"{name}\" <a{number}@x.example>\n"
            f"Message-ID: <{number}@x.example>\nDate: Mon, 4 Mar 2024 10:{number:02}:00 +0000\n"
            f"List-Id: <list{number}.{name}.example>\nSubject: [PATCH {name}] change\n\n"
            f"Reviewed-by: {name} <b@x.example>\n---\n\ndiff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
            "@@ -1 +1 @@\n-a\n+b\n\n").encode()


class Check:
    def __init__(self):
        self.bad = 0

    def that(self, good, what):
        if not good:
            self.bad += 1
            print("WRONG " + what)


def check_pages(check, programs):
    for program, what in PAGES:
        command = programs.search_program if program == "patchseek" else programs.index_program
        page = subprocess.run([command, "--generate", what], capture_output=True, check=True).stdout
        again = subprocess.run([command, "--generate", what], capture_output=True, check=True).stdout
        check.that(page == again and page.startswith(b".TH "), f"{program} {what} is no page, or not twice the same")
        if shutil.which("mandoc"):
            lint = subprocess.run(["mandoc", "-Tlint", "-Wstyle"], input=page, capture_output=True, check=False).stdout
            check.that(lint == b"", f"mandoc of {program} {what}: {lint.decode()[:300]}")
        if shutil.which("groff"):
            groff = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-K", "utf8"], input=page, capture_output=True,
                                   check=False)
            check.that(groff.stderr == b"" and len(groff.stdout) > 1000, f"groff of {program} {what}: "
                       + groff.stderr.decode()[:300])


def offered(programs, word):
    return programs.run("--complete", word).stdout.decode().split("\n")[:-1]


def check_words(check, programs):
    for word, wanted in (("is:unan", ["is:unanswered"]), ("op:ren", ["op:rename"]), ("-is:cov", ["-is:cover"]),
                         ("file:good/ol", ["file:good/old.c"]), ("file:/goo", ["file:/good/"]), ("subj", ["subject:"]),
                         ("from:zel", ["from:zelda"]), ("nothing:x", []), ("tag:go", ["tag:good"])):
        check.that(offered(programs, word) == wanted, f"{word} offers {offered(programs, word)}")
    for field in ("file:", "from:", "author:", "reviewed:", "list:", "tag:", "to:", "saved:", ""):
        for begin in ("", "x", "$", "`", "touch", "a", "/"):
            for word in offered(programs, field + begin):
                check.that(set(word) <= HARMLESS, f"{field}{begin} offers {word!r}")
    nowhere = programs.at("/nowhere/at/all")
    check.that(offered(nowhere, "is:unan") == ["is:unanswered"] and nowhere.run("--complete", "from:a").stderr == b"",
               "without an index something is said")


def in_bash(programs, script, line, words):
    """What bash would offer where the cursor stands behind `line`, of which it has made `words`."""
    text = ("source \"$1\"; shift; COMP_LINE=$1; COMP_POINT=${#1}; shift; COMP_WORDS=(\"$@\"); "
            "COMP_CWORD=$(($#-1)); compopt() { :; }; _patchseek; printf '%s\\n' \"${COMPREPLY[@]}\"")
    done = subprocess.run(["bash", "-c", text, "bash", script, line, *words], capture_output=True, check=False,
                          env={**programs.env, "PATCHSEEK_DB": programs.db, "PATCHSEEK_CONFIG": ""})
    check_text = done.stdout.decode()
    return [one for one in check_text.split("\n") if one] if not done.stderr else [done.stderr.decode()]


def check_bash(check, programs, folder):
    script = os.path.join(folder, "patchseek.bash")
    for line, words, wanted in (
            ("patchseek --form", ["patchseek", "--form"], ["--format"]),
            ("patchseek --format one", ["patchseek", "--format", "one"], ["oneline"]),
            ("patchseek --sort -da", ["patchseek", "--sort", "-da"], ["-date"]),
            ("patchseek --facet auth", ["patchseek", "--facet", "auth"], ["author"]),
            ("patchseek --fields subj", ["patchseek", "--fields", "subj"], ["subject"]),
            ("patchseek -subj", ["patchseek", "-subj"], ["-subject:"]),
            ("patchseek is:unan", ["patchseek", "is", ":", "unan"], ["unanswered"]),
            ("patchseek 'is:unan", ["patchseek", "'is:unan"], ["is:unanswered"]),
            ("patchseek 'a b is:unan", ["patchseek", "'a b is:unan"], ["a b is:unanswered"]),
            ("patchseek subj", ["patchseek", "subj"], ["subject:"]),
            ("patchseek from:zel", ["patchseek", "from", ":", "zel"], ["zelda"])):
        got = in_bash(programs, script, line, words)
        check.that(got == wanted, f"bash offers {got} behind {line!r}")
    for word in ("$(touch pwned)", "`touch pwned`", "file:$(touch pwned)", "x;touch pwned;"):
        in_bash(programs, script, "patchseek " + word, ["patchseek", word])


def check_shells(check, programs, folder):
    for program, command in (("patchseek", programs.search_program), ("patchseek-index", programs.index_program)):
        for shell in ("bash", "zsh", "fish"):
            script = subprocess.run([command, "--generate", shell], capture_output=True, check=True).stdout
            with open(os.path.join(folder, f"{program}.{shell}"), "wb") as file:
                file.write(script)
            if shutil.which(shell):
                done = subprocess.run([shell, "-n", file.name], capture_output=True, check=False)
                check.that(done.returncode == 0, f"{shell} cannot read the script of {program}: {done.stderr.decode()}")
            check.that(b"eval" not in script and b"compgen -W" not in script, f"{shell} would expand what it is given")
    os.symlink(programs.search_program, os.path.join(folder, "patchseek"))
    programs.env["PATH"] = folder + ":" + programs.env["PATH"]
    check_bash(check, programs, folder)
    if shutil.which("fish"):
        text = "source $argv[1]; complete -C 'patchseek from:zel'"
        done = subprocess.run(["fish", "--no-config", "-c", text, os.path.join(folder, "patchseek.fish")],
                              capture_output=True, check=False, env={**programs.env, "PATCHSEEK_DB": programs.db})
        check.that(done.stdout.split(b"\n")[0].split(b"\t")[0] == b"from:zelda", f"fish offers {done.stdout[:200]}")


def main():
    options = parser_for(__doc__).parse_args()
    index, search = os.path.abspath(options.index), os.path.abspath(options.search)
    check = Check()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("mail.mbox", "wb") as box:
            box.write(mail(0, "zelda", "good/old.c").replace(b"[PATCH zelda]", b"[PATCH good]"))
            for number, name in enumerate(HOSTILE, 1):
                box.write(mail(number, name.replace('"', ""), "dir/" + name + "/f.c"))
        programs = Programs(index, search, os.path.join(folder, "index"))
        programs.env["HOME"] = folder
        programs.index("mail.mbox")
        check_pages(check, programs)
        check_words(check, programs)
        check_shells(check, programs, folder)
        check.that(not os.path.exists("pwned"), "a name in mail was run")
    print(f"shells: {check.bad} wrong")
    return 1 if check.bad else 0


if __name__ == "__main__":
    main_of(main)
