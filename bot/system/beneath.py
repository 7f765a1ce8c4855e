"""Files of a folder in which somebody else's code may have written anything: opened beneath it, or not at all.

In: a folder and a path relative to it. Out: descriptors, texts, lists of names. A path that leads out of the folder,
by `..`, by a link, or by one that is put there at this very moment, is not there. Links that stay inside are followed,
unless the caller wants none.
"""

import codecs
import ctypes
import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

LARGEST = 2 * 1024**2  # bytes; code and configuration are smaller
_OPENAT2 = 437  # the same number on all machines
_NO_MAGIC, _NO_LINKS, _BENEATH = 0x02, 0x04, 0x08  # <linux/openat2.h>
_PATH = getattr(os, "O_PATH", os.O_RDONLY) | os.O_CLOEXEC  # only to look at what it is
_SAFE = os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY  # a FIFO or a terminal in a file's place blocks nobody

_libc = ctypes.CDLL(None, use_errno=True)


class _How(ctypes.Structure):
    _fields_ = (("flags", ctypes.c_uint64), ("mode", ctypes.c_uint64), ("resolve", ctypes.c_uint64))


@contextmanager
def opened(root: Path, path: str, flags: int = os.O_RDONLY, *, links: bool = True) -> Iterator[int]:
    """A descriptor of what is at `path` beneath `root`; raises `OSError` when nothing is, or it leads out."""
    top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        found = _open(top, root, path, flags if flags == _PATH else flags | _SAFE, links=links)
    finally:
        os.close(top)
    try:
        yield found
    finally:
        os.close(found)


def data(root: Path, path: str, limit: int = LARGEST) -> bytes | None:
    """What a regular file holds; None when it is none beneath `root`, cannot be read, or is larger than `limit`."""
    with suppress(OSError, ValueError), opened(root, path) as file:
        facts = os.fstat(file)
        if stat.S_ISREG(facts.st_mode) and facts.st_size <= limit:
            with open(file, "rb", closefd=False) as stream:
                return stream.read(limit)
    return None


def text(root: Path, path: str, limit: int = LARGEST) -> str | None:
    """The same as text, undecodable bytes replaced, line ends as Python has them.

    A byte order mark says what it is encoded in, as for pip: PowerShell writes lists of requirements as UTF-16.
    """
    found = data(root, path, limit)
    if found is None:
        return None
    encoding = next((name for mark, name in _MARKS.items() if found.startswith(mark)), "utf-8")
    return found.decode(encoding, errors="replace").replace("\r\n", "\n").replace("\r", "\n")


_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def is_file(root: Path, path: str, *, links: bool = True) -> bool:
    return _is(root, path, stat.S_IFREG, links=links)


def is_folder(root: Path, path: str, *, links: bool = True) -> bool:
    return _is(root, path, stat.S_IFDIR, links=links)


def names(root: Path, path: str = ".") -> list[str]:
    """What is in a folder, sorted; nothing when there is no such folder."""
    with suppress(OSError, ValueError), opened(root, path, os.O_RDONLY | os.O_DIRECTORY) as folder:
        return sorted(os.listdir(folder))  # noqa: PTH208  a descriptor
    return []


def folders(root: Path, path: str = ".") -> list[str]:
    """The folders in a folder, sorted; links to folders are none."""
    directory = os.O_RDONLY | os.O_DIRECTORY
    with suppress(OSError, ValueError), opened(root, path, directory) as folder, os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    return []


def create(root: Path, path: str, content: str) -> None:
    """Write a file that was not there, with the folders that it needs; no link is followed on the way.

    Raises `OSError`: `FileExistsError` when something is in its place.
    """
    *parents, name = PurePosixPath(path).parts
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parents:
            with suppress(FileExistsError):
                os.mkdir(_plain(part), 0o777, dir_fd=folder)
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            os.close(folder)
            folder = inner
        wanted = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(_plain(name), wanted, 0o666, dir_fd=folder), "w", encoding="utf-8") as file:
            file.write(content)
    finally:
        os.close(folder)


def _is(root: Path, path: str, kind: int, *, links: bool) -> bool:
    with suppress(OSError, ValueError), opened(root, path, _PATH, links=links) as found:
        return stat.S_IFMT(os.fstat(found).st_mode) == kind
    return False


def _plain(name: str) -> str:
    if name in ("", ".", "..", "/") or "/" in name or "\0" in name:
        raise OSError(errno.EXDEV, "the path leads out of its folder", name)
    return name


def _open(top: int, root: Path, path: str, flags: int, *, links: bool) -> int:
    how = _How(flags=flags, mode=0, resolve=_BENEATH | _NO_MAGIC | (0 if links else _NO_LINKS))
    name = ctypes.c_char_p(os.fsencode(path))
    size = ctypes.c_size_t(ctypes.sizeof(how))
    if "\0" in path:
        raise OSError(errno.EINVAL, "a NUL character in a path")
    if sys.platform == "linux":
        found: int = _libc.syscall(ctypes.c_long(_OPENAT2), ctypes.c_int(top), name, ctypes.byref(how), size)
        if found >= 0:
            return found
        code = ctypes.get_errno()
        # The call is unknown before Linux 5.6 and in some containers; EAGAIN: something was renamed meanwhile.
        if code not in (errno.ENOSYS, errno.EPERM, errno.EAGAIN):
            raise OSError(code, os.strerror(code), path)
    return _walk(top, _resolved(root, path) if links else path, flags)


def _resolved(root: Path, path: str) -> str:
    """The path with the links in it followed, which may have changed a moment later."""
    top = os.path.realpath(root)
    return os.path.relpath(os.path.realpath(os.path.join(top, path)), top)  # noqa: PTH118


def _walk(top: int, path: str, flags: int) -> int:
    """Step by step and without following any link."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts:
        raise OSError(errno.EXDEV, "the path leads out of its folder", path)
    folder = os.dup(top)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(parts[-1] if parts else ".", flags | os.O_NOFOLLOW, dir_fd=folder)
    finally:
        os.close(folder)
