"""Processes and their System V shared memory, as `/proc` shows them."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def descendants(root: int) -> Iterator[tuple[int, str]]:
    """All processes below one, with their command lines."""
    parents, commands = {}, {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (place / "stat").read_text(errors="replace").rpartition(")")[2].split()
            command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            parents[int(place.name)], commands[int(place.name)] = int(fields[1]), command
    for pid in parents:
        above = pid
        while above in parents and above != root:
            above = parents[above]
        if above == root and pid != root:
            yield pid, commands[pid]


def segments(pids: dict[int, str]) -> list[str]:
    """System V shared memory that was made by one of these processes; `man 5 proc_sysvipc`, fields 2 and 5."""
    lines = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return [line.split()[1] for line in lines if int(line.split()[4]) in pids]


def running(pids: dict[int, str]) -> dict[int, str]:
    """Those processes that are still what they were, and no zombies."""
    found = {}
    for pid, command in pids.items():
        with suppress(OSError):
            state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
            now = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if state != "Z" and now == command:
                found[pid] = command
    return found
