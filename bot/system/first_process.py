"""A namespace of processes for a program: the kernel ends all that is in it when its first process ends.

In: a process that is about to become the program. Out: the program's number; all that it starts ends when it is told
to, and when the bot is gone, in whatever way. The first process is a `cat` that waits for the end of a pipe that
nobody but the bot holds. It is not the program itself, because signals mean less to a first process, and because
orphans become its children: it ignores their ends, so that the kernel removes them at once. The process in between
ends, so that the program is the bot's own child, with an exit code and signals as ever. Source: Linux,
`man 7 pid_namespaces`, `man 2 wait` (SIGCHLD ignored), `man 2 prctl` (PR_SET_CHILD_SUBREAPER).
"""

import os
import signal
import struct
import subprocess
from contextlib import suppress

from bot.system import seccomp

_NUMBERS = struct.Struct("ii")  # of the first process and of the program, as the bot sees them
_PROGRAM = "/bin/cat"


class FirstProcess:
    """Of one program, which has to be started by one to whom orphans come (`orphans.as_subreaper`)."""

    def __init__(self) -> None:
        self.pid = 0
        self._said = b""
        self._awaited, self._held = os.pipe()
        self._heard, self._told = os.pipe()

    def split(self) -> None:
        """In a process whose children are in the new namespace: it ends, and this returns in the program to be."""
        first = os.fork()
        if first == 0:
            self._wait()
        program = os.fork()
        if program:
            os.write(self._told, _NUMBERS.pack(first, program))
            os._exit(0)
        os.setsid()  # its group is known by its own number, inside and outside

    def adopt(self, process: "subprocess.Popen[bytes]") -> None:
        """The process in between has been started: from now on `process` is the program."""
        numbers = self._numbers()
        os.waitpid(process.pid, 0)
        self.pid, process.pid = numbers

    def end(self) -> None:
        """Returns when all that is in the namespace has ended; somebody has waited for the program itself before."""
        self._close("_held")
        if self.pid:  # number 0 would be the bot's own group
            _kill(self.pid)
            _wait_for(self.pid)

    def give_up(self, process: "subprocess.Popen[bytes] | None") -> None:
        """It could not be started, or whoever starts it was interrupted: what there is of it ends."""
        with suppress(struct.error):
            first, program = self._numbers()
            _kill(first)
            if process and process.pid != program:
                process.wait()  # the process in between: only when it has ended, its children are the bot's
            # In this order: the first process is gone when all others are, and no one is as long as nobody asks.
            _wait_for(program)
            _wait_for(first)
        self._close("_held")

    def _numbers(self) -> tuple[int, int]:
        """What the process in between has written; raises `struct.error` when it did not come to that.

        Who was interrupted at it may ask again.
        """
        self._close("_awaited", "_told")
        while self._heard >= 0 and (block := os.read(self._heard, _NUMBERS.size)):
            self._said += block
        self._close("_heard")
        first, program = _NUMBERS.unpack(self._said)
        return first, program

    def _close(self, *names: str) -> None:
        """Ends of pipes, once each."""
        for name in names:
            descriptor = getattr(self, name)
            setattr(self, name, -1)
            if descriptor >= 0:
                os.close(descriptor)

    def _wait(self) -> None:
        """The first process; never returns. Nothing of the bot's is in it: no memory, no descriptors, no variables."""
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            os.chdir("/")
            nowhere = os.open(os.devnull, os.O_RDWR)
            for number, descriptor in enumerate((self._awaited, nowhere, nowhere)):
                os.dup2(descriptor, number)
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
            seccomp.give_up_privileges()
            seccomp.enter()
            os.execve(_PROGRAM, ["cat"], {})  # noqa: S606
        finally:
            os._exit(1)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _wait_for(pid: int) -> None:
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)
