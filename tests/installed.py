#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is installed works where it lies: programs, man pages, completions, units, schema; and the Debian package is made
twice the same, and lintian finds no error in it.

usage: installed.py --build FOLDER --archive PATH

Exit 77 where cmake, dpkg-deb or man are not there; lintian, systemd-analyze and shells are used if they are.
"""
import argparse
import glob
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

FILES = """bin/patchseek bin/patchseek-index share/patchseek/answers.schema.json share/man/man1/patchseek.1.gz
share/man/man1/patchseek-index.1.gz share/man/man5/patchseek-config.5.gz share/man/man5/patchseek-json.5.gz
share/man/man7/patchseek-query.7.gz share/bash-completion/completions/patchseek
share/bash-completion/completions/patchseek-index share/zsh/vendor-completions/_patchseek
share/zsh/vendor-completions/_patchseek-index share/fish/vendor_completions.d/patchseek.fish
share/fish/vendor_completions.d/patchseek-index.fish lib/systemd/user/patchseek-update.service
lib/systemd/user/patchseek-update.timer share/doc/patchseek/copyright share/doc/patchseek/changelog.gz
share/doc/patchseek/README.md share/doc/patchseek/NEWS.md share/doc/patchseek/RECIPES.md""".split()
bad = []


def that(good, what):
    if not good:
        bad.append(what)


def run(*command, **options):
    return subprocess.run(command, capture_output=True, check=False, timeout=900, **options)


def check_files(root):
    for name in FILES:
        that(os.path.isfile(os.path.join(root, name)), f"{name} is not installed")
    for name in glob.glob(os.path.join(root, "share/man/man*/*.gz")):
        done = run("man", "--warnings", "-l", name, env={**os.environ, "LC_ALL": "C.UTF-8", "MANPAGER": "cat"})
        that(done.returncode == 0 and not done.stderr and len(done.stdout) > 1000, f"man {name}: {done.stderr.decode()}")
        with gzip.open(name) as page:
            that(page.read(3) == b".TH", f"{name} is no page")


def check_programs(root, archive, folder):
    env = {"PATH": os.path.join(root, "bin") + ":" + os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8"}
    done = run("patchseek-index", "--quiet", archive, env=env)
    that(done.returncode == 0, "indexing: " + done.stderr.decode())
    done = run("patchseek", "--count", "is:patch", env=env)
    that(done.returncode == 0 and int(done.stdout) > 10, "searching: " + done.stderr.decode())


def check_units(root):
    if not shutil.which("systemd-analyze"):
        return
    units = [os.path.join(root, "lib/systemd/user/patchseek-update." + kind) for kind in ("service", "timer")]
    with open(units[0], encoding="utf-8") as file:
        text = file.read()
    with open(units[0], "w", encoding="utf-8") as file:
        file.write(text.replace("/usr/local/bin/", root + "/bin/").replace("/usr/bin/", root + "/bin/"))
    done = run("systemd-analyze", "--user", "verify", *units)
    mine = [line for line in done.stderr.decode().splitlines() if "patchseek" in line]
    that(not mine, "units: " + "\n".join(mine))


def package(build, folder, number):
    to = os.path.join(folder, f"deb{number}")
    done = run("cpack", "--config", os.path.join(build, "CPackConfig.cmake"), "-B", to,
               env={**os.environ, "SOURCE_DATE_EPOCH": "1795953600"}, cwd=folder)
    found = glob.glob(os.path.join(to, "*.deb"))
    that(done.returncode == 0 and len(found) == 1, "cpack: " + (done.stdout + done.stderr).decode()[-600:])
    return found[0] if found else None


def check_package(build, folder):
    packages = [package(build, folder, number) for number in (1, 2)]
    if None in packages:
        return
    digests = set()
    for name in packages:
        with open(name, "rb") as file:
            digests.add(hashlib.sha256(file.read()).hexdigest())
    that(len(digests) == 1, "two packages of one build are not the same bytes")
    contents = run("dpkg-deb", "--contents", packages[0]).stdout.decode()
    for name in FILES:
        that(f"./usr/{name}\n" in contents, f"{name} is not in the package")
    unpacked = os.path.join(folder, "unpacked")
    run("dpkg-deb", "-x", packages[0], unpacked)
    with open(os.path.join(unpacked, "usr/lib/systemd/user/patchseek-update.service"), encoding="utf-8") as file:
        starts = [line.split("=")[1].split()[0] for line in file if line.startswith("ExecStart=")]
    that(starts == ["/usr/bin/patchseek-index"], f"the unit of the package starts {starts}")
    if shutil.which("lintian"):
        done = run("lintian", "--allow-root", "--fail-on", "error", packages[0])
        print(done.stdout.decode())
        that(done.returncode == 0, "lintian finds errors")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--archive", required=True)
    options = parser.parse_args()
    build, archive = os.path.abspath(options.build), os.path.abspath(options.archive)
    for tool in ("cmake", "cpack", "dpkg-deb", "dpkg-shlibdeps", "man"):
        if not shutil.which(tool):
            print(f"skipped: no {tool} here", file=sys.stderr)
            return 77
    with tempfile.TemporaryDirectory() as folder:
        root = os.path.join(folder, "root")
        done = run("cmake", "--install", build, "--prefix", root)
        that(done.returncode == 0, "install: " + done.stderr.decode())
        check_files(root)
        check_programs(root, archive, folder)
        check_units(root)
        check_package(build, folder)
    print("\n".join(["WRONG " + one for one in bad] + [f"installed: {len(bad)} wrong"]))
    return 1 if bad else 0


sys.exit(main())
