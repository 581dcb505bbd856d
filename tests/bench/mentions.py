# SPDX-License-Identifier: GPL-2.0-or-later
"""Queries that later authors wrote about earlier patches.

A commit message that names another commit by id says in its own words what that commit did or did not do. The sentence
around such an id, without the id, is a question whose answer is known: the mail of the commit it names.
"""
import bisect
import difflib
import hashlib
import re

START = re.compile(rb"From ([0-9a-f]{40}) Mon Sep 17 00:00:00 2001\n")
ID = re.compile(r"(?<![0-9A-Za-z_./#-])[0-9a-f]{7,40}(?![0-9A-Za-z_/-])")
DATE = re.compile(r"\b\d{4}-\d\d?-\d\d?\b|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? \w{3} \d+(?: \d{4})?\b")
TRAILER = re.compile(r"[A-Z][\w-]*-by: |(Fixes|Link|Cc|References|Reported|Helped-by): |\(cherry picked")
SENTENCE = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bcf)(?<!\bvs)(?<=[.!?:])[\"')]*\s+(?=[\"'(`]*[A-Z])")
BULLET = re.compile(r"\s*(?:[-*o]|\d+[.)])\s+\S")
WORD = re.compile(r"[0-9A-Za-z_]+")
SUBJECT_TAG = re.compile(r"^\s*\[[^]]*\]\s*")
# Words that say nothing of a change. Only for telling whether a sentence says anything at all: all of its words are asked.
EMPTY = frozenset("""a about after all also an and any are as at be because been before both but by can commit commits could did do
does done ever for from had has have he her his how however i if in into is it its just like made make makes more most my no not
now of on one only or other our out patch patches previous previously same see series she should similar similarly since so some
such than that the their them then there these they this those thus to too u under until up use was we well were what when where
which while who why will with would you your revert reverts reverted introduced introduces""".split())
LEAST = 4  # words that are not empty


class Mail:
    """One commit of the mbox: its id, subject, log and diff, all as text."""

    def __init__(self, commit, raw):
        self.commit = commit
        head, _, body = raw.partition(b"\n\n")
        body = re.sub(rb"(?m)^>(>*From )", rb"\1", body).decode("utf-8", "replace")
        head = re.sub(r"\n[ \t]+", " ", head.decode("utf-8", "replace"))
        found = re.search(r"(?im)^message-id:\s*<([^>]*)>", head)
        self.id = found.group(1) if found else ""
        found = re.search(r"(?im)^subject:\s*(.*)$", head)
        self.subject = SUBJECT_TAG.sub("", found.group(1)) if found else ""
        self.log, _, self.diff = ("\n" + body).partition("\n---\n")


def mails(path):
    """Each mail of an mbox whose separators name commits, in its order."""
    with open(path, "rb") as file:
        commit, lines = None, []
        for line in file:
            found = START.fullmatch(line) if line.startswith(b"From ") else None
            if found:
                if commit:
                    yield Mail(commit, b"".join(lines))
                commit, lines = found.group(1).decode(), []
            else:
                lines.append(line)
        if commit:
            yield Mail(commit, b"".join(lines))


def paragraphs(log):
    """Runs of prose, each as one line. Indented text is code or a quotation, trailers are nobody's words."""
    out = []
    for block in re.split(r"\n\s*\n", log):
        lines = []
        for line in block.split("\n"):
            if BULLET.match(line) and lines:
                out.append(" ".join(lines))
                lines = []
            if not TRAILER.match(line.strip()):
                lines.append(line.strip())
        if not block.lstrip("\n").startswith(("    ", "\t", ">")):
            out.append(" ".join(lines))
    return [text for text in out if text]


