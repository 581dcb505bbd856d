#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Two users on one machine: what one of them plants where the other looks, nothing of the other's is written, read or run.

usage: attacks.py --index PROGRAM --search PROGRAM [--only WORDS]
As root: the victim and the attacker are users of their own. Each attack plants something with the attacker's rights, then
the victim works: he indexes, updates, searches, searches two indexes as one, keeps a query, asks for what is new, writes
an mbox and a maildir, publishes, and shows an answer on a terminal. Exit 0 when all holds, 1 with what does not, 77 not as
root.
"""
import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import zlib

import boxes
import harness
import mails

VICTIM, ATTACKER = 65533, 65534
SECRET = "topsecretword"
PLANTED = "plantedword"


def write(path, data=b"precious\n", mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    boxes.write(path, data if isinstance(data, bytes) else data.encode())
    os.chmod(path, mode)
    return path


def give(path, user):
    for where, folders, names in os.walk(path):
        for name in [".", *folders, *names]:
            os.chown(os.path.join(where, name), user, user, follow_symlinks=False)
    os.chown(path, user, user, follow_symlinks=False)


def snapshot(folder, without=()):
    return {path: (status.st_mode, status.st_uid, what) for path, status, what in harness.names_below(folder, without)}


class Scene:
    """A victim with a home that nobody else may enter, and a folder in which the attacker may do as he likes."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.home, self.evil = os.path.join(folder, "home"), os.path.join(folder, "evil")
        self.ran = os.path.join(folder, "ran")
        os.mkdir(self.evil, 0o755)
        self.secret = write(f"{self.home}/secret/new/1.host", mails.mail("hidden", f"The {SECRET} is here.\n"))
        self.precious = write(f"{self.home}/precious/0123456789abcdef0123456789abcdef/manifest.json")
        os.utime(self.precious, (0, 0))
        self.box = write(f"{self.home}/mail/box", boxes.mboxrd(mails.numbered(1)) + boxes.mboxrd(mails.numbered(2)))
        self.other = write(f"{self.home}/mail/other", boxes.mboxrd(mails.numbered(3)))
        self.db, self.second = f"{self.home}/db", f"{self.home}/second"
        self.env = {"PATH": os.environ["PATH"], "HOME": self.home, "LC_ALL": "C.UTF-8", "TERM": "dumb",
                    "PATCHSEEK_PAGER": "cat"}
        self.archives = [self.box]
        give(self.home, VICTIM)
        os.chmod(self.home, 0o700)
        for path in (self.db, self.second):
            done = self.index(self.box if path == self.db else self.other, db=path)
            if done.returncode:
                raise harness.Failure(f"the scene cannot be set: {harness.shown(done.stderr)}")

    def run(self, command, **options):
        def drop():
            os.setgroups([])
            os.setgid(VICTIM)
            os.setuid(VICTIM)
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, env=self.env, timeout=20,
                              check=False, preexec_fn=drop, cwd="/", **options)

    def index(self, *arguments, db=None):
        return self.run([self.options.index, "--db", db or self.db, *arguments])

    def search(self, *arguments, db=None):
        return self.run([self.options.search, "--db", db or self.db, *arguments])

    def on_terminal(self, *arguments):
        return self.run(["script", "-qec", " ".join([self.options.search, "--db", self.db, *arguments]), "/dev/null"])

    # What an attacker has.
    def program(self, name="program"):
        """One that leaves a trace wherever it runs."""
        path = write(f"{self.evil}/{name}", f"#!/bin/sh\necho ran >> {self.ran}\ncat 2>/dev/null\n", 0o755)
        return path

    def put(self, name, data=b"planted\n", mode=0o644):
        return write(f"{self.evil}/{name}", data, mode)

    def link(self, name, target):
        os.makedirs(os.path.dirname(f"{self.evil}/{name}"), exist_ok=True)
        os.symlink(target, f"{self.evil}/{name}")
        return f"{self.evil}/{name}"

    def fifo(self, name):
        os.makedirs(os.path.dirname(f"{self.evil}/{name}"), exist_ok=True)
        os.mkfifo(f"{self.evil}/{name}", 0o666)
        return f"{self.evil}/{name}"

    def own_set(self):
        """Where the victim's set of two indexes is looked for."""
        paths = "".join(path + "\0" for path in sorted((self.db, self.second)))
        return hashlib.sha256(paths.encode()).hexdigest()[:32]


