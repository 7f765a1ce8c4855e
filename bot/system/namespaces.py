"""Namespaces of a program's own: no network but a loopback where nobody listens, no System V objects, no sockets of
others in the file system, no processes but its own.

In: what of the file system is to be out of reach. Out: a function for the new process. Root makes them before it
becomes another account, an ordinary user in a user namespace that has no other user; many containers and some
distributions refuse both. Source: Linux, `man 7 namespaces`, `man 7 user_namespaces`, `man 2 mount`.
"""

import ctypes
import errno
import fcntl
import os
import socket
import stat
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.system import orphans
from bot.system.accounts import Account
from bot.system.first_process import FirstProcess
from bot.system.signals import signals_deferred

_MOUNTS, _IPC, _USER, _PROCESSES, _NETWORK = 0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000  # CLONE_NEW…
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_EXECUTION, _BIND = 1, 2, 4, 8, 4096  # MS_…
_RECURSIVE, _PRIVATE = 16_384, 1 << 18
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1  # of a network interface
_NOTHING = "/dev/null"

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Namespaces:
    """`network`: whether it has one of its own; `covered` are folders and sockets that are not to be reached.

    `first` is the first process where it has a namespace of processes.
    """

    account: Account
    network: bool
    covered: tuple[Path, ...]
    first: FirstProcess | None = None

    def enter(self) -> None:
        """In the new process, of the bot's own account: afterwards it is `account`. Raises `OSError`."""
        user, group = os.geteuid(), os.getegid()
        flags = _MOUNTS | _IPC | (_NETWORK if self.network else 0) | (_PROCESSES if self.first else 0)
        _must(_libc.unshare(flags if user == 0 else flags | _USER))
        if user != 0:
            _write("/proc/self/setgroups", "deny")
            _write("/proc/self/uid_map", f"{user} {user} 1")
            _write("/proc/self/gid_map", f"{group} {group} 1")
        if self.first:
            self.first.split()
        if self.network:
            _loopback()
        folder = os.getcwd()  # noqa: PTH109  its name, to be looked up again
        _must(_libc.mount(None, b"/", None, _RECURSIVE | _PRIVATE, None))
        for path in self.covered:
            _cover(os.fsencode(path))
        if self.first:
            # Where parts of the one that is there are covered, as in containers, the kernel refuses: Landlock hides it.
            _libc.mount(b"proc", b"/proc", b"proc", _NO_SUID | _NO_DEVICES | _NO_EXECUTION, None)
        os.chdir(folder)
        self._become()

    def _become(self) -> None:
        if self.account.uid is not None and self.account.gid is not None:
            os.setgroups([])
            os.setgid(self.account.gid)
            os.setuid(self.account.uid)


@lru_cache
def available(account: Account) -> bool:
    """Whether this machine gives them, that of processes aside; tried once, by a process that ends at once."""
    return sys.platform == "linux" and (of_processes(account) or _works(account, None))


@lru_cache
def of_processes(account: Account) -> bool:
    """Whether it gives them all."""
    return sys.platform == "linux" and _works(account, FirstProcess())


def _works(account: Account, first: FirstProcess | None) -> bool:
    own = Namespaces(account, network=True, covered=(Path("/dev/pts"),), first=first)
    process: subprocess.Popen[bytes] | None = None
    with orphans.starting(), orphans.as_subreaper():
        try:
            with signals_deferred():
                process = subprocess.Popen(["true"], preexec_fn=own.enter)  # noqa: PLW1509  it needs no lock
            if first:
                first.adopt(process)
            code = process.wait()
            if first:
                first.end()
        except BaseException as error:
            if first:
                first.give_up(process)
            if isinstance(error, OSError | subprocess.SubprocessError):
                return False
            raise
        return code == 0


def sockets() -> Iterator[Path]:
    """Sockets in the file system that somebody has made in this network namespace: `man 5 proc_net`."""
    try:
        lines = Path("/proc/net/unix").read_text(errors="surrogateescape").splitlines()[1:]
    except OSError:
        return
    # Seven columns, then the path, if there is one.
    paths = {words[7] for line in lines if len(words := line.split(maxsplit=7)) > 7}
    for path in sorted(paths):
        if path.startswith("/") and is_socket(path):
            yield Path(path)


def is_socket(path: str | Path) -> bool:
    """Whether a socket is there, itself and not by a link."""
    try:
        return stat.S_ISSOCK(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def _cover(path: bytes) -> None:
    """A folder by an empty one, all else by what is no socket; what is not there, or out of sight, is passed over."""
    try:
        if os.path.isdir(path):  # noqa: PTH112  bytes, and no object more than has to be in the new process
            flags = _READ_ONLY | _NO_SUID | _NO_DEVICES | _NO_EXECUTION
            _must(_libc.mount(b"none", path, b"tmpfs", flags, b"size=4k,mode=755"))
        else:
            _must(_libc.mount(_NOTHING.encode(), path, None, _BIND, None))
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.EACCES):
            raise


def _loopback() -> None:
    """A new one is down: code that sends to nobody there, such as a client of statsd, would fail."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = fcntl.ioctl(any_socket, _GET_FLAGS, struct.pack("16sh22x", b"lo", 0))
        (flags,) = struct.unpack("16xh22x", request)
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh22x", b"lo", flags | _UP))


def _write(path: str, text: str) -> None:
    file = os.open(path, os.O_WRONLY)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)


def _must(result: int) -> None:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
