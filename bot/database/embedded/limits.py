"""What the server may take of this machine: the project's SQL runs in it.

In: a command of the server's. Out: the same one under limits. A session has work_mem and the like in its own hands, and
writes as much into the log as it raises; `man 2 setrlimit`, and src/include/pg_config.h for the size of a segment.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot.system import control_group

# The first number is that of one process, so of a session: a statement that wants more ends as `out of memory`. The
# second one is the size of a segment, which no file of a server's exceeds but its log; and that one does not matter.
_LIMITED = 'ulimit -d "$1" 2>/dev/null; ulimit -f "$2" 2>/dev/null; shift 2; exec "$@"'
_SHARE = 8  # of the machine's memory
_LEAST = 1024**3  # bytes of memory; sorting ten million rows takes less
_SEGMENT = 1024**3  # bytes
_BLOCK = 512  # bytes: what `ulimit -f` counts in


def limited(command: Sequence[str | Path]) -> list[str | Path]:
    """The command as a shell starts it; a limit that is lower already stays."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    memory = max(_LEAST, machine // _SHARE) >> 10
    return ["/bin/sh", "-c", _LIMITED, "sh", str(memory), str(_SEGMENT // _BLOCK), *command]


def share(pid: int) -> None:
    """Count a server with the programs of the run, where those have a limit together."""
    group = control_group.group()
    for folder in group.folders if group else ():
        with suppress(OSError):
            (folder / "cgroup.procs").write_text(str(pid))