# The attacks: each is a function of a scene; its first line says what is planted.

def hook_of_another(s):
    """A hook in a folder of configuration of the attacker's"""
    s.env["XDG_CONFIG_HOME"] = f"{s.evil}/config"
    shutil.copy(s.program(), s.put("config/patchseek/post-update"))
    os.chmod(f"{s.evil}/config/patchseek/post-update", 0o755)


def hook_behind_link(s):
    """A hook of the victim's folder that is a link to the attacker's program"""
    os.makedirs(f"{s.home}/.config/patchseek")
    os.symlink(s.program(), f"{s.home}/.config/patchseek/post-update")
    give(f"{s.home}/.config", VICTIM)


def hook_open_to_all(s):
    """A hook of the victim's that all may write, and somebody has"""
    shutil.copy(s.program(), write(f"{s.home}/.config/patchseek/post-update"))
    os.chmod(f"{s.home}/.config/patchseek/post-update", 0o777)
    give(f"{s.home}/.config", VICTIM)


def hook_of_named_config(s):
    """A hook beside a configuration that $PATCHSEEK_CONFIG names"""
    s.env["PATCHSEEK_CONFIG"] = s.put("named/config", "limit = 5\n")
    shutil.copy(s.program(), s.put("named/post-update"))
    os.chmod(f"{s.evil}/named/post-update", 0o755)


def pager_of_git(s):
    """core.pager in a ~/.gitconfig of the attacker's, as under sudo"""
    del s.env["PATCHSEEK_PAGER"]
    s.env["PAGER"] = "cat"
    s.env["GIT_CONFIG_GLOBAL"] = s.put("gitconfig", f"[core]\n\tpager = {s.program()}\n")


def pager_of_git_in_xdg(s):
    """core.pager in a folder of configuration of the attacker's"""
    del s.env["PATCHSEEK_PAGER"]
    s.env["PAGER"] = "cat"
    s.env["XDG_CONFIG_HOME"] = f"{s.evil}/config"
    s.put("config/git/config", f"[core]\n\tpager = {s.program()}\n")


def config_fifo(s):
    """A FIFO as configuration"""
    s.env["PATCHSEEK_CONFIG"] = s.fifo("config")


def config_secret(s):
    """A link to a secret as configuration"""
    s.env["PATCHSEEK_CONFIG"] = s.link("config", s.secret)


def config_endless(s):
    """/dev/zero as configuration"""
    s.env["PATCHSEEK_CONFIG"] = s.link("config", "/dev/zero")


def cache_of_another(s):
    """A cache that is the attacker's and open to all"""
    s.env["XDG_CACHE_HOME"] = f"{s.evil}/cache"
    os.makedirs(f"{s.evil}/cache/patchseek/sets")
    for name in ("cache", "cache/patchseek", "cache/patchseek/sets"):
        os.chmod(f"{s.evil}/{name}", 0o777)


def planted_set(s):
    """A whole set of the victim's indexes, made by the attacker, with mail that is in none of them"""
    cache_of_another(s)
    box = s.put("box", boxes.mboxrd(mails.mail(PLANTED, f"The {PLANTED} is here.\n")))
    set_ = f"{s.evil}/cache/patchseek/sets/{s.own_set()}"
    done = s.index(box, db=f"{s.home}/made")
    assert done.returncode == 0, done.stderr
    members = f"{s.home}/link"
    done = s.index("--link", s.db, s.second, db=members)
    assert done.returncode == 0, done.stderr
    shutil.copytree(f"{s.home}/made", set_)
    sealed_with(set_, members)
    for where, folders, names in os.walk(set_):
        for name in folders + names:
            os.chmod(os.path.join(where, name), 0o755)
    os.chmod(set_, 0o755)
    shutil.rmtree(f"{s.home}/made")
    shutil.rmtree(members)


