"""Landlock: a process gives up rights before it becomes somebody else's program; no privilege is needed for that.

In: folders to read and to write, ports to connect to. Out: a ruleset of the kernel's. Source of all facts
and numbers: Linux, Documentation/userspace-api/landlock.rst and <linux/landlock.h>. Where the kernel has none of it
(before 5.13, other systems), `version` is 0.
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # system calls, the same on all machines
_BENEATH, _PORT = 1, 2  # kinds of rules
_TELL_VERSION = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _DEVICE = 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE
_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}  # since which version how many rights about files there are
_CONNECT_AND_BIND = 0b11
_CONNECT = 0b10
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


class _Attributes(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


class _Port(ctypes.Structure):
    _fields_ = (("allowed", ctypes.c_uint64), ("port", ctypes.c_uint64))


_libc = ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: object) -> int:
    result: int = _libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def version() -> int:
    """What the kernel can do: 1 files, 4 also ports, 6 also signals; 0 nothing."""
    if sys.platform != "linux":
        return 0
    try:
        return _call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_TELL_VERSION))
    except OSError:
        return 0


class Ruleset:
    """Everything is forbidden but what is added. Close it when the last process has entered it."""

    def __init__(self, known: int, *, network: bool) -> None:
        count = max(rights for since, rights in _RIGHTS.items() if since <= known)
        self._files = (1 << count) - 1
        attributes = _Attributes(
            files=self._files,
            network=_CONNECT_AND_BIND if network and known >= 4 else 0,
            scoped=_ABSTRACT_SOCKETS_AND_SIGNALS if known >= 6 else 0,
        )
        self._has_ports = bool(attributes.network)
        self.descriptor = _call(
            _CREATE, ctypes.byref(attributes), ctypes.c_size_t(ctypes.sizeof(attributes)), ctypes.c_uint32(0)
        )

    def read(self, paths: Iterable[Path]) -> None:
        """Allow to read and execute what is in `paths`; those that are not there are passed over."""
        for path in paths:
            self._allow(path, _READ)

    def write(self, paths: Iterable[Path]) -> None:
        """Allow everything in `paths`."""
        for path in paths:
            self._allow(path, self._files)

    def connect(self, ports: Iterable[int]) -> None:
        """Allow TCP connections to `ports`."""
        for port in ports if self._has_ports else ():
            self._add(_PORT, _Port(allowed=_CONNECT, port=port))

    def close(self) -> None:
        os.close(self.descriptor)

    def _allow(self, path: Path, rights: int) -> None:
        try:
            parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return
        try:
            wanted = rights if path.is_dir() else rights & _OF_FILES
            self._add(_BENEATH, _Beneath(allowed=wanted & self._files, parent=parent))
        finally:
            os.close(parent)

    def _add(self, kind: int, rule: ctypes.Structure) -> None:
        _call(_ADD, ctypes.c_int(self.descriptor), ctypes.c_int(kind), ctypes.byref(rule), ctypes.c_uint32(0))


def enter(descriptor: int) -> None:
    """Bind this process, and all that it starts, to a ruleset for good; raises `OSError`."""
    _call(_RESTRICT, ctypes.c_int(descriptor), ctypes.c_uint32(0))
