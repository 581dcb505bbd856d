#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare `lit:`, `re:`, words with signs, `hunk:( )` and `in:( )` with a scan of the same mails, decoded and taken apart here.

usage: literals.py --index PROGRAM --search PROGRAM --mbox FILE... [--literals N] [--joined N] [--expressions N]
                   [--scoped N] [--typed N] [--pairs N] [--seed N] [--db DIR] [--rg]
Of each mbox the messages that are plain text are compared: what is cut from them at any byte, punctuation and half words
included, must be found in exactly those that have it. --db keeps the index. --rg runs `rg -c` over the mbox for the
same text after each search of the whole text, and tells the medians of both and of their ratio.
Exit 0 when every answer is the same set, 1 with one line per difference.
"""
import collections
import email
import email.policy
import os
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import time

import harness
import lkml

HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@ ?(.*)")
TRAILER = re.compile(r"[A-Za-z][A-Za-z-]*: ")
Mail = collections.namedtuple("Mail", "id subject body log hunks")
Hunk = collections.namedtuple("Hunk", "paths added removed context func")


def split_mbox(data):
    starts = [match.start() for match in re.finditer(rb"(?:\A|(?<=\n\n))From [^\n]*\d\n", data)]
    for begin, end in zip(starts, starts[1:] + [len(data)]):
        yield data[data.index(b"\n", begin) + 1:end]


def plain_text(mail):
    """The decoded body, or None for what is not plain text of a charset that Python knows."""
    if mail.is_multipart() or mail.get_content_type() != "text/plain":
        return None
    data = mail.get_payload(decode=True)
    try:
        text = data.decode(mail.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return None
    # A quoted "From " was quoted by the mbox; whether it is unquoted depends on the kind.
    return None if re.search(r"^>+From ", text, re.M) or "\r" in text or "\0" in text else text


def hunks_of(body):
    """The hunks of a git diff, by their counts."""
    paths, current, old, new = None, None, 0, 0
    for line in body.split("\n"):
        match = HUNK.match(line)
        if current and (old or new):
            old -= line[:1] in ("-", " ", "")
            new -= line[:1] in ("+", " ", "")
            if line[:1] == "\\":
                continue
            kind = {"+": current.added, "-": current.removed}.get(line[:1], current.context)
            kind.append(line[1:])
        elif match and paths:
            current = Hunk(paths, [], [], [], match[3])
            old, new = int(match[1] or 1), int(match[2] or 1)
            yield current
        elif line.startswith("diff --git a/"):
            # The old name and the new one.
            paths, current = line[len("diff --git a/"):].split(" b/", 1), None
        elif not line.startswith("\\"):
            current = None


def log_of(body):
    """The lines above `---`, or None where it takes more than this to tell what they are."""
    head, rule, _ = ("\n" + body).partition("\n---\n")
    lines = head.split("\n")
    odd = re.compile(r">|diff |@@|---|\+\+\+|Index:| .*\|\s+\d|From:|Subject:|Date:|\(cherry|[-*=#_A-Za-z].* wrote|-- ?$|\s+\S.*:$")
    if not rule or any(odd.match(line) for line in lines):
        return None
    while lines and not lines[-1].strip():
        lines.pop()
    blocks = [index for index, line in enumerate(lines) if not line.strip()]
    last = blocks[-1] + 1 if blocks else 0
    trailers = [bool(TRAILER.match(line)) for line in lines[last:]]
    # A lone "Finally: ..." may be prose.
    known = re.compile(r"[A-Za-z-]+-[Bb]y: |(Cc|CC|Link|Fixes|Closes|Reported|Bug): ")
    if any(trailers) and not all(known.match(line) for line in lines[last:]):
        return None
    if any(re.match(r"[A-Za-z]+-[Bb]y: |[A-Za-z-]+: ", line) for line in lines[:last]):
        return None
    return lines[:last] if any(trailers) else lines


def read(paths):
    mails = {}
    for path in paths:
        with open(path, "rb") as file:
            data = file.read()
        for raw in split_mbox(data):
            mail = email.message_from_bytes(raw, policy=email.policy.compat32)
            body = plain_text(mail)
            name = (mail["Message-ID"] or "").strip().strip("<>")
            if body is None or not name or name in mails:
                continue
            body = body.rstrip("\n") + "\n"
            mails[name] = Mail(name, lkml.decoded(lkml.first(mail, "Subject")) or "", body, log_of(body),
                               list(hunks_of(body)))
    return mails


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def cut(rng, texts):
    """8 to 30 bytes out of one of the texts."""
    for _ in range(1000):
        text = rng.choice(texts)
        size = rng.randint(8, 30)
        if len(text.encode()) < size:
            continue
        at = rng.randrange(max(1, len(text) - size + 1))
        piece = text[at:at + size]
        while len(piece.encode()) > 30:
            piece = piece[:-1]
        if piece.strip() and len(piece.encode()) >= 8:
            return piece
    raise harness.Failure("nothing to cut from")


SCOPES = {
    "added": lambda mail: [line for hunk in mail.hunks for line in hunk.added],
    "removed": lambda mail: [line for hunk in mail.hunks for line in hunk.removed],
    "subject": lambda mail: [mail.subject],
    "log": lambda mail: mail.log,
}


def expressions(rng, texts):
    """Expressions that Python and RE2 understand alike, made of words that occur."""
    made = [
        lambda a, b: rf"{a}\w*\(", lambda a, b: rf"{a}.*{b}", lambda a, b: rf"({a}|{b})\s*[=;]",
        lambda a, b: rf"^[-+]\s*{a}", lambda a, b: rf"{a}$", lambda a, b: rf"\b{a[:4]}[a-z]+_\w+\(",
        lambda a, b: rf"[^\w\s]{a[1:]}[^\w\s]", lambda a, b: rf"(?:{a}|{b}|qz{a})\W{{1,3}}\w",
        lambda a, b: rf"{a[2:]}\W+{b[:-2]}", lambda a, b: r"[;:]{2,}[^:\w\s]", lambda a, b: rf"\d{{3}}\W{a[:3]}",
        lambda a, b: rf"{a[:-1]}.?{a[-1]} ?\)", lambda a, b: r"\(\*\w+\)\([a-z]+, \w+ \*", lambda a, b: rf"{a} {b[:2]}|{b} {a[:2]}",
    ]
    while True:
        line = rng.choice(rng.choice(texts).split("\n"))
        words = re.findall(r"[A-Za-z_]{5,}", line)
        if len(words) >= 2:
            yield rng.choice(made)(*rng.sample(words, 2))


class Checker:
    def __init__(self, programs, mails, report, rg_paths=()):
        self.programs, self.mails, self.report, self.rg_paths = programs, mails, report, rg_paths
        self.times = []  # (own seconds, seconds of rg) for the same text
        self.seconds, self.slowest, self.found, self.queries = 0.0, (0.0, ""), 0, 0

    def check(self, query, want, rg=()):
        """`want`: ids; None instead of True or False for a mail that this scan cannot judge. `rg`: arguments that make
        it look for the same."""
        begin = time.monotonic()
        got = set(self.programs.ids(query)) & set(self.mails)
        spent = time.monotonic() - begin
        self.seconds += spent
        self.slowest = max(self.slowest, (spent, query))
        if rg and self.rg_paths:
            begin = time.monotonic()
            subprocess.run(["rg", "-c", "-a", *rg, *self.rg_paths], capture_output=True, check=False)
            self.times.append((spent, time.monotonic() - begin))
        unknown = {name for name, value in want.items() if value is None}
        wanted = {name for name, value in want.items() if value}
        self.found += len(wanted)
        self.queries += 1
        false, missed = got - wanted - unknown, wanted - got
        self.report.check(not false and not missed, f"{query!r}: {len(false)} false {sorted(false)[:3]}, "
                                                    f"{len(missed)} missed {sorted(missed)[:3]}")

    def summary(self, what):
        if self.queries:
            print(f"{what}: {self.queries} queries, {self.found} found, {self.seconds / self.queries * 1000:.0f} ms each, "
                  f"slowest {self.slowest[0] * 1000:.0f} ms {self.slowest[1]!r}")
        if self.times:
            own, other = (statistics.median(pair[side] for pair in self.times) * 1000 for side in (0, 1))
            ratio = statistics.median(mine / theirs for mine, theirs in self.times)
            print(f"{what}: medians {own:.0f} ms, rg {other:.0f} ms; own time is {ratio:.2f} of rg's, "
                  f"{sum(mine > 0.1 for mine, _ in self.times)} over 100 ms")
        self.times = []
        self.seconds, self.slowest, self.found, self.queries = 0.0, (0.0, ""), 0, 0


def rg_literal(piece, fold=False):
    return [*(["-U"] if "\n" in piece else []), *(["-i"] if fold else []), "-F", "-e", piece]


def test_of(expression):
    return re.compile(expression, re.M | re.A).search


def check_literals(rng, checker, count):
    texts = [mail.body for mail in checker.mails.values()]
    # Where lowering is all there is to folding, it spares the slow search.
    lowered = {mail.id: (mail.body + "\n" + mail.subject).lower() for mail in checker.mails.values()
               if (mail.body + mail.subject).isascii()}
    for number in range(count):
        piece = cut(rng, texts)
        if number % 5 == 4:
            fold, low = re.compile(re.escape(piece), re.I).search, piece.lower()
            checker.check(f"lit:{quoted(piece.swapcase())}i",
                          {mail.id: bool((not ascii_only or low in lowered[mail.id]) and
                                         (fold(mail.body) or fold(mail.subject)))
                           for mail in checker.mails.values() for ascii_only in (piece.isascii() and mail.id in lowered,)},
                          rg_literal(piece, True))
        else:
            checker.check(f"lit:{quoted(piece)}",
                          {mail.id: piece in mail.body or piece in mail.subject for mail in checker.mails.values()},
                          rg_literal(piece))
    checker.summary("literals")


def check_joined(rng, checker, count):
    """Texts that no word narrows, joined by OR: each mail is read once for all of them."""
    texts = [mail.body for mail in checker.mails.values()]
    for _ in range(count):
        pieces = [cut(rng, texts)[at:at + 2].strip() or "->" for at in range(4)]
        pieces = [piece for piece in pieces if "\n" not in piece] or ["->"]
        checker.check(" OR ".join(f"lit:{quoted(piece)}" for piece in pieces),
                      {mail.id: any(piece in mail.body or piece in mail.subject for piece in pieces)
                       for mail in checker.mails.values()})
    checker.summary("literals joined by OR")


def check_expressions(rng, checker, count):
    source = expressions(rng, [mail.body for mail in checker.mails.values()])
    for _ in range(count):
        expression = next(source)
        test = test_of(expression)
        checker.check(f"re:/{expression}/",
                      {mail.id: bool(test(mail.body) or test(mail.subject)) for mail in checker.mails.values()},
                      ["-e", expression])
    checker.summary("expressions")


def any_line(lines, test):
    return None if lines is None else any(test(line) for line in lines)


def check_scopes(rng, checker, count):
    for scope, lines_of in SCOPES.items():
        lines = {mail.id: lines_of(mail) for mail in checker.mails.values()}
        texts = [line for some in lines.values() for line in some or () if len(line.encode()) >= 8]
        for number in range(count):
            if number % 8 == 7:
                expression = next(expressions(rng, texts))
                test, query = test_of(expression), f"{scope}:re:/{expression}/"
            else:
                piece = cut(rng, texts)
                test, query = (lambda line, piece=piece: piece in line), f"{scope}:lit:{quoted(piece)}"
            checker.check(query, {name: any_line(some, test) for name, some in lines.items()})
        checker.summary(f"scope {scope}")


def typed_words(rng, lines):
    """Words with signs, as they are typed: pieces of lines without a blank or a quote, words whole."""
    while True:
        for run in re.findall(r"[!-~]+", rng.choice(lines)):
            edges = [at for at in range(len(run) + 1) if not re.fullmatch(r"\w\w", run[max(at - 1, 0):at + 1])]
            begin, end = sorted(rng.sample(edges, 2)) if len(edges) > 1 else (0, 0)
            piece = run[begin:end]
            if len(piece) < 40 and re.search(r"[A-Za-z0-9]", piece) and re.search(r"[^\w]", piece) and \
                    not re.search(r'["\\]', piece):
                yield piece


def check_typed(rng, checker, count):
    for scope, lines_of in SCOPES.items():
        lines = {mail.id: lines_of(mail) for mail in checker.mails.values()}
        source = typed_words(rng, [line for some in lines.values() for line in some or () if line.isascii()])
        for _ in range(count):
            piece = next(source)
            test = re.compile((r"(?<!\w)" if re.match(r"\w", piece) else "") + re.escape(piece) +
                              (r"(?!\w)" if re.search(r"\w$", piece) else ""), re.I).search
            checker.check(f"{scope}:{quoted(piece)}", {name: any_line(some, test) for name, some in lines.items()})
        checker.summary(f"words with signs in {scope}")


def parts(word):
    """What a word is found by: itself, and the parts of an identifier."""
    core = word.strip("_")
    out = {word, core}
    for piece in core.split("_"):
        out.add(piece)
        out.update(re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+[0-9]*", piece))
    return {part.lower() for part in out if len(part) > 1 or part == word}


def has_word(lines, wanted):
    return any(wanted in parts(word) for line in lines if wanted in line.lower()
               for word in re.findall(r"[A-Za-z0-9_]+", line))


def in_hunks(mail, holds):
    """None where not every hunk was understood: hunks without a line of git before them."""
    starts = sum(bool(HUNK.match(line)) for line in mail.body.split("\n"))
    return any(holds(hunk) for hunk in mail.hunks) if starts == len(mail.hunks) else None


def check_pairs(rng, checker, count):
    """Two things of a mail, from one hunk or from two: do they stand in one?"""
    mails = [mail for mail in checker.mails.values() if len(mail.hunks) > 1]
    long_word = re.compile(r"\b[a-z_]{4,20}\b")
    done = 0
    while done < count:
        mail = rng.choice(mails)
        one = rng.choice(mail.hunks)
        other = one if rng.random() < 0.4 else rng.choice(mail.hunks)
        left, right = long_word.findall("\n".join(one.added)), long_word.findall("\n".join(other.removed))
        if not left or not right:
            continue
        a, b = rng.choice(left), rng.choice(right)
        done += 1
        kind = done % 4
        if kind == 0:
            def holds(hunk): return has_word(hunk.added, a) and has_word(hunk.removed, b)
            query = f"hunk:(added:{a} removed:{b})"
        elif kind == 1:
            def holds(hunk): return any(a in line for line in hunk.added) and any(b in line for line in hunk.removed)
            query = f"hunk:(added:lit:{quoted(a)} removed:lit:{quoted(b)})"
        elif kind == 2:
            def holds(hunk):
                return any(a in line for line in hunk.added) and not has_word(hunk.removed + hunk.context, b)
            query = f"hunk:(added:lit:{quoted(a)} -removed:{b} -context:{b})"
        else:
            query = f"in:(file:/{other.paths[-1]} added:lit:{quoted(a)})"
            typed = harness.matcher("/" + other.paths[-1])
            checker.check(query, {one.id: in_hunks(one, lambda hunk: any(map(typed, hunk.paths)) and
                                           any(a in line for line in hunk.added))
                                  for one in checker.mails.values()})
            continue
        checker.check(query, {one.id: in_hunks(one, holds) for one in checker.mails.values()})
    checker.summary("pairs in hunks and files")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--mbox", required=True, nargs="+", metavar="FILE")
    parser.add_argument("--db", metavar="DIR")
    parser.add_argument("--literals", type=int, default=60)
    parser.add_argument("--joined", type=int, default=6)
    parser.add_argument("--expressions", type=int, default=20)
    parser.add_argument("--scoped", type=int, default=12)
    parser.add_argument("--typed", type=int, default=20)
    parser.add_argument("--pairs", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rg", action="store_true")
    options = parser.parse_args()
    report = harness.Report("literals")
    folder = tempfile.mkdtemp(prefix="literals-")
    try:
        programs = harness.Programs(options.index, options.search, options.db or os.path.join(folder, "index"))
        if not (options.db and os.path.exists(options.db)):
            programs.index(*options.mbox)
        mails = read(options.mbox)
        print(f"{len(mails)} mails, {sum(mail.log is not None for mail in mails.values())} with a plain log")
        checker = Checker(programs, mails, report, options.mbox if options.rg else ())
        rng = random.Random(options.seed)
        check_literals(rng, checker, options.literals)
        check_joined(random.Random(options.seed), checker, options.joined)
        check_expressions(rng, checker, options.expressions)
        check_scopes(rng, checker, options.scoped)
        check_typed(rng, checker, options.typed)
        check_pairs(rng, checker, options.pairs)
    finally:
        shutil.rmtree(folder)
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