def sealed_with(set_, linked):
    """Names the members of a linked index in the manifest of another, and seals it anew."""
    manifests = []
    for folder in (set_, linked):
        with open(f"{folder}/manifest.json", "rb") as file:
            manifests.append(json.load(file))
    mine, theirs = manifests
    mine["members"] = theirs["members"]
    del mine["checksum"]
    text = json.dumps(mine, indent=2)[:-2]
    write(f"{set_}/manifest.json", f'{text},\n  "checksum": {zlib.crc32(text.encode())}\n}}\n')


def sets_link(s):
    """sets, a link to a folder of the victim's with an old manifest in it"""
    s.env["XDG_CACHE_HOME"] = f"{s.evil}/cache"
    s.link("cache/patchseek/sets", f"{s.home}/precious")


def set_link(s):
    """The victim's set, a link to a folder of his"""
    cache_of_another(s)
    s.link(f"cache/patchseek/sets/{s.own_set()}", f"{s.home}/precious")


def set_fifo(s):
    """FIFOs for the manifest and the lock of the victim's set"""
    cache_of_another(s)
    for name in ("manifest.json", "lock"):
        s.fifo(f"cache/patchseek/sets/{s.own_set()}/{name}")


def set_lock_link(s):
    """The lock of the victim's set, a link to a file of his"""
    cache_of_another(s)
    s.link(f"cache/patchseek/sets/{s.own_set()}/lock", s.secret)
    os.chmod(f"{s.evil}/cache/patchseek/sets/{s.own_set()}", 0o777)


def set_manifest_link(s):
    """The manifest of the victim's set, a link to a file of his"""
    cache_of_another(s)
    s.link(f"cache/patchseek/sets/{s.own_set()}/manifest.json", s.secret)


def kept_fifo(s):
    """A kept query that is a FIFO"""
    s.env["XDG_CONFIG_HOME"] = f"{s.evil}/config"
    s.fifo("config/patchseek/queries/mine")
    s.fifo("config/patchseek/queries/found")


def kept_secret(s):
    """A kept query that is a link to a secret"""
    s.env["XDG_CONFIG_HOME"] = f"{s.evil}/config"
    s.link("config/patchseek/queries/mine", s.secret)
    s.link("config/patchseek/queries/found", s.secret)


def kept_over(s):
    """A folder of queries that is a link into the victim's home"""
    s.env["XDG_CONFIG_HOME"] = f"{s.evil}/config"
    s.link("config/patchseek/queries", f"{s.home}/precious")


def kept_huge(s):
    """A kept query without an end"""
    s.env["XDG_CONFIG_HOME"] = f"{s.evil}/config"
    s.link("config/patchseek/queries/mine", "/dev/zero")


def kept_controls(s):
    """A kept query that clears the screen"""
    s.env["XDG_CONFIG_HOME"] = f"{s.evil}/config"
    s.put("config/patchseek/queries/mine", b"\x1b[2Jlock\x1b]0;x\x07 OR page\n")


def seen_link(s):
    """What was seen, links to files of the victim's"""
    s.env["XDG_STATE_HOME"] = f"{s.evil}/state"
    os.makedirs(f"{s.evil}/state/patchseek/seen")
    for path in (s.evil + "/state", s.evil + "/state/patchseek", s.evil + "/state/patchseek/seen"):
        os.chmod(path, 0o777)
    name = "mine@" + hashlib.sha256(s.db.encode()).hexdigest()[:16]
    for suffix in ("", ".lock"):
        s.link(f"state/patchseek/seen/{name}{suffix}", s.secret)


def seen_fifo(s):
    """What was seen, FIFOs"""
    s.env["XDG_STATE_HOME"] = f"{s.evil}/state"
    name = "mine@" + hashlib.sha256(s.db.encode()).hexdigest()[:16]
    for suffix in ("", ".lock"):
        s.fifo(f"state/patchseek/seen/{name}{suffix}")


def out_open(s):
    """A folder open to all, in which the victim writes his mbox and maildir"""
    os.mkdir(f"{s.evil}/out", 0o777)
    os.chmod(f"{s.evil}/out", 0o777)


def out_link(s):
    """The mbox, a link to a file of the victim's"""
    out_open(s)
    s.link("out/box.mbox", s.secret)


def out_dangling(s):
    """The mbox, a link to a file that is not there"""
    out_open(s)
    s.link("out/box.mbox", f"{s.home}/new-file")


