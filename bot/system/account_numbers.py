"""Numbers of users and groups that nobody on this machine has or had: what belongs to one is of one run.

In: nothing. Out: numbers that are given once, in turn, as long as the machine is up. What keeps the last one is a file
that root alone can write; where there is no place for it, they are drawn from so many that none comes twice. Source:
systemd, docs/UIDS-GIDS.md; `man 5 subuid`; `man 7 user_namespaces`; `man 5 proc_pid_status`.
"""

import fcntl
import grp
import os
import pwd
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from bot.errors import ToolError

_LAST = Path("/run/migration-bot-last-account")
_MAPS = Path("/proc/self")
_SUBORDINATE = (Path("/etc/subuid"), Path("/etc/subgid"))
_UNUSED = range(1_879_048_192, 2_147_352_576)  # by anybody, says the list of systemd's
_FEW = range(60_578, 65_520)  # where 65,536 numbers are all there are, as in containers that users start
_TRIES = 1_000


def new(count: int) -> list[int]:
    """Raises `ToolError` where there are none."""
    possible = of_runs()
    found: list[int] = []
    with _last() as file:
        said = os.read(file, 32) if file is not None else b""
        number, in_turn = (int(said) + 1, possible == _UNUSED) if said.isdigit() else (-1, False)
        for _ in range(_TRIES if possible else 0):
            # By chance, it may be one that was given before.
            if number in possible and number not in found and _is_free(number) and (in_turn or number not in _living()):
                found.append(number)
                number += 1
            else:
                number, in_turn = secrets.choice(possible), False
            if len(found) == count:
                if file is not None:
                    os.ftruncate(file, 0)
                    os.pwrite(file, b"%d" % found[-1], 0)
                return found
    raise ToolError(
        "there are no numbers of users on this machine for those who run the project's code",
        "Run the bot as an ordinary user, or in a user namespace with 65,536 users and groups.",
    )


@lru_cache
def of_runs() -> range:
    """All that runs get here."""
    return next(
        (numbers for numbers in (_UNUSED, _FEW) if all(map(_has, ("uid", "gid"), (numbers, numbers)))), range(0)
    )


def _has(kind: str, numbers: range) -> bool:
    """Whether our user namespace knows them."""
    try:
        lines = Path(_MAPS, f"{kind}_map").read_text().splitlines()
    except OSError:
        return True  # a system without such namespaces
    known = [range(int(first), int(first) + int(length)) for first, _, length in map(str.split, lines)]
    return any(numbers[0] in each and numbers[-1] in each for each in known)


@contextmanager
def _last() -> Iterator[int | None]:
    """The file, locked; None where it cannot be."""
    try:
        file = os.open(_LAST, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        yield None
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _is_free(number: int) -> bool:
    """Whether no user has it, or may give it to others."""
    for known in (pwd.getpwuid, grp.getgrgid):
        with suppress(KeyError):
            known(number)
            return False
    return not any(number in each for each in _handed_on())


@lru_cache
def _handed_on() -> list[range]:
    """What users may give to others in containers of theirs."""
    found = []
    for path in _SUBORDINATE:
        with suppress(OSError):
            words = [line.split(":") for line in path.read_text(errors="replace").splitlines()]
            found += [range(int(w[1]), int(w[1]) + int(w[2])) for w in words if len(w) == 3 and (w[1] + w[2]).isdigit()]
    return found


@lru_cache
def _living() -> set[int]:
    """Users and groups of all processes, whichever they act as."""
    found: set[int] = set()
    for entry in os.listdir("/proc") if Path("/proc").is_dir() else ():  # noqa: PTH208  names only
        if entry.isdigit():
            with suppress(OSError):
                lines = Path("/proc", entry, "status").read_bytes().splitlines()
                found |= {
                    int(word) for line in lines if line.startswith((b"Uid:", b"Gid:")) for word in line.split()[1:]
                }
    return found