def brackets_end(text, begin):
    """Where the bracket that opens at `begin` closes, or None."""
    depth = 0
    for at in range(begin, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at + 1
    return None


def alike(quoted, subject):
    """Whether `quoted` is the subject, perhaps shortened or mistyped."""
    quoted, subject = (" ".join(WORD.findall(text.lower())) for text in (quoted, subject))
    if not quoted or not subject:
        return False
    return subject.startswith(quoted) or quoted in subject or subject in quoted or \
        difflib.SequenceMatcher(None, quoted, subject).ratio() > 0.6


def without_subject(text, subject):
    """Text without the words of the subject where they stand in a row, whatever signs or quotes stand between."""
    words = WORD.findall(subject)
    if len(words) < 2:
        return text
    return re.sub(r"\W+".join(map(re.escape, words)), " ", text, flags=re.I)


def own_words(text, found, subject):
    """The sentence without the id, what quotes the subject of that commit, and dates."""
    before, after = text[:found.start()], text[found.end():]
    opening = re.match(r"[,:]?\s*\(", after)
    if opening:
        end = brackets_end(after, opening.end() - 1)
        inside = after[opening.end():end - 1 if end else len(after)]
        if end is None or DATE.search(inside) or alike(inside, subject):
            after = after[end:] if end else ""
    quoted = re.match(r"[,:]?\s*([\"'`]+)(.+?)\1", after)
    if quoted and alike(quoted.group(2), subject):
        after = after[quoted.end():]
    # git describe's form, v1.7.0-12-gabcdef1, has lost its end.
    before = re.sub(r"\(?\bv?\d[\w.]*-\d+-g$", "", before)
    return DATE.sub(" ", without_subject(before + " " + after, subject))


class Query:
    """`text` asks for the mail `target`; `asker` wrote it. Both are Message-IDs."""

    def __init__(self, text, asker, target):
        self.text, self.asker, self.target = text, asker.id, target.id
        # By the commit asked for, so that no answer is both tuned for and held out.
        key = hashlib.sha256(target.commit.encode()).digest()
        self.held_out = key[0] % 2 == 1
        self.rank = hashlib.sha256((asker.commit + target.commit).encode()).digest()

    def words(self):
        return self.text.split()

    def row(self):
        return {"query": self.text, "asker": self.asker, "target": self.target, "held_out": self.held_out}


def queries(corpus):
    """At most one query for each pair of commits, of sentences that name exactly one."""
    by_id = sorted(mail.commit for mail in corpus)
    place = {mail.commit: number for number, mail in enumerate(corpus)}
    out, seen = [], set()
    for number, asker in enumerate(corpus):
        for paragraph in paragraphs(asker.log):
            for found, sentence, target in mentions(paragraph, by_id):
                other = place[target]
                if other >= number or (number, other) in seen:
                    continue
                text = own_words(sentence, found, corpus[other].subject)
                words = WORD.findall(ID.sub(" ", text).lower())
                if len({word for word in words if word not in EMPTY}) < LEAST:
                    continue
                seen.add((number, other))
                out.append(Query(" ".join(words), asker, corpus[other]))
    return sorted(out, key=lambda query: query.rank)


def mentions(paragraph, by_id):
    """(match, sentence, commit) of each sentence that names one commit."""
    # A quoted subject may look like the end of a sentence, so ids go with what follows them up to the bracket's end.
    for sentence in sentences(paragraph):
        named = [(found, full(found.group(), by_id)) for found in ID.finditer(sentence)]
        named = [(found, commit) for found, commit in named if commit]
        if len(named) == 1:
            yield named[0][0], sentence, named[0][1]


def sentences(paragraph):
    """Splits a paragraph where a sentence ends outside of brackets."""
    begin = 0
    for end in SENTENCE.finditer(paragraph):
        text = paragraph[begin:end.start()]
        if text.count("(") > text.count(")"):
            continue
        yield text
        begin = end.end()
    yield paragraph[begin:]


def full(abbreviated, by_id):
    """The one commit an abbreviation stands for, or None."""
    if not any(c.isdigit() for c in abbreviated):
        return None
    at = bisect.bisect_left(by_id, abbreviated)
    hits = [commit for commit in by_id[at:at + 2] if commit.startswith(abbreviated)]
    return hits[0] if len(hits) == 1 else None