def out_hard(s):
    """The mbox, a hard link to an empty file of the victim's"""
    out_open(s)
    os.link(write(f"{s.home}/empty", b""), f"{s.evil}/out/box.mbox")
    os.chown(f"{s.home}/empty", VICTIM, VICTIM)


def out_fifo(s):
    """The mbox, a FIFO"""
    out_open(s)
    s.fifo("out/box.mbox")


def out_draft(s):
    """The draft of the mbox, a file of the attacker's that all may write"""
    out_open(s)
    s.put("out/box.mbox.patchseek-draft", b"", 0o666)


def out_draft_link(s):
    """The draft of the mbox, a link to a file of the victim's"""
    out_open(s)
    s.link("out/box.mbox.patchseek-draft", s.secret)


def out_maildir_link(s):
    """new of the maildir, a link to a folder of the victim's"""
    out_open(s)
    s.link("out/dir/new", f"{s.home}/precious")
    s.link("out/dir/cur", f"{s.home}/precious")
    s.link("out/dir/tmp", f"{s.home}/precious")


def out_maildir_of_another(s):
    """A maildir of the attacker's, open to all, with a message in it"""
    out_open(s)
    for name in ("new", "cur", "tmp"):
        os.makedirs(f"{s.evil}/out/dir/{name}")
        os.chmod(f"{s.evil}/out/dir/{name}", 0o777)
    os.chmod(f"{s.evil}/out/dir", 0o777)
    s.put("out/dir/new/1.host", mails.numbered(9))


def publish_link(s):
    """Where the victim publishes, a link to a folder of his"""
    s.link("copy", f"{s.home}/precious")


def publish_over(s):
    """Where the victim publishes, a folder of the attacker's that is open to all, with links in it"""
    for name, target in (("manifest.json", s.secret), ("lock", s.secret)):
        s.link(f"copy/{name}", target)
    os.chmod(f"{s.evil}/copy", 0o777)


def publish_far(s):
    """Where the victim publishes, a manifest that names files of his home"""
    shutil.copytree(s.db, f"{s.evil}/copy")
    with open(f"{s.evil}/copy/manifest.json", "rb") as file:
        text = file.read().decode()
    write(f"{s.evil}/copy/manifest.json", text.replace("data-", f"../../home/data-"))
    os.chmod(f"{s.evil}/copy", 0o777)


def temporary(s):
    """A folder for temporary files that is the attacker's"""
    os.mkdir(f"{s.evil}/tmp")
    os.chmod(f"{s.evil}/tmp", 0o777)
    s.env.update(dict.fromkeys(("TMPDIR", "TMP", "TEMP", "TEMPDIR"), f"{s.evil}/tmp"))


def temporary_link(s):
    """A folder for temporary files that is a link to one of the victim's"""
    s.env.update(dict.fromkeys(("TMPDIR", "TMP", "TEMP", "TEMPDIR"), s.link("tmp", f"{s.home}/precious")))


def mail_link(s):
    """A maildir with a link to a secret"""
    for name in ("cur", "tmp"):
        os.makedirs(f"{s.evil}/dir/{name}")
    s.link("dir/new/1.host", s.secret)
    s.archives.append(f"{s.evil}/dir")


def mail_folder_link(s):
    """A folder of archives with a link to a secret one"""
    s.link("lists/list", f"{s.home}/secret")
    s.put("lists/box", boxes.mboxrd(mails.numbered(7)))
    s.archives.append(f"{s.evil}/lists")


def mail_tar(s):
    """A tar whose members are links to a secret"""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE)):
            info = tarfile.TarInfo(f"{number}.eml")
            info.type, info.linkname = kind, s.secret
            tar.addfile(info)
        info = tarfile.TarInfo("../../home/over.eml")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    s.archives.append(s.put("mail.tar", out.getvalue()))


def mail_fifo(s):
    """A maildir of FIFOs and sockets' kin"""
    for name in ("cur", "tmp"):
        os.makedirs(f"{s.evil}/dir/{name}")
    s.fifo("dir/new/1.host")
    s.link("dir/new/2.host", "/dev/zero")
    s.archives.append(f"{s.evil}/dir")


