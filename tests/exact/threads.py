#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run all that works in threads, by programs that ThreadSanitizer watches: it must report nothing.

usage: setarch -R python3 threads.py --index PROGRAM --search PROGRAM [--mails N] [--megabytes M]
The programs are of a tree with PATCHSEEK_THREADS=ON (README.md tells how); its runtime of Debian 12 needs the addresses
that `setarch -R` gives. Archives are read, written, packed, brought up to date, rebuilt and joined with commits by four
threads, of M megabytes that have a shard each; proofs are made, and the texts of a page read, by as many as there are
processors, and the server reads while it answers; searches run beside writers. A program with a race must be reported
first. Reports are printed. Exit 0 without any, 77 if the programs are not watched, 1 with reports or failures.
"""
import os
import subprocess
import sys
import tempfile
import threading

import boxes
import harness
import mails
import mcp

QUERIES = ("lit:return", "re:/n[0-9a-f]+_new/", '"kernel page" OR lit:"page cache"', "hunk:( return )", "lock -queue", "*ern*",
           "thread:3@numbered.example.org", "added:new lit:ENODEV")


def is_watched(program):
    with open(program, "rb") as file:
        return b"__tsan_init" in file.read()


RACE = """#include <thread>
int main() {
    int shared = 0;
    std::thread other([&] { ++shared; });
    ++shared;
    other.join();
}
"""


def race_is_reported(folder, env):
    """That nothing is reported says something only if what there is would be."""
    program = os.path.join(folder, "race")
    subprocess.run(["clang++", "-g", "-fsanitize=thread", "-x", "c++", "-", "-o", program], input=RACE.encode(), check=True)
    subprocess.run([program], env=env, check=True)
    names = [name for name in os.listdir(folder) if name.startswith("report.")]
    for name in names:
        os.unlink(os.path.join(folder, name))
    return len(names) == 1


def repository(path, commits):
    """Commits that came from the mails of the same numbers."""
    git = ["git", "-c", "user.name=A U Thor", "-c", "user.email=author@example.org", "-C", path]
    subprocess.run(["git", "init", "-q", path], check=True)
    for number in range(commits):
        with open(os.path.join(path, f"f{number % 7}.c"), "w", encoding="ascii") as file:
            file.write("".join(f"int a{line} = {number};\n" for line in range(40)))
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-q", "-m", f"n{number}: mend it"], check=True)


class Watched:
    def __init__(self, options, folder, report):
        self.report, self.folder, self.count = report, folder, options.mails
        self.programs = harness.Programs(options.index, options.search, os.path.join(folder, "index"))
        self.programs.env["TSAN_OPTIONS"] = f"log_path={folder}/report second_deadlock_stack=1 exitcode=0"
        self.box, self.dir, self.large = (os.path.join(folder, name) for name in ("box", "dir", "large"))
        self.megabytes = options.megabytes
        self.queries = "".join(query + "\n" for query in QUERIES).encode()

    def write(self, first):
        numbers = range(first, first + self.count)
        boxes.write(self.box, b"".join(boxes.mboxrd(mails.numbered(number)) for number in numbers))

    def index(self, *arguments):
        done = self.programs.try_index("--quiet", "--jobs", "4", *arguments)
        self.report.equal(0, done.returncode, f"{' '.join(arguments[:1])}: exit, {harness.shown(done.stderr)}")

    def search(self):
        done = self.programs.run("--batch", "--limit", "40", input=self.queries)
        self.report.check(done.returncode in (0, 1), f"searches end with {done.returncode}, {harness.shown(done.stderr)}")
        for query in QUERIES[:4]:
            for arguments in (["--format", "text"], ["--format", "raw"], ["--sort=-date", "--format", "text"]):
                done = self.programs.run(*arguments, "--limit", "40", "--", query)
                self.report.check(done.returncode in (0, 1), f"{query} ends with {done.returncode}, {harness.shown(done.stderr)}")

    def beside(self, *arguments):
        """Searches go on as long as a run takes."""
        run = threading.Thread(target=self.index, args=arguments)
        run.start()
        while run.is_alive():
            self.search()
        run.join()

    def serve(self):
        server = mcp.Server(self.programs, None)
        server.ask("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}})
        for query in QUERIES:
            server.ask("tools/call", {"name": "search", "arguments": {"query": query}})
        server.process.stdin.close()
        server.process.wait(harness.SECONDS)

    def write_large(self):
        """Mails enough that each thread has a shard of its own, some 8 MB."""
        text = "".join(f"line {line} of what a log has to say of driver and queue\n" for line in range(600)).encode()
        count = self.megabytes * 1_000_000 // len(text)
        boxes.write(self.large, b"".join(boxes.mboxrd(mails.numbered(10**6 + number) + text) for number in range(count)))

    def run(self):
        self.report.check(race_is_reported(self.folder, self.programs.env), "a race that is there is not reported")
        self.write(0)
        boxes.maildir(self.dir, [mails.numbered(number, 0, ["a.example.org"]) for number in range(0, self.count, 5)])
        git = os.path.join(self.folder, "git")
        repository(git, 40)
        self.index("--commit-every", str(self.count // 8), "--git", git, self.box, self.dir)
        self.search()
        self.write_large()
        self.beside(self.large)
        self.write(self.count // 4)
        self.beside("--update")
        self.beside("--compact")
        self.beside("--rebuild")
        self.serve()

    def reports(self):
        for name in sorted(os.listdir(self.folder)):
            if name.startswith("report."):
                with open(os.path.join(self.folder, name), encoding="utf-8", errors="replace") as file:
                    self.report.check(False, f"{name}:\n{file.read()[:4000]}")


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--mails", type=int, default=1600)
    parser.add_argument("--megabytes", type=int, default=36)
    options = parser.parse_args()
    if not all(map(is_watched, (options.index, options.search))):
        print("skipped: the programs are not watched by ThreadSanitizer", file=sys.stderr)
        return harness.EXIT_SKIPPED
    report = harness.Report("threads")
    with tempfile.TemporaryDirectory(prefix="threads-") as folder:
        watched = Watched(options, folder, report)
        watched.run()
        watched.reports()
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
