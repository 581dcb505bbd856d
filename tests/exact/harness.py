# SPDX-License-Identifier: GPL-2.0-or-later
"""What the exactness checks share: running the two programs, a report of differences, and the truth about paths.

Nothing here is taken from the programs under test: the path matcher is written from the contract alone, with Python's
regular expressions, so that both sides would have to be wrong in the same way to agree.
"""
import argparse
import concurrent.futures
import email.utils
import errno
import fcntl
import json
import os
import pty
import shutil
import re
import struct
import subprocess
import stat
import sys
import termios
import threading

EXIT_SKIPPED = 77  # CTest: SKIP_RETURN_CODE 77
SECONDS = 600


class Failure(Exception):
    """A program that did not do what it was asked: no comparison makes sense any more."""


class Report:
    """Prints differences as they are found, one line each, and knows the exit code."""

    def __init__(self, name):
        self.name = name
        self.differences = 0
        self.argued = 0
        self.checks = 0
        self.lock = threading.Lock()

    def check(self, good, text):
        with self.lock:
            self.checks += 1
            if not good:
                self.differences += 1
                print(f"DIFFERENT {text}", flush=True)
        return good

    def equal(self, want, got, where):
        return self.check(want == got, f"{where}: want {want!r}, got {got!r}")

    def same_lines(self, want, got, where, most=3):
        """Two dumps; says what is too much and what is missing, and not all of it."""
        missing, extra = sorted(set(want) - set(got)), sorted(set(got) - set(want))
        good = list(want) == list(got)
        self.check(good, f"{where}: {len(want)} messages wanted, {len(got)} found, {len(missing)} missing or other, "
                         f"{len(extra)} too many or other")
        if not good:
            by_name = {line.split()[1]: line for line in extra}
            for line in missing[:most]:
                print(f"    {difference(line, by_name.pop(line.split()[1], ''))[:400]}")
            for line in list(by_name.values())[:most]:
                print(f"    not wanted {line[:200]}")
        return good

    def excuse(self, text, reason):
        self.argued += 1
        print(f"ARGUED {text} ({reason})")

    def finish(self):
        print(f"{self.name}: {self.checks} checks, {self.differences} differences, {self.argued} argued")
        return 1 if self.differences else 0


def private_environment(options, folder):
    """With the programs on PATH, and nothing of whoever runs the tests."""
    env = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": folder, "PATCHSEEK_CONFIG": "", "TZ": "UTC",
           "XDG_CACHE_HOME": os.path.join(folder, "cache"),
           "PATH": os.path.dirname(os.path.abspath(options.index)) + ":" + os.environ["PATH"]}
    for name in ("PATCHSEEK_DB", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        env.pop(name, None)
    return env


def names_below(folder, without=()):
    """Of each name its path, its status, and what a file holds or a link points at."""
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if os.path.join(where, name) not in without]
        for name in folders + names:
            path = os.path.join(where, name)
            status = os.lstat(path)
            what = os.readlink(path) if stat.S_ISLNK(status.st_mode) else None
            if stat.S_ISREG(status.st_mode):
                with open(path, "rb") as file:
                    what = file.read()
            yield path, status, what


def at_once(count, work, items):
    """What `work` gives for each item, in order; as many threads as said. A failure ends it."""
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        try:
            return list(pool.map(work, items))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


class KeptIndex:
    """Of a bench: the index of its `programs` is kept in the folder `saved`, and comes back from there."""

    def restore(self, programs=None):
        """The kept index, or none, where these programs have theirs."""
        db = (programs or self.programs).db
        shutil.rmtree(db, ignore_errors=True)
        if os.path.exists(self.saved):
            shutil.copytree(self.saved, db, symlinks=True)

    def save(self):
        shutil.rmtree(self.saved, ignore_errors=True)
        shutil.copytree(self.programs.db, self.saved, symlinks=True)