def git(s, *arguments, folder):
    subprocess.run(["git", "-c", "user.name=E", "-c", "user.email=e@evil.example", "-C", folder, *arguments],
                   check=True, capture_output=True, env={"PATH": os.environ["PATH"], "HOME": s.evil})


def repository(s):
    os.makedirs(f"{s.evil}/repository")
    git(s, "init", "-q", folder=f"{s.evil}/repository")
    s.put("repository/a.c", "int a;\n")
    git(s, "add", ".", folder=f"{s.evil}/repository")
    git(s, "commit", "-q", "-m", "mill: begin", folder=f"{s.evil}/repository")
    s.archives += ["--git", f"{s.evil}/repository"]
    return f"{s.evil}/repository/.git"


def git_programs(s):
    """A repository whose configuration and hooks are programs"""
    where, program = repository(s), s.program()
    with open(f"{where}/config", "a", encoding="ascii") as file:
        file.write(f"[core]\n\tfsmonitor = {program}\n\tpager = {program}\n\tsshCommand = {program}\n"
                   f"\thooksPath = {s.evil}/hooks\n[diff]\n\texternal = {program}\n[filter \"x\"]\n\tclean = {program}\n")
    for name in ("post-checkout", "reference-transaction", "pre-auto-gc"):
        shutil.copy(program, s.put(f"hooks/{name}"))
        os.chmod(f"{s.evil}/hooks/{name}", 0o755)


def git_include(s):
    """A repository whose configuration includes a secret"""
    with open(f"{repository(s)}/config", "a", encoding="ascii") as file:
        file.write(f"[include]\n\tpath = {s.secret}\n")


def git_alternates(s):
    """A repository whose objects lie in a folder of the victim's"""
    where = repository(s)
    shutil.copytree(f"{where}/objects", f"{s.home}/objects")
    write(f"{where}/objects/info/alternates", f"{s.home}/objects\n")
    shutil.rmtree(f"{s.home}/objects")
    shutil.copytree(f"{where}/objects", f"{s.home}/objects")


def git_file(s):
    """A .git that is a file and leads into the victim's home"""
    where = repository(s)
    shutil.move(where, f"{s.home}/private.git")
    give(f"{s.home}/private.git", VICTIM)
    write(where, f"gitdir: {s.home}/private.git\n")


def index_of_another(s):
    """An index of the attacker's in the place of the victim's, behind a link"""
    box = s.put("box", boxes.mboxrd(mails.mail(PLANTED, f"The {PLANTED} is here.\n")))
    s.index(box, db=f"{s.home}/made")
    shutil.move(f"{s.home}/made", f"{s.evil}/made")
    s.db = s.link("db", f"{s.evil}/made")


def environment(s):
    """Variables of no sense"""
    s.env.update({"COLUMNS": "-1", "LINES": "x" * 9999, "LANG": "../../../evil", "LANGUAGE": "\x1b[2J", "TZ": ":/nonexistent",
                  "LESSOPEN": f"|{s.program()} %s", "LESSCLOSE": s.program(), "EDITOR": s.program(), "VISUAL": s.program(),
                  "MANPAGER": s.program(), "BROWSER": s.program(),
                  "GIT_DIR": s.evil, "GIT_SSH": s.program(),
                  "XAPIAN_FLUSH_THRESHOLD": "1", "XAPIAN_PREFER_GLASS": "1", "OPENSSL_CONF": s.put("ssl.cnf", "openssl_conf = x\n"),
                  "GIT_EXTERNAL_DIFF": s.program(), "XDG_RUNTIME_DIR": s.evil, "ICU_DATA": s.evil, "ICU_TIMEZONE_FILES_DIR": s.evil})


ATTACKS = [hook_of_another, hook_behind_link, hook_open_to_all, hook_of_named_config, pager_of_git, pager_of_git_in_xdg,
           config_fifo, config_secret, config_endless, cache_of_another, planted_set, sets_link, set_link, set_fifo,
           set_lock_link, set_manifest_link, kept_fifo, kept_secret, kept_over, kept_huge, kept_controls, seen_link, seen_fifo,
           out_open, out_link, out_dangling, out_hard, out_fifo, out_draft, out_draft_link, out_maildir_link,
           out_maildir_of_another, publish_link, publish_over, publish_far, temporary, temporary_link, mail_link,
           mail_folder_link, mail_tar, mail_fifo, git_programs, git_include, git_alternates, git_file, index_of_another,
           environment]


