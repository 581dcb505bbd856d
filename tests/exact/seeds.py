#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare what the programs say about the five patchwork dumps with the truth written by hand, message by message.

usage: seeds.py --index PROGRAM --search PROGRAM --seeds DIR --truth FILE
Exit 0 when everything agrees, 1 with one line per difference, 77 when DIR is not there.
"""
import collections
import json
import os
import tempfile

import harness

# The whole answers of which the numbers are known beforehand; the sets come from the truth.
ANSWERS = {
    "arch/x86/kvm/svm.c": 3, "/arch/arm64/kvm/": 7, "kvm_host.h": 4, "/include/uapi/": 2, "*.S": 2,
    "/virt/kvm/arm/": 3, "/Documentation/": 5, "hyperv_cpuid.c": 1, "/mm/frame_vector.c": 1,
    "/drivers/media/common/videobuf2/frame_vector.c": 1, "/hw/s390x/s390-pci-bus.h": 1,
    "/include/hw/s390x/s390-pci-bus.h": 1,
}
# More shapes of section 6, answered by the truth alone.
MORE = ["svm.c", "kvm/", "/kvm/", "kvm/svm.c", "Kconfig", "kconfig", "KCONFIG", "/arch/**/*.S", "*.s", "tlb.?", "/mm/",
        "mm/", "x86_64/hyperv_cpuid.c", "/tools/testing/selftests/kvm/x86_64/hyperv_cpuid.c", "include/**/*.h",
        "s390-pci-inst.h", "/include/hw/s390x/s390-pci-inst.h", "/drivers/media/**", "nowhere.c", "/arch/*/kvm/",
        "videobuf2/"]
SAME = [("/mm/frame_vector.c", "/drivers/media/common/videobuf2/frame_vector.c"),
        ("/hw/s390x/s390-pci-bus.h", "/include/hw/s390x/s390-pci-bus.h")]
TOTALS = {"*": 29, "date:..": 17, "NOT date:..": 12, "is:cover": 9, "is:pull": 5}


def label(truth):
    return f"{truth['file'][:3]} {truth['subject'][:60]}"


def pair_up(report, truth, messages):
    """[(truth, message)]: by id where the mail has one, else by subject; what is left over is a difference."""
    by_id = {message["id"]: message for message in messages}
    by_subject = collections.defaultdict(list)
    with_id = {one["id"] for one in truth if "id" in one}
    for message in messages:
        if message["id"] not in with_id:
            by_subject[harness.collapse(message.get("subject", ""))].append(message)
    report.equal(len(messages), len(by_id), "messages and different ids")
    pairs = []
    for one in truth:
        if "id" in one:
            message = by_id.get(one["id"])
        else:
            message = by_subject[one["subject"]].pop() if by_subject[one["subject"]] else None
        if report.check(message is not None, f"{label(one)}: not found"):
            pairs.append((one, message))
    for left in (message for group in by_subject.values() for message in group):
        report.check(False, f"a message nobody wrote: {left.get('subject')!r} {left['id']}")
    return pairs


def compare_files(report, where, want, got):
    def simple(one):
        op = one.get("op")
        return (one["path"], one.get("old"), None if op == "modify" else op, bool(one.get("partial")))
    wanted, given = {simple(one) for one in want}, {simple(one) for one in got}
    report.equal(len(got), len(given), f"{where}: files listed and different")
    for one in sorted(wanted - given, key=str):
        report.check(False, f"{where}: missing file {one}")
    for one in sorted(given - wanted, key=str):
        report.check(False, f"{where}: unwanted file {one}")


def compare(report, want, got):
    where = label(want)
    report.equal(want["subject"], harness.collapse(got.get("subject", "")), f"{where}: subject")
    for key in ("kind", "version", "part", "total", "date"):
        report.equal(want[key], got.get(key), f"{where}: {key}")
    report.check(all(value is not None and value != "" for value in got.values()),
                 f"{where}: null or empty value: {got}")
    report.equal(want["tags"], got.get("tags", []), f"{where}: tags")
    for key in ("author", "from"):
        report.equal(harness.person(want[key]), harness.person(got.get(key)), f"{where}: {key}")
    compare_files(report, where, want["files"], got.get("files", []))


def check_answers(report, programs, pairs):
    """Whole answers of `file:` queries against the truth's own files."""
    for typed in [*ANSWERS, *MORE]:
        want = {message["id"] for truth, message in pairs if harness.touches(truth, typed)}
        if typed in ANSWERS:
            report.equal(ANSWERS[typed], len(want), f"the truth itself, file:{typed}")
        given = programs.ids(f"file:{typed}")
        report.equal(sorted(want), sorted(given), f"file:{typed}")
        report.equal(len(want), programs.count(f"file:{typed}"), f"--count file:{typed}")
    for one, other in SAME:
        report.equal(programs.ids(f"file:{one}"), programs.ids(f"file:{other}"), f"file:{one} and file:{other}")


def check_show(report, programs, folder, pairs):
    """--show gives every message, and --raw the very bytes that stand in the file."""
    for want, message in pairs:
        with open(os.path.join(folder, want["file"]), "rb") as file:
            archive = file.read()
        shown, raw = programs.run("--show", message["id"]), programs.run("--show", message["id"], "--raw")
        report.check(shown.returncode == 0 and shown.stdout, f"{label(want)}: --show ended with {shown.returncode}")
        report.check(raw.returncode == 0 and raw.stdout.strip() and raw.stdout.rstrip(b"\n") in archive,
                     f"{label(want)}: --raw (exit {raw.returncode}) is not in the archive: "
                     f"{harness.shown(raw.stdout, 80)}")


def run(options):
    harness.skip_unless(options.seeds, "seeds")
    with open(options.truth, encoding="utf-8") as file:
        truth = json.load(file)
    report = harness.Report("seeds")
    with tempfile.TemporaryDirectory(prefix="patchseek-seeds-") as folder:
        programs = harness.Programs(options.index, options.search, os.path.join(folder, "db"))
        programs.index(options.seeds)
        messages = programs.messages("*")
        pairs = pair_up(report, truth, messages)
        for want, got in pairs:
            compare(report, want, got)
        for query, number in TOTALS.items():
            report.equal(number, programs.count(query), f"--count {query}")
        for kind in ("cover", "pull", "patch"):
            want = {message["id"] for one, message in pairs if one["kind"] == kind}
            report.equal(sorted(want), sorted(programs.ids(f"is:{kind}")), f"is:{kind}")
        check_answers(report, programs, pairs)
        check_show(report, programs, options.seeds, pairs)
        again = harness.Programs(options.index, options.search, os.path.join(folder, "db2"))
        again.index(options.seeds)
        report.check(again.messages("*") == messages, "a second index of the same seeds answers differently")
    return report.finish()


if __name__ == "__main__":
    parser = harness.parser_for(__doc__)
    parser.add_argument("--seeds", required=True, metavar="DIR")
    parser.add_argument("--truth", required=True, metavar="FILE")
    arguments = parser.parse_args()
    harness.main_of(lambda: run(arguments))
