"""What a killed server leaves behind: its last process, and a small segment of System V memory.

The segment is how a server makes sure that it is alone in its folder (PostgreSQL manual, "Shared Memory and
Semaphores"); the kernel keeps it until somebody removes it. `postmaster.pid` names both, and is removed by a server
that shuts down cleanly.
"""

import ctypes
import os
import signal
from contextlib import suppress
from pathlib import Path

_libc = ctypes.CDLL(None)
_REMOVE = 0  # IPC_RMID
_PID, _MEMORY = 0, 6  # lines of postmaster.pid: src/include/utils/pidfile.h


def clear(data: Path) -> None:
    """Kill the server of a data folder if it is still there, and remove its segment."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return
    if lines and lines[_PID].isdigit():
        _kill(int(lines[_PID]), data)
    if len(lines) > _MEMORY:
        *_, number = lines[_MEMORY].split() or [""]
        if number.isdigit():
            _libc.shmctl(int(number), _REMOVE, None)


def _kill(pid: int, data: Path) -> None:
    """Numbers of processes are used again: only one that was started with this folder is the server."""
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if os.fsencode(data) in words:
            os.kill(pid, signal.SIGKILL)
