# SPDX-License-Identifier: GPL-2.0-or-later
"""public-inbox repositories, versions 1 and 2, made with git alone (public-inbox-v1-format(5), -v2-format(5))."""
import hashlib
import os
import re
import subprocess

WHO = b"A U Thor <author@example.org> %d +0000"


def git(repository, *arguments, stdin=b""):
    """Runs git where nobody's configuration reaches."""
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
           "GIT_CONFIG_GLOBAL": "/dev/null"}
    return subprocess.run(["git", "-c", "safe.directory=*", f"--git-dir={repository}", *arguments], input=stdin,
                          capture_output=True, env=env, check=True).stdout


def make_bare(path):
    os.makedirs(path, exist_ok=True)
    git(path, "init", "-q", "--bare", "--template=", "-b", "master", path)
    os.makedirs(os.path.join(path, "objects/info"), exist_ok=True)


def v1_path(raw):
    """Where version 1 keeps a message: the SHA-1 of its id."""
    found = re.search(rb"(?mi)^Message-ID:\s*<([^>]+)>", raw)
    name = hashlib.sha1(found[1] if found else raw).hexdigest()
    return f"{name[:2]}/{name[2:]}".encode()


class Stream:
    """What git fast-import reads: one commit for each change."""

    def __init__(self, repository, fresh):
        self.repository, self.fresh, self.out, self.time = repository, fresh, [], 1_700_000_000

    def data(self, raw):
        return b"data %d\n%s\n" % (len(raw), raw)

    def commit(self, changes, said=b"a message"):
        self.time += 1
        who = WHO % self.time
        self.out.append(b"commit refs/heads/master\nauthor %s\ncommitter %s\n" % (who, who) + self.data(said))
        if self.fresh is False:
            self.out.append(b"from refs/heads/master^0\n")
            self.fresh = None
        self.out += changes
        self.out.append(b"\n")

    def put(self, path, raw):
        return [b"M 100644 inline %s\n" % path + self.data(raw)]

    def send(self, *options):
        git(self.repository, "fast-import", "--quiet", *options, stdin=b"".join(self.out))


class Inbox1:
    """One repository; its newest tree holds all messages."""

    def __init__(self, path):
        self.path = path
        make_bare(path)
        self.count = 0

    def add(self, raws):
        stream = Stream(self.path, self.count == 0)
        for raw in raws:
            stream.commit(stream.put(v1_path(raw), raw))
        stream.send()
        self.count += len(raws)

    def remove(self, raws):
        stream = Stream(self.path, False)
        for raw in raws:
            stream.commit([b"D %s\n" % v1_path(raw)], b"rm")
        stream.send()


class Inbox2:
    """A folder with git/0.git, git/1.git and so on; each commit brings one message as `m` or takes one away as `d`."""

    def __init__(self, path):
        self.path = path
        self.log = []  # of each epoch: [("m" or "d", raw)]

    def epoch(self, number):
        return os.path.join(self.path, "git", f"{number}.git")

    def add(self, raws, epoch=None):
        self.append([("m", raw) for raw in raws], epoch)

    def remove(self, raws):
        self.append([("d", raw) for raw in raws], None)

    def append(self, changes, epoch):
        epoch = len(self.log) - 1 if epoch is None else epoch
        if epoch == len(self.log):
            make_bare(self.epoch(epoch))
            self.log.append([])
            self.link()
        self.send(epoch, changes, not self.log[epoch])
        self.log[epoch] += changes

    def send(self, epoch, changes, fresh, *options):
        stream = Stream(self.epoch(epoch), fresh)
        stream.time += len(self.log[epoch])
        for name, raw in changes:
            clean = b"" if fresh and not stream.out else b"D %s\n" % (b"d" if name == "m" else b"m")
            stream.commit([clean] + stream.put(name.encode(), raw), b"a message" if name == "m" else b"rm")
        stream.send(*options)

    def link(self):
        """all.git has no objects of its own and borrows those of the epochs."""
        everything = os.path.join(self.path, "all.git")
        if not os.path.exists(everything):
            make_bare(everything)
        with open(os.path.join(everything, "objects/info/alternates"), "w", encoding="utf-8") as file:
            file.writelines(f"../../git/{number}.git/objects\n" for number in range(len(self.log)))

    def purge(self, raw):
        """What public-inbox-purge does: no commit ever brought that message. Every later commit has another name."""
        for epoch, changes in enumerate(self.log):
            kept = [change for change in changes if change[1] != raw]
            if len(kept) != len(changes):
                self.rewrite(epoch, kept)

    def replace(self, old, new):
        """What public-inbox-edit does: every commit that brought the old message brought the new one."""
        for epoch, changes in enumerate(self.log):
            if any(raw == old for _, raw in changes):
                self.rewrite(epoch, [(name, new if raw == old else raw) for name, raw in changes])

    def rewrite(self, epoch, changes):
        self.log[epoch] = []
        self.send(epoch, changes, True, "--force")
        self.log[epoch] = changes
        git(self.epoch(epoch), "gc", "--quiet", "--prune=now")

    def alive(self):
        """What it holds, epoch after epoch."""
        held = []
        for name, raw in (change for changes in self.log for change in changes):
            if name == "m":
                held.append(raw)
            elif raw in held:
                held.remove(raw)
        return held
