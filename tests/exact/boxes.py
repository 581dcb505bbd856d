# SPDX-License-Identifier: GPL-2.0-or-later
"""Archives of every kind, made of messages by the rules of each kind and not by the programs under test."""
import bz2
import gzip
import io
import lzma
import os
import re
import shutil
import subprocess
import tarfile

FROM_LINE = re.compile(rb"(?m)^From ")
QUOTED_FROM = re.compile(rb"(?m)^>+From ")
SEPARATOR = b"From author@example.org Mon Nov  6 10:00:00 2023\n"
GIT_SEPARATOR = b"From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n"
PATCHWORK_SEPARATOR = b"From patchwork Mon Nov  6 10:00:00 2023\n"


def split(raw):
    """Header with its blank line, and body."""
    end = re.search(rb"\r?\n(\r?\n)", raw).end()
    return raw[:end], raw[end:]


def with_length(raw):
    head, body = split(raw)
    line_end = b"\r\n" if head.endswith(b"\r\n") else b"\n"
    return head[:-len(line_end)] + b"Content-Length: %d" % len(body) + line_end * 2 + body


def quote_body(raw, pattern, by):
    head, body = split(raw)
    return head + re.sub(pattern, by, body)


def mboxo(raw):
    return SEPARATOR + quote_body(raw, rb"(?m)^From ", b">From ") + b"\n"


def mboxrd(raw):
    return SEPARATOR + quote_body(raw, rb"(?m)^(>*From )", rb">\1") + b"\n"


def mboxcl(raw):
    return SEPARATOR + with_length(quote_body(raw, rb"(?m)^From ", b">From ")) + b"\n"


def mboxcl2(raw):
    return SEPARATOR + with_length(raw) + b"\n"


def patchwork(raw):
    return PATCHWORK_SEPARATOR + raw + b"\n"


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    return path


def markdown(raws):
    """A patchwork dump: a heading, who sent it, and the message in a fence."""
    out = []
    for raw in raws:
        subject = re.sub(rb"\r?\n[ \t]+", b" ", re.search(rb"(?m)^Subject: (.*(?:\n[ \t].*)*)", raw)[1])
        out.append(b"#### %s\n##### From: %s\n\n```c\n%s```\n\n" % (
            subject.strip(), re.search(rb"(?m)^From: (.*)", raw)[1].strip(), raw))
    return b"".join(out)


def maildir(path, raws, first=0):
    """The names of files count from `first`; what has a name never changes in a maildir."""
    for folder in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(path, folder), exist_ok=True)
    for number, raw in enumerate(raws, first):
        name = f"{1700000000 + number}.M{number}P1.host"
        place = f"new/{name}" if number % 3 == 0 else f"cur/{name}:2,{('', 'S', 'RS', 'FS')[number % 4]}"
        write(os.path.join(path, place), raw)
    write(os.path.join(path, "tmp", "1700000000.half.host"), b"From: nobody@example.org\n\nhalf a deliv")
    return path


def mh(path, raws):
    for number, raw in enumerate(raws, 1):
        write(os.path.join(path, str(number)), raw)
    write(os.path.join(path, ".mh_sequences"), b"unseen: 1-3\ncur: 2\n")
    return path


def tree(path, raws):
    for number, raw in enumerate(raws):
        write(os.path.join(path, ("", "a", "a/b", "c")[number % 4], f"{number:03}.eml"), raw)
    return path


def format_patch(path, raws):
    for number, raw in enumerate(raws, 1):
        write(os.path.join(path, f"{number:04}-mend.patch"), GIT_SEPARATOR + raw + b"\n")
    return path


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, capture_output=True, check=True).stdout


COMPRESSORS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
if shutil.which("zstd"):
    COMPRESSORS["zst"] = zstd


def tar(path):
    """The bytes of a tar of a file or a folder, entries in order of their names."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.add(path, os.path.basename(path))
    return out.getvalue()
