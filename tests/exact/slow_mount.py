#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A file system of our own: shows a folder, read-only, as slow as is wanted; counts what is asked of it, and can hang or fail.

usage: slow_mount.py FOLDER MOUNTPOINT CONTROL

It speaks the kernel's protocol (linux/fuse.h, 7.31) on /dev/fuse itself, since no library for it can be taken for granted;
it needs root. CONTROL is a file of Control's fields, through which others, who map it too, steer it and read its counters.
As a module: Mount is such a mount, served by a process of its own.
"""
import ctypes
import errno
import heapq
import mmap
import os
import stat
import struct
import subprocess
import sys
import threading
import time

LOOKUP, FORGET, GETATTR, READLINK, OPEN, READ, STATFS, RELEASE = 1, 2, 3, 5, 14, 15, 17, 18
FLUSH, INIT, OPENDIR, READDIR, RELEASEDIR, INTERRUPT, DESTROY, BATCH_FORGET = 25, 26, 27, 28, 29, 36, 38, 42
HEADER = struct.Struct("<IIQQIIII")
SERVE, HANG, FAIL, HANG_READS, FAIL_TABLES = range(5)  # what it does with requests
# `alone` counts requests that came while no other waited for its time: with a delay, the round trips one after another.
UNMOUNT_AT_ONCE = 2  # MNT_DETACH
libc = ctypes.CDLL(None, use_errno=True)


class Control:
    """Numbers that two processes share."""
    FIELDS = ("mode", "delay_us", "requests", "reads", "bytes", "alone")

    def __init__(self, path):
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 8 * len(self.FIELDS))

    def get(self, name):
        return struct.unpack_from("<Q", self.memory, 8 * self.FIELDS.index(name))[0]

    def set(self, name, value):
        struct.pack_into("<Q", self.memory, 8 * self.FIELDS.index(name), value)


class Server:
    def __init__(self, folder, fd, control):
        self.fd, self.control = fd, control
        self.paths, self.numbers = {1: folder}, {folder: 1}
        self.open, self.waiting, self.ready = {}, [], threading.Condition()
        threading.Thread(target=self.send_late, daemon=True).start()

    def send_late(self):
        """Answers when their time has come: many requests wait at once, as on a network."""
        while True:
            with self.ready:
                while not self.waiting or self.waiting[0][0] > time.monotonic():
                    self.ready.wait(self.waiting[0][0] - time.monotonic() if self.waiting else None)
                answer = heapq.heappop(self.waiting)[2]
            self.send(answer)

    def send(self, answer):
        try:
            os.write(self.fd, answer)
        except OSError:
            pass  # of an asker that is gone

    def answer(self, unique, error, data=b""):
        delay = self.control.get("delay_us")
        whole = struct.pack("<IiQ", 16 + len(data), -error, unique) + data
        if delay == 0:
            self.send(whole)
            return
        with self.ready:
            if not self.waiting:
                self.control.set("alone", self.control.get("alone") + 1)
            heapq.heappush(self.waiting, (time.monotonic() + delay / 1e6, unique, whole))
            self.ready.notify()

    def attributes(self, path):
        status = os.lstat(path)
        return struct.pack("<QQQQQQIIIIIIIIII", status.st_ino, status.st_size, status.st_blocks, int(status.st_atime),
                           int(status.st_mtime), int(status.st_ctime), 0, 0, 0, status.st_mode, status.st_nlink,
                           status.st_uid, status.st_gid, 0, 4096, 0)

    def lookup(self, node, body):
        path = os.path.join(self.paths[node], os.fsdecode(body.rstrip(b"\0")))
        attributes = self.attributes(path)
        number = self.numbers.setdefault(path, len(self.numbers) + 1)
        self.paths[number] = path
        return struct.pack("<QQQQII", number, 0, 1, 1, 0, 0) + attributes

    def read(self, node, body):
        handle, offset, size = struct.unpack_from("<QQI", body)
        self.control.set("reads", self.control.get("reads") + 1)
        self.control.set("bytes", self.control.get("bytes") + size)
        if self.control.get("mode") == FAIL_TABLES and self.paths[node].endswith("postlist.glass"):
            raise OSError(errno.EIO, "wanted")
        return os.pread(self.open[handle], size, offset)

    def listed(self, node, body):
        _, offset, size = struct.unpack_from("<QQI", body)
        out = b""
        for number, name in enumerate([".", "..", *sorted(os.listdir(self.paths[node]))], 1):
            raw = os.fsencode(name)
            entry = struct.pack("<QQII", 1, number, len(raw), 0) + raw
            entry += b"\0" * (-len(entry) % 8)
            if number > offset and len(out) + len(entry) <= size:
                out += entry
        return out

    def opened(self, node, _):
        handle = os.open(self.paths[node], os.O_RDONLY)
        self.open[handle] = handle
        return struct.pack("<QII", handle, 0, 0)

    def closed(self, _, body):
        handle = struct.unpack_from("<Q", body)[0]
        if self.open.pop(handle, None) is not None:
            os.close(handle)
        return b""

    def initial(self, _, body):
        _, minor, ahead, flags = struct.unpack_from("<IIII", body)
        return struct.pack("<IIIIHHIIHHI28x", 7, min(minor, 31), ahead, flags & 1, 64, 48, 1 << 17, 1, 32, 0, 0)

    def handle(self, data):
        _, code, unique, node, *_ = HEADER.unpack_from(data)
        body = data[HEADER.size:]
        if code in (FORGET, BATCH_FORGET, INTERRUPT):
            return
        self.control.set("requests", self.control.get("requests") + 1)
        mode = self.control.get("mode")
        if mode == HANG or (mode == HANG_READS and code == READ):
            return  # it is in our hands, and is never answered
        calls = {LOOKUP: self.lookup, READ: self.read, READDIR: self.listed, OPEN: self.opened, OPENDIR: self.opened,
                 RELEASE: self.closed, RELEASEDIR: self.closed, INIT: self.initial,
                 GETATTR: lambda at, _: struct.pack("<QII", 1, 0, 0) + self.attributes(self.paths[at]),
                 READLINK: lambda at, _: os.fsencode(os.readlink(self.paths[at])),
                 STATFS: lambda *_: struct.pack("<QQQQQIIII24x", 1, 0, 0, 1, 0, 4096, 255, 4096, 0),
                 DESTROY: lambda *_: b""}
        try:
            if mode == FAIL and code not in (INIT, RELEASE, RELEASEDIR):
                raise OSError(errno.EIO, "wanted")
            if code not in calls:
                self.send(struct.pack("<IiQ", 16, -errno.ENOSYS, unique))  # such as FLUSH: it is not asked for again
                return
            self.answer(unique, 0, calls[code](node, body))
        except OSError as error:
            self.answer(unique, error.errno or errno.EIO)

    def serve(self):
        while True:
            try:
                self.handle(os.read(self.fd, 1 << 20))
            except OSError as error:
                if error.errno == errno.ENODEV:
                    return  # it was unmounted
                if error.errno not in (errno.EINTR, errno.EAGAIN, errno.ENOENT):
                    raise


def main():
    folder, point, control = sys.argv[1:]
    fd = os.open("/dev/fuse", os.O_RDWR)
    words = f"fd={fd},rootmode={stat.S_IFDIR:o},user_id=0,group_id=0,allow_other"
    if libc.mount(b"slow", os.fsencode(os.path.abspath(point)), b"fuse", 1 | 2 | 4, words.encode()) != 0:
        print(f"cannot mount: {os.strerror(ctypes.get_errno())}", file=sys.stderr)
        sys.exit(1)
    print("mounted", flush=True)
    Server(os.path.abspath(folder), fd, Control(control)).serve()


class Mount:
    """`folder`, seen at `point`."""

    def __init__(self, folder, point):
        self.folder, self.point, self.process = folder, point, None
        os.makedirs(point, exist_ok=True)
        with open(point + ".control", "wb") as file:
            file.write(b"\0" * 8 * len(Control.FIELDS))
        self.control = Control(point + ".control")

    @staticmethod
    def possible():
        return os.geteuid() == 0 and os.path.exists("/dev/fuse")

    def start(self):
        """Whether it could be mounted."""
        self.process = subprocess.Popen([sys.executable, "-B", os.path.abspath(__file__), self.folder, self.point,
                                         self.point + ".control"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return self.process.stdout.readline() == b"mounted\n"

    def process_dies(self):
        """The server is killed; what is mounted stays."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
        libc.umount2(os.fsencode(os.path.abspath(self.point)), UNMOUNT_AT_ONCE)
        self.process = None


if __name__ == "__main__":
    main()
