# SPDX-License-Identifier: GPL-2.0-or-later
"""The mails of an archive as bytes, and what Python's email package makes of one: nothing here is of the programs under
test."""
import email
import email.policy
import os
import re
import subprocess

SEPARATOR = re.compile(rb"(?m)^From ")
LINE = re.compile(rb"(?m)^>(>*From )")
ID = re.compile(rb"(?im)^message-id:\s*<([^<>\s]+)>")


def of_repository(path):
    """public-inbox v2: the file m of each commit, oldest first."""
    revisions = subprocess.run(["git", "-C", path, "rev-list", "--reverse", "HEAD"], capture_output=True, check=True)
    asked = b"".join(name + b":m\n" for name in revisions.stdout.split())
    with subprocess.Popen(["git", "-C", path, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as cat:
        for at in range(0, len(asked), 46000):  # less than a pipe holds
            chunk = asked[at:at + 46000]
            cat.stdin.write(chunk)
            cat.stdin.flush()
            for _ in range(chunk.count(b"\n")):
                head = cat.stdout.readline().split()
                if len(head) == 3 and head[1] == b"blob":
                    yield cat.stdout.read(int(head[2]))
                    cat.stdout.read(1)
        cat.stdin.close()


def of_mbox(path):
    with open(path, "rb") as file:
        data = file.read()
    starts = [found.start() for found in SEPARATOR.finditer(data)
              if found.start() == 0 or data[found.start() - 2:found.start()] == b"\n\n"]
    for begin, end in zip(starts, [*starts[1:], len(data)]):
        yield LINE.sub(rb"\1", data[data.index(b"\n", begin) + 1:end])


def of_folder(path):
    for folder, _, names in sorted(os.walk(path)):
        for name in sorted(names):
            with open(os.path.join(folder, name), "rb") as file:
                yield file.read()


def mails(path):
    """Raw mails of a public-inbox v2 repository, an mbox or a folder of mails."""
    if os.path.isfile(path):
        return of_mbox(path)
    return of_repository(path) if os.path.exists(os.path.join(path, "objects")) else of_folder(path)


def head_of(raw):
    """The header, unfolded."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return re.sub(rb"\n[ \t]+", b" ", head)


def id_of(raw):
    found = ID.search(head_of(raw))
    return found and found[1].decode("utf-8", "replace")


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.compat32)


def unflowed(text, delete):
    """format=flowed (RFC 3676), which Python's package leaves as it came: a line that ends in a blank goes on."""
    out, goes_on = [], False
    for line in text.split("\n"):
        line = line[1:] if line.startswith(" ") else line
        if goes_on:
            out[-1] += line
        else:
            out.append(line)
        goes_on = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if goes_on and delete:
            out[-1] = out[-1][:-1]
    return "\n".join(out)


def text_of(part):
    data = part.get_payload(decode=True) or b""
    try:
        text = data.decode(part.get_content_charset() or "utf-8", "replace").replace("\r\n", "\n")
    except LookupError:
        text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        return unflowed(text, str(part.get_param("delsp", "")).lower() == "yes")
    return text


def body_of(message):
    """The text of a mail: its plain parts and patches attached to it, one below the other. Of alternatives the plain
    one, or the HTML where it is alone."""
    texts = [text_of(part) for part in message.walk()
             if part.get_content_maintype() == "text" and part.get_content_type() != "text/html"
             or re.search(r"\.(patch|diff)$", part.get_filename() or "")]
    if not texts:
        texts = [text_of(part) for part in message.walk() if part.get_content_type() == "text/html"]
    return "\n".join(texts)