def work(scene):
    """All that the victim does; each step's name and how it ended."""
    yield "before", scene.search("--db", scene.second, "--format", "raw", PLANTED)
    yield "index", scene.index(*scene.archives)
    write(scene.box, open(scene.box, "rb").read() + boxes.mboxrd(mails.numbered(4)))
    yield "update", scene.index("--update")
    yield "search", scene.search("*")
    yield "secret", scene.search("--format", "raw", SECRET)
    yield "planted", scene.search("--db", scene.second, "--format", "raw", PLANTED)
    yield "several", scene.search("--db", scene.second, "--format", "ids", "*")
    yield "save", scene.search("--save", "found", "lock")
    yield "run", scene.search("--run", "mine")
    yield "new", scene.search("--run", "mine", "--new")
    yield "saved", scene.search("--saved")
    yield "mbox", scene.search("--out", f"mbox:{scene.evil}/out/box.mbox", "*")
    yield "maildir", scene.search("--out", f"maildir:{scene.evil}/out/dir", "*")
    yield "publish", scene.index("--publish", f"{scene.evil}/copy")
    yield "terminal", scene.on_terminal("'*'")


def attack(options, report, plant, folder):
    scene = Scene(options, folder)
    plant(scene)
    give(scene.evil, ATTACKER)
    where = plant.__name__
    own = tuple(f"{scene.home}/{name}" for name in ("db", "second", ".cache", ".config", ".local"))
    before = snapshot(scene.home, own)
    outside = {name: value for name, value in snapshot(scene.evil).items() if value[1] == ATTACKER}
    for step, done in work(scene):
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        report.check(0 <= done.returncode <= 77 and done.returncode != 70,
                     f"{where}, {step}: exit {done.returncode}, {said[-200:]!r}")
        report.check(SECRET not in done.stdout.decode("utf-8", "replace") or step == "saved",
                     f"{where}, {step}: shows the secret")
        if where != "index_of_another":
            report.check(PLANTED + " is here" not in said, f"{where}, {step}: believes what was planted")
        report.check("\x1b[2J" not in said and "\x07" not in said, f"{where}, {step}: moves the terminal")
        report.check(not os.path.exists(scene.ran), f"{where}, {step}: a program of the attacker's ran")
        if os.path.exists(scene.ran):
            os.unlink(scene.ran)
    now = snapshot(scene.home, own)
    now[scene.box] = before[scene.box]
    changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    report.equal([], changed, f"{where}: changed in the victim's home")
    after = snapshot(scene.evil)
    for name, value in after.items():
        if stat.S_ISREG(value[0]) and value[1] == ATTACKER and b"numbered.example.org" in (value[2] or b""):
            report.check(outside.get(name, (0, 0, None))[2] == value[2], f"{where}: the victim's mail is in {name}")
        if stat.S_ISREG(value[0]) and value[1] == VICTIM and "/copy/" not in name:
            report.equal(0, value[0] & 0o044 if b"numbered" in (value[2] or b"") else 0, f"{where}: mode of {name}")


def attack_all(options, report):
    tried = 0
    for plant in ATTACKS:
        if options.only not in plant.__name__:
            continue
        with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
            os.chmod(folder, 0o777)
            tried += 1
            try:
                attack(options, report, plant, folder)
            except subprocess.TimeoutExpired as error:
                report.check(False, f"{plant.__name__}: hangs: {' '.join(map(str, error.cmd))[-100:]}")
    return tried


def main():
    parser = harness.parser_for(__doc__)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("skipped: not root", file=sys.stderr)
        return harness.EXIT_SKIPPED
    os.umask(0o022)
    report = harness.Report("attacks")
    with tempfile.TemporaryDirectory(prefix="attacks-programs-") as programs:
        # Where they were built, other users may not go.
        os.chmod(programs, 0o755)
        options.index, options.search = (shutil.copy(path, programs) for path in (options.index, options.search))
        tried = attack_all(options, report)
    print(f"{tried} attacks")
    return report.finish()


if __name__ == "__main__":
    harness.main_of(main)
