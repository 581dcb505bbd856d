#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare every message of a maildir with what Python's email package and `git mailinfo` read in it.

usage: lkml.py --index PROGRAM --search PROGRAM --maildir DIR
Id, subject and sender are Python's (mailinfo takes the brackets off a subject); author and date are mailinfo's where it
finds a patch, since it knows in-body From: and Date: lines, else Python's.
Exit 0 when all agree but for what is argued below, 1 with one line per difference, 77 when DIR or git is not there.
"""
import collections
import datetime
import email
import email.errors
import email.header
import email.policy
import email.utils
import hashlib
import os
import re
import shutil
import subprocess
import tempfile

import harness

# Differences that are right: {(message id, field): why}. One that is no longer needed is itself a difference.
ARGUED = {}

FIELDS = ("subject", "from", "author", "date")


def decoded(raw):
    """A header's value as text: unfolded, RFC 2047 decoded, white space collapsed."""
    if raw is None:
        return None
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", raw)
    try:
        # Not make_header(): it puts spaces of its own between encoded words and what touches them.
        text = "".join(chunk if isinstance(chunk, str) else chunk.decode(charset or "raw-unicode-escape")
                       for chunk, charset in email.header.decode_header(unfolded))
    except (LookupError, UnicodeDecodeError, email.errors.HeaderParseError):
        text = unfolded
    return harness.collapse(text)


def first(mail, name):
    """The first header of that name, as text; bytes outside ASCII are UTF-8, or Latin-1 when they cannot be."""
    for key, value in mail.raw_items():
        if key.lower() == name.lower():
            data = value.encode("ascii", "surrogateescape")
            try:
                return data.decode("utf-8")
            except UnicodeDecodeError:
                return data.decode("latin-1")
    return None


def sender(raw):
    """(name, address): the address is found before the name is decoded, so that no encoded comma splits it."""
    name, address = harness.person(raw or "")
    return decoded(name) or "", address


def utc(raw):
    try:
        moment = email.utils.parsedate_to_datetime(raw or "")
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:  # "-0000": the time is UTC, the place unknown
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def mailinfo(path, folder):
    """{"Author", "Email", "Date"} as git am would have them, or None where git finds no patch."""
    patch = os.path.join(folder, "patch")
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    with open(path, "rb") as mail:
        done = subprocess.run(["git", "mailinfo", "--encoding=UTF-8", os.path.join(folder, "log"), patch], stdin=mail,
                              capture_output=True, env=env, cwd=folder, check=False)
    if done.returncode != 0 or not os.path.getsize(patch):
        return None
    lines = done.stdout.decode("utf-8", "replace").split("\n")
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def truth_of(path, folder):
    with open(path, "rb") as file:
        mail = email.message_from_binary_file(file, policy=email.policy.compat32)
    raw_id = first(mail, "Message-ID")
    found = {"id": raw_id.strip().strip("<>") if raw_id else None, "subject": decoded(first(mail, "Subject")),
             "from": sender(first(mail, "From")), "date": utc(first(mail, "Date"))}
    found["author"] = found["from"]
    info = mailinfo(path, folder)
    if info and "Email" in info:
        found["author"] = (info.get("Author", ""), info["Email"])
        found["date"] = utc(info.get("Date")) or found["date"]
    return found


def messages_of(maildir):
    """(number of files, one path for each message): byte-identical copies are one message, as the contract's section 8
    has it; the same id with other bytes is another message."""
    paths = sorted(os.path.join(root, name) for root, _, names in os.walk(maildir) for name in names)
    different = {}
    for path in paths:
        with open(path, "rb") as file:
            different.setdefault(hashlib.sha256(file.read()).digest(), path)
    return len(paths), list(different.values())


def same_person(want, got):
    """git mailinfo gives the address for a name it finds empty or mad: then the address alone counts."""
    return want[1] == got[1] and (want[0] == got[0] or want[0] == want[1])


def compare(report, want, got):
    for field in FIELDS:
        if field in ("from", "author"):
            given = harness.person(got.get(field))
            good = same_person(want[field], given)
        else:
            given = harness.collapse(got[field]) if field in got else None
            good = given == want[field]
        text = f"{want['id']}: {field}: want {want[field]!r}, got {given!r}"
        reason = ARGUED.get((want["id"], field))
        if reason and not good:
            report.excuse(text, reason)
        elif reason:
            report.check(False, f"{want['id']}: {field}: argued, but there is no difference")
        else:
            report.check(good, text)


def pick(group, want):
    """Of several messages with one id, the one with the same subject and date if there is one."""
    best = [one for one in group if (one.get("subject"), one.get("date")) == (want["subject"], want["date"])]
    chosen = best[0] if best else group[0]
    group.remove(chosen)
    return chosen


def run(options):
    harness.skip_unless(options.maildir, "maildir")
    if not shutil.which("git"):
        print("skipped: no git")
        return harness.EXIT_SKIPPED
    report = harness.Report("lkml")
    with tempfile.TemporaryDirectory(prefix="patchseek-lkml-") as folder:
        programs = harness.Programs(options.index, options.search, os.path.join(folder, "db"))
        programs.index(options.maildir)
        groups = collections.defaultdict(list)
        for message in programs.messages("*"):
            groups[message["id"]].append(message)
        files, paths = messages_of(options.maildir)
        print(f"lkml: {files} files, {len(paths)} different messages")
        report.equal(len(paths), sum(map(len, groups.values())), "messages")
        report.equal(len(paths), programs.count("*"), "--count *")
        for path in paths:
            want = truth_of(path, folder)
            name = os.path.basename(path)
            if want["id"] is None:
                report.check(False, f"{name}: no Message-ID, so it cannot be paired")
            elif report.check(groups[want["id"]], f"{name}: {want['id']} not found"):
                compare(report, want, pick(groups[want["id"]], want))
    return report.finish()


if __name__ == "__main__":
    parser = harness.parser_for(__doc__)
    parser.add_argument("--maildir", required=True, metavar="DIR")
    arguments = parser.parse_args()
    harness.main_of(lambda: run(arguments))
