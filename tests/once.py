#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check that what include/patchseek/base and the schema own is not made a second time.

usage: once.py ROOT

Each rule is a pattern that a line of code must not match outside the files that own it. Each has an example, which it
must find: a rule that finds nothing proves nothing.
"""
import pathlib
import re
import sys

DEFINES = r"^(?:inline |static |constexpr |\[\[nodiscard\]\] )*[\w:<>]+[ &*]+"

# name of the rule: (pattern, files that own it, example, what to do instead)
RULES = {
    "fields by their name": (
        r'\bfind_field\("', r"^$", 'const auto* f = schema::find_field("id");',
        "name the field by its constant, as schema::field::id: a misspelt constant does not compile"),
    "digits": (
        DEFINES + r"is_(?:ascii_)?digit\(", r"^include/patchseek/base/", "bool is_digit(char c) {",
        "use is_digit() of patchseek/base/ascii.hpp"),
    "letters of the other case": (
        DEFINES + r"(?:to_lower|ascii_lower|lower|lowered|lower_case)\(",
        r"^include/patchseek/base/", "char lower(char c) {",
        "use to_lower() of patchseek/base/ascii.hpp"),
    "blanks at the ends": (
        DEFINES + r"(?:trim|trimmed|trim_left|trim_right|strip|stripped)\(", r"^include/patchseek/base/",
        "std::string_view trim(std::string_view text) {",
        "use trim() of patchseek/base/ascii.hpp"),
    "percent decoding": (
        DEFINES + r"(?:percent_decode|percent_decoded|unpercent|url_decode|url_decoded)\(",
        r"^(?:include/patchseek/base|indexer/core/base)/", "std::string percent_decoded(std::string_view text) {",
        "use percent_decoded() of patchseek/base"),
    "digests": (
        DEFINES + r"(?:sha1|sha256|sha256_hex)\(", r"^(?:include/patchseek/base|indexer/core/base)/",
        "Digest sha256(std::string_view bytes) {", "use sha256() of patchseek/base"),
    "hex digits": (
        DEFINES + r"(?:hex|hex_of|to_hex|hex_digit|hex_value|from_hex)\(",
        r"^(?:include/patchseek/base|indexer/core/base)/", "int hex(char c) {",
        "use what patchseek/base has for hexadecimal digits"),
}
# Places that are left, to be emptied: (rule, file).
LEFT = set()


def lines_of(root):
    for folder in ("include", "indexer", "searcher"):
        for path in sorted((root / folder).rglob("*.[hc]pp")):
            name = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                yield name, number, line


def main(root):
    for name, (pattern, _, example, _) in RULES.items():
        if not re.search(pattern, example):
            sys.exit(f"the rule of {name} does not find its own example")
    lines = list(lines_of(root))
    bad, left = [], set(LEFT)
    for name, (pattern, owner, _, instead) in RULES.items():
        for file, number, line in lines:
            if re.search(pattern, line) and not re.search(owner, file):
                left.discard((name, file))
                if (name, file) not in LEFT:
                    bad.append(f"{file}:{number}: {name} a second time; {instead}\n    {line.strip()}")
    bad += [f"{file} has no {name} of its own any more: take it off LEFT" for name, file in sorted(left)]
    print("\n".join(bad), end="\n" if bad else "")
    return 1 if bad else 0


sys.exit(main(pathlib.Path(sys.argv[1])))
