#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is handed on from hostile mail: no byte that a terminal obeys, no record that a mail forges, no file of its naming.

usage: handed_on.py --index PROGRAM --search PROGRAM

30 payloads stand in every field of a patch of their own. Each goes through --like, --overlaps, --batch, --cursor, --save,
--saved, --run --new, --am, --out maildir: and mbox:, and is looked for in what comes out.
"""
import email
import json
import mailbox
import os
import re
import tempfile

import harness

PAYLOADS = [
    "\x1b[31mred", "\x1b]0;title\x07", "\x1b]8;;http://x.example\x1b\\link", "\x9b31m", "\u009b31m", "\r\x1b[K", "a\rb",
    "\x07bell", "\x08\x08back", "\x00nul", "\u202eright", "\u2066isolate\u2069", "\u200bzero", "\ufeffbom", "\u2028line",
    "\x0bvt", "\x0cff", "\x7fdel", "\x0eshift", "\xff\xfebytes", "..", "../../up", "/etc/x", "-rf", "$(id)", "`id`",
    "'; x", "\"quote", "{\"schema\":1}", "%s%n",
]
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def mail(number, payload):
    """A patch whose every field has the payload, as far as a mail can have it there at all."""
    raw = payload.encode("utf-8", "surrogateescape") if "\xff" not in payload else payload.encode("latin-1")
    header = raw.replace(b"\x00", b"").replace(b"\r", b" ").replace(b"\n", b" ")
    name = header.replace(b"/", b"_").replace(b" ", b"_")
    return b"\n".join([
        b"From: Jane " + header + b" <jane@x.example>",
        b"Subject: [PATCH " + name + b" 1/1] tally " + header + b" count",
        b"Message-ID: <m%d-" % number + name.replace(b"<", b"").replace(b">", b"") + b"@x.example>",
        b"Date: Mon, 01 Mar 2021 10:00:%02d +0000" % number,
        b"List-Id: <" + name + b".x.example>",
        b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: 8bit", b"",
        b"Count " + raw + b" here.", b"",
        b"From me@x.example Mon Mar  1 00:00:00 2021", b"Subject: forged", b"", b">From forged", b"",
        b"Reviewed-by: R " + raw.replace(b"\n", b" ") + b" <r@x.example>", b"---", b"",
        b"diff --git a/tally/" + name + b".c b/tally/" + name + b".c",
        b"--- a/tally/" + name + b".c", b"+++ b/tally/" + name + b".c",
        b"@@ -1,2 +1,3 @@ int count_" + name + b"(void)", b" x", b"+tally_" + raw.replace(b"\n", b" ").replace(b"\r", b" "),
        b" y", b""])


def clean(report, where, *outputs):
    for output in outputs:
        text = output.decode("utf-8", "replace")
        found = FORBIDDEN.search(text)
        report.check(found is None, f"{where}: byte {found and found.group(0)!r} in {found and text[max(0, found.start() - 40):found.end() + 20]!r}")


def check_answers(programs, report, ids, count):
    for one in ids:
        for option in ("--like", "--overlaps"):
            for form in ("text", "oneline", "jsonl", "ids"):
                done = programs.run(option, one, "--format", form)
                clean(report, f"{option} {form} {one!r}", done.stdout, done.stderr)
                lines = done.stdout.decode("utf-8", "replace").count("\n")
                if form == "oneline" and option == "--like":
                    want = programs.run(option, one, "--count").stdout.strip() or b"0"
                    report.equal(min(20, int(want)), lines, f"rows of --like {one!r}")
    wide = "".join(f"diff --git a/p/{n}.c b/p/{n}.c\n--- a/p/{n}.c\n+++ b/p/{n}.c\n@@ -1 +1 @@ f\n-a\n+tally_{n}\n"
                   for n in range(20000))
    for option in ("--like", "--overlaps"):
        report.equal(1, programs.run(option, "-", "--count", input=wide.encode()).returncode, f"{option} of many paths")
    seen, cursor = [], "start"
    while cursor:
        done = programs.run("--format", "ids", "-n", "7", "--cursor", cursor, "tally")
        clean(report, "--cursor", done.stdout, done.stderr)
        seen += done.stdout.split(b"\n")[:-1]
        found = re.search(rb"--cursor (\S+)", done.stderr)
        cursor = found and found.group(1).decode()
        for at in range(0, len(cursor or ""), 7):
            other = "A" if cursor[at] != "A" else "B"
            wrong = programs.run("-n", "7", "--cursor", cursor[:at] + other + cursor[at + 1:], "tally")
            report.equal(64, wrong.returncode, f"a cursor with another letter at {at}")
        if cursor:
            report.equal(64, programs.run("--cursor", cursor[:-5], "tally").returncode, "a cursor that was cut")
    report.equal((count, count), (len(seen), len(set(seen))), "messages of all pages")


def check_queries(programs, report):
    payloads = [one.replace("\x00", "") for one in PAYLOADS if "\xff" not in one]
    lines = "\n".join(f"{prefix}{one}".replace("\n", " ") for one in payloads for prefix in ("tally ", "--limit 1 ", "--cursor ", "--"))
    done = programs.run("--batch", "--fields", "id", input=lines.encode())
    clean(report, "--batch", done.stdout, done.stderr)
    answers = [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]
    report.equal(lines.count("\n") + 1, len(answers), "answers of a batch")
    for number, one in enumerate(payloads):
        done = programs.run("--save", f"q{number}", f'tally "{one}"')
        clean(report, f"--save {one!r}", done.stdout, done.stderr)
        done = programs.run("--save", one, "tally")
        clean(report, f"--save NAME {one!r}", done.stdout, done.stderr)
        done = programs.run("--run", f"q{number}", "--new", "--oneline")
        clean(report, f"--run {one!r}", done.stdout, done.stderr)
        done = programs.run(f"saved:{one} tally")
        clean(report, f"saved: {one!r}", done.stdout, done.stderr)
    done = programs.run("--saved")
    clean(report, "--saved", done.stdout, done.stderr)
    names = os.listdir(os.path.join(programs.env["XDG_CONFIG_HOME"], "patchseek", "queries"))
    report.equal(len(names), done.stdout.count(b"\n"), "rows of --saved")
    report.check(all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name) for name in names), f"names of queries: {names}")


def message_id(path):
    with open(path, "rb") as file:
        return str(email.message_from_bytes(file.read())["Message-ID"])


def check_mail(programs, report, folder, ids, count):
    before = set(os.listdir(folder))
    box, maildir = os.path.join(folder, "out.mbox"), os.path.join(folder, "out")
    for where in (f"mbox:{box}", f"maildir:{maildir}", f"maildir:{maildir}"):
        done = programs.run("--out", where, "tally")
        clean(report, f"--out {where}", done.stdout, done.stderr)
    report.equal(before | {"out.mbox", "out"}, set(os.listdir(folder)), "names beside what was written")
    with open(box, "rb") as file:
        text = file.read()
    report.equal(count, len(re.findall(rb"^From ", text, re.M)), "separators of the mbox")
    report.equal(count, len(mailbox.mbox(box)), "messages of the mbox")
    names = [name for part in ("cur", "new", "tmp") for name in os.listdir(os.path.join(maildir, part))]
    report.equal(count, len(names), "files of the maildir")
    report.check(all(re.fullmatch(r"[0-9]+\.[0-9a-f]{32}\.patchseek", name) for name in names), f"names: {names}")
    report.equal(count, len({message_id(os.path.join(maildir, "new", name))
                             for name in os.listdir(os.path.join(maildir, "new"))}), "messages of the maildir")
    for one in ids:
        done = programs.run("--am", one)
        clean(report, f"--am {one!r}", done.stderr)
        if done.returncode == 0:
            report.equal(1, len(re.findall(rb"^From ", done.stdout, re.M)), f"separators of --am {one!r}")


def main():
    options = harness.parser_for(__doc__).parse_args()
    report = harness.Report("handed_on")
    with tempfile.TemporaryDirectory() as folder:
        programs = harness.Programs(options.index, options.search, folder + "/index")
        programs.env.update(XDG_CONFIG_HOME=folder + "/config", XDG_STATE_HOME=folder + "/state", HOME=folder)
        os.mkdir(folder + "/mails")
        for number, payload in enumerate(PAYLOADS):
            with open(f"{folder}/mails/{number}.eml", "wb") as file:
                file.write(mail(number, payload))
        programs.try_index("--quiet", folder + "/mails")
        count = programs.count("tally")
        report.equal(len(PAYLOADS), count, "messages")
        ids = [one for one in programs.ids("tally") if one.isprintable()]
        check_answers(programs, report, ids, count)
        check_queries(programs, report)
        check_mail(programs, report, folder, ids, count)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
