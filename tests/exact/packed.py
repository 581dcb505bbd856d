#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Damage compressed mail of each format in each place: what comes before the damage is kept, and the damage is named.

usage: packed.py --index PROGRAM --search PROGRAM
gzip, bzip2, xz and zstd; an mbox, a message of a maildir, a tar; cut, a byte flipped, a wrong checksum. Always 65 with
--strict, and messages that are neither lost nor damaged are found.
"""
import bz2
import gzip
import io
import lzma
import os
import random
import shutil
import subprocess
import tarfile
import tempfile

import boxes
import harness

COUNT = 60


def zstd(data):
    return subprocess.run(["zstd", "-q", "--check", "-c"], input=data, capture_output=True, check=True).stdout


# Blocks of bzip2 are lost whole: the smallest are of 100 KB.
FORMATS = {"gz": gzip.compress, "bz2": lambda data: bz2.compress(data, 1), "xz": lzma.compress, "zst": zstd}


def mail(number, lines, rng):
    body = "\n".join("".join(rng.choice("abcdefghij klmno") for _ in range(70)) for _ in range(lines))
    return (f"From: Ann <ann@x.example>\nMessage-ID: <m{number}@x.example>\nSubject: mail {number}\n"
            f"Date: Mon, 26 Oct 2020 09:00:{number % 60:02} +0000\n\nneedle{number}\n{body}\n").encode()


def tar_of(mails):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for number, one in enumerate(mails):
            member = tarfile.TarInfo(f"box/{number}.eml")
            member.size = len(one)
            tar.addfile(member, io.BytesIO(one))
    return out.getvalue()


def damages(data):
    yield "cut", data[: len(data) * 3 // 4]
    for name, at in (("flipped", len(data) * 3 // 4), ("wrong check", len(data) - 6)):
        wrong = bytearray(data)
        wrong[at] ^= 0x10
        yield name, bytes(wrong)


def run(report, programs, archive, where, least, most):
    programs = programs.at(archive + ".db")
    done = programs.try_index("--strict", archive)
    report.equal(65, done.returncode, f"{where}: exit with --strict")
    said = done.stderr.decode("utf-8", "replace")
    report.check(os.path.basename(archive) in said or "cur/2" in said, f"{where}: nothing names it: {said[:200]}")
    found = programs.count("*")
    report.check(least <= found <= most, f"{where}: {found} messages, {least} to {most} wanted")
    report.equal(0, programs.try_index("--check", "--quiet").returncode, f"{where}: --check")
    return programs


def check(report, programs, folder, ending, pack, rng):
    mails = [mail(number, 100, rng) for number in range(COUNT)]
    mbox = b"".join(b"From a@x.example Mon Oct 26 09:51:08 2020\n" + one + b"\n" for one in mails)
    for kind, whole in (("mbox", mbox), ("tar", tar_of(mails))):
        for name, data in damages(pack(whole)):
            archive = os.path.join(folder, f"{kind}-{name.replace(' ', '-')}.{kind}.{ending}")
            boxes.write(archive, data)
            run(report, programs, archive, f"{kind}.{ending} {name}", 15, COUNT)
    for name, data in damages(pack(mail(2, 5_000, rng))):
        archive = os.path.join(folder, f"maildir-{ending}-{name.replace(' ', '-')}")
        for number in (1, 3):
            boxes.write(os.path.join(archive, "cur", f"{number}.x:2,S"), mails[number])
        boxes.write(os.path.join(archive, "cur", "2.x:2,S"), data)
        known = run(report, programs, archive, f"maildir {ending} {name}", 3, 3)
        report.equal((1, 1), (known.count("is:damaged"), known.count("needle2")), f"maildir {ending} {name}: the damaged one")


def main():
    options = harness.parser_for(__doc__).parse_args()
    report = harness.Report("packed")
    if not shutil.which("zstd"):
        report.excuse("zstd", "its program is not here")
        del FORMATS["zst"]
    with tempfile.TemporaryDirectory(prefix="packed-") as folder:
        programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"))
        for ending, pack in FORMATS.items():
            check(report, programs, folder, ending, pack, random.Random(1))
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
