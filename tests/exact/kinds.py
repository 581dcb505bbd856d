#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Index the same forty messages as every kind of archive, plain and packed; each time the index must be the same.

usage: kinds.py --index PROGRAM --search PROGRAM --dump PROGRAM
What a kind cannot hold is left out of it, and said. Exit 0 when all indexes are equal, 1 with what differs.
"""
import os
import tempfile

import boxes
import harness
import inboxes
import mails


class Kinds:
    def __init__(self, programs, folder, report):
        self.programs, self.folder, self.report = programs, folder, report
        self.messages = mails.forty()
        self.wanted = {}  # names -> dump
        self.count = 0

    def path(self, name):
        self.count += 1
        return os.path.join(self.folder, f"{self.count:03}", name)

    def dump_of(self, *archive, **options):
        index = self.programs.at(self.path("index"))
        done = index.try_index("--quiet", *archive, **options)
        if done.returncode != 0:
            raise harness.Failure(f"exit {done.returncode}, {harness.shown(done.stderr, 120)}")
        return index.dump()

    def want(self, names):
        """The truth for these messages: each in a file of its own, byte by byte."""
        key = tuple(names)
        if key not in self.wanted:
            self.wanted[key] = self.dump_of(boxes.tree(self.path("tree"), self.raws(names)))
            self.report.equal(len(key), len(self.wanted[key]), "messages in the tree")
        return self.wanted[key]

    def raws(self, names):
        return [self.messages[name] for name in names]

    def without(self, kind, *left_out):
        """All names but those that a kind cannot hold, for a reason that `left_out` tells of the bytes."""
        names = [name for name, raw in self.messages.items() if not any(test(raw) for test in left_out)]
        gone = [name for name in self.messages if name not in names]
        if gone:
            print(f"{kind} cannot hold {', '.join(gone)}")
        return names

    def check(self, kind, names, *archive, **options):
        wanted = self.want(names)
        try:
            self.report.same_lines(wanted, self.dump_of(*archive, **options), kind)
        except harness.Failure as failure:
            self.report.check(False, f"{kind}: {failure}")

    def check_bytes(self, kind, names, name, data):
        """A file, the same packed, and both through a pipe."""
        self.check(kind, names, boxes.write(self.path(name), data))
        self.check(f"{kind}, stdin", names, "-", input=data)
        for suffix, compress in boxes.COMPRESSORS.items():
            packed = compress(data)
            self.check(f"{kind}, {suffix}", names, boxes.write(self.path(f"{name}.{suffix}"), packed))
        self.check(f"{kind}, gz, stdin", names, "-", input=boxes.COMPRESSORS["gz"](data))

    def check_tars(self, kind, names, path):
        data = boxes.tar(path)
        self.check(f"{kind}, tar", names, boxes.write(self.path("mail.tar"), data))
        self.check(f"{kind}, tar, stdin", names, "-", input=data)
        for suffix, compress in boxes.COMPRESSORS.items():
            self.check(f"{kind}, tar.{suffix}", names, boxes.write(self.path(f"mail.tar.{suffix}"), compress(data)))

    def check_folder(self, kind, names, path):
        self.check(kind, names, path)
        self.check_tars(kind, names, path)


def has(pattern):
    return lambda raw: pattern.search(boxes.split(raw)[1]) is not None


def is_box(raw):
    """Holds what only quoting or a length can tell from the beginning of a message."""
    return b"\nFrom author@example.org Mon Nov  6 10:00:00 2023\nSubject: " in raw


def check_mboxes(kinds):
    quoted = has(boxes.QUOTED_FROM)
    for kind, framed, left_out in [("mboxo", boxes.mboxo, [quoted]), ("mboxrd", boxes.mboxrd, []),
                                   ("mboxcl", boxes.mboxcl, [quoted]), ("mboxcl2", boxes.mboxcl2, []),
                                   ("patchwork", boxes.patchwork, [quoted, is_box])]:
        names = kinds.without(kind, *left_out)
        data = b"".join(framed(raw) for raw in kinds.raws(names))
        kinds.check_bytes(kind, names, "mail.mbox", data)
        if kind == "mboxrd":
            kinds.check_tars(kind, names, boxes.write(kinds.path("mail.mbox"), data))


def check_markdown(kinds):
    # There is no quoting, and a blank line before the end of a fence may be the dump's as well as the message's.
    names = kinds.without("patchwork Markdown", is_box, lambda raw: raw.endswith(b"\n\n"))
    data = boxes.markdown(kinds.raws(names))
    kinds.check_bytes("patchwork Markdown", names, "dump.md", data)
    kinds.check_tars("patchwork Markdown", names, boxes.write(kinds.path("dump.md"), data))


def check_folders(kinds):
    everything = list(kinds.messages)
    kinds.check_folder("tree", everything, boxes.tree(kinds.path("tree"), kinds.raws(everything)))
    kinds.check_folder("maildir", everything, boxes.maildir(kinds.path("maildir"), kinds.raws(everything)))
    kinds.check_folder("MH", everything, boxes.mh(kinds.path("mh"), kinds.raws(everything)))
    patches = list(mails.PATCH_NAMES)
    kinds.check_folder("format-patch", patches, boxes.format_patch(kinds.path("patches"), kinds.raws(patches)))
    series = b"".join(boxes.GIT_SEPARATOR + raw + b"\n" for raw in kinds.raws(patches))
    kinds.check_bytes("format-patch --stdout", patches, "series.patch", series)


def check_inboxes(kinds):
    everything = list(kinds.messages)
    raws = kinds.raws(everything)
    one = inboxes.Inbox1(kinds.path("inbox1.git"))
    one.add(raws)
    kinds.check("public-inbox v1", everything, one.path)
    two = inboxes.Inbox2(kinds.path("inbox2"))
    for epoch, first in enumerate((0, 7, 25)):
        two.add(raws[first:(7, 25, 40)[epoch]], epoch)
    kinds.check("public-inbox v2", everything, two.path)
    kinds.check("public-inbox v2, one epoch", everything[7:25], two.epoch(1))


def check_together(kinds):
    """All kinds at once hold each message once."""
    everything = list(kinds.messages)
    raws = kinds.raws(everything)
    kinds.check("five kinds at once", everything, boxes.maildir(kinds.path("maildir"), raws),
                boxes.mh(kinds.path("mh"), raws), boxes.write(kinds.path("a.mbox"), b"".join(map(boxes.mboxrd, raws))),
                boxes.write(kinds.path("b.mbox.gz"), boxes.COMPRESSORS["gz"](b"".join(map(boxes.mboxcl2, raws)))),
                boxes.tree(kinds.path("tree"), raws))


def main():
    options = harness.parser_for(__doc__).parse_args()
    report = harness.Report("kinds")
    with tempfile.TemporaryDirectory() as folder:
        kinds = Kinds(harness.Programs(options.index, options.search, folder, options.dump), folder, report)
        for step in (check_folders, check_mboxes, check_markdown, check_inboxes, check_together):
            step(kinds)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