class Programs:
    """The indexer, the searcher and (to compare) the dumper, with one index."""

    def __init__(self, index, search, db, dump=None):
        self.index_program, self.search_program, self.db = os.path.abspath(index), os.path.abspath(search), db
        self.dump_program = dump and os.path.abspath(dump)
        self.env = {**os.environ, "LC_ALL": "C.UTF-8"}
        self.env.pop("PATCHSEEK_DB", None)

    def at(self, db):
        """The same programs with another index."""
        return Programs(self.index_program, self.search_program, db, self.dump_program)

    def data(self):
        """The folder of all but manifest and lock."""
        found = [name for name in os.listdir(self.db) if name.startswith("data-")]
        if len(found) != 1:
            raise Failure(f"{self.db} has {len(found)} folders of data")
        return os.path.join(self.db, found[0])

    def index_command(self, *arguments):
        return [self.index_program, "--db", self.db, *arguments]

    def try_index(self, *arguments, **options):
        """Runs the indexer to its end, whatever that is."""
        options = {"capture_output": True, "env": self.env, "timeout": SECONDS, **options}
        return subprocess.run(self.index_command(*arguments), check=False, **options)

    def start_index(self, *arguments, **options):
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "env": self.env, **options}
        return subprocess.Popen(self.index_command(*arguments), **options)

    def dump(self, origins=False):
        """The lines of index_dump, equal for equal indexes. An index that contradicts itself is a Failure."""
        command = [self.dump_program, *(["--origins"] if origins else []), self.db]
        done = subprocess.run(command, capture_output=True, env=self.env, timeout=SECONDS, check=False)
        if done.returncode != 0:
            raise Failure(f"index_dump ended with {done.returncode}: {shown(done.stderr)}")
        return done.stdout.decode().splitlines()

    def whole(self):
        """What --check finds wrong; nothing is as it should be."""
        done = self.try_index("--check")
        return "" if done.returncode == 0 else f"exit {done.returncode}: {shown(done.stderr)}"

    def index(self, *archives):
        done = self.try_index(*archives)
        if done.returncode != 0:
            raise Failure(f"indexing ended with {done.returncode}: {shown(done.stderr)}")
        return done

    def run(self, *arguments, timeout=SECONDS, **options):
        return subprocess.run([self.search_program, "--db", self.db, *arguments], capture_output=True, env=self.env,
                              timeout=timeout, check=False, **options)

    def answer(self, *arguments):
        """stdout of a search that must end with 0 (found) or 1 (nothing found)."""
        done = self.run(*arguments)
        if done.returncode not in (0, 1):
            raise Failure(f"{' '.join(arguments)} ended with {done.returncode}: {shown(done.stderr)}")
        if (done.returncode == 0) != bool(done.stdout):
            raise Failure(f"{' '.join(arguments)}: exit {done.returncode} with {len(done.stdout)} bytes of answer")
        return done.stdout

    def messages(self, query):
        """Every message that matches, as its object of --format jsonl."""
        lines = self.answer("--format", "jsonl", "--limit", "0", query).decode("utf-8").split("\n")
        return [json.loads(line) for line in lines if line]

    def ids(self, query):
        """The ids of every message that matches, in the order given; surrogates stand for bytes that are no UTF-8."""
        return self.answer("--format", "ids", "--limit", "0", query).decode("utf-8", "surrogateescape").split("\n")[:-1]

    def count(self, query):
        done = self.run("--count", query)
        if done.returncode not in (0, 1) or not done.stdout.strip().isdigit():
            raise Failure(f"--count {query} ended with {done.returncode}: {shown(done.stdout + done.stderr)}")
        return int(done.stdout)


def on_terminal(command, columns, environment, while_it_runs=None):
    """What a terminal so wide is sent by a command, and its exit code; `while_it_runs` is called with the process and
    what was sent, whenever something was."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    sent = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            break
        if not piece:
            break
        sent += piece
        if while_it_runs:
            while_it_runs(process, sent)
    os.close(ours)
    return sent.decode(), process.wait()


def difference(want, got):
    """Two lines of a dump that tell of one message: only what they do not have in common."""
    if not got:
        return f"missing {want[:200]}"
    mine, theirs = want.split(), got.split()
    left = " ".join(word for word in mine if word not in theirs)
    right = " ".join(word for word in theirs if word not in mine)
    return f"{mine[1]}: want {left[:180]}, got {right[:180]}"


def shown(data, limit=300):
    """Bytes for a person: harmless, and not too many."""
    return repr(data[:limit].decode("utf-8", "replace"))


def parser_for(doc):
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", required=True, metavar="PROGRAM", help="patchseek-index")
    parser.add_argument("--search", required=True, metavar="PROGRAM", help="patchseek")
    parser.add_argument("--dump", metavar="PROGRAM", help="index_dump of tests/tools")
    return parser


def main_of(body):
    """Runs `body`, which returns an exit code; what fails on the way is one line and exit 1."""
    try:
        code = body()
    except subprocess.CalledProcessError as error:
        print(f"FAILED {error}: {shown(error.stderr or b'')}", file=sys.stderr)
        code = 1
    except (Failure, subprocess.TimeoutExpired, json.JSONDecodeError, OSError) as error:
        print(f"FAILED {error}", file=sys.stderr)
        code = 1
    sys.exit(code)


def skip_unless(path, what):
    if not os.path.exists(path):
        print(f"skipped: no {what} at {path}", file=sys.stderr)
        sys.exit(EXIT_SKIPPED)


def collapse(text):
    return " ".join(text.split())


def person(text):
    """(name, address) of "Name <addr>", quoted or not; what is no address at all stays text."""
    text = collapse(text or "")
    match = re.fullmatch(r"(.*?)\s*<([^<>]*)>", text)
    if match:
        return match[1].strip('"').replace('\\"', '"'), match[2]
    name, address = email.utils.parseaddr(text)
    return (name, address) if address else (text, "")


def path_regex(typed):
    """The contract's section 6 as one regular expression over whole paths, and whether case counts."""
    exact = any(char.isupper() for char in typed)
    core = typed if exact else typed.lower()
    anchored, folder = core.startswith("/"), core.endswith("/")
    parts = [part for part in core.split("/") if part]
    out = "" if anchored else "(?:.*/)?"
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            # "a/**/b" holds a/b; at the end ** is everything below.
            out += ".+" if last else "(?:.*/)?"
            continue
        for token in re.split(r"(\*\*|\*|\?)", part):
            out += {"**": ".*", "*": "[^/]*", "?": "[^/]"}.get(token, re.escape(token))
        out += "" if last else "/"
    return re.compile(out + ("/.+" if folder else ""), re.S), exact


def matcher(typed):
    """A function path -> bool for a `file:` value. A tail (`partial`) has no top to anchor at."""
    regex, exact = path_regex(typed)
    anchored = typed.startswith("/")

    def matches(path, partial=False):
        if partial and anchored:
            return False
        return regex.fullmatch(path if exact else path.lower()) is not None
    return matches


def touches(message, typed):
    """Whether a message of seeds.json, or of our own JSON, touches a path that matches."""
    matches = matcher(typed)
    return any(matches(name, one.get("partial", False)) for one in message.get("files", ())
               for name in (one["path"], one.get("old")) if name)
