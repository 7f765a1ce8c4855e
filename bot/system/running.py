"""The one way in which the bot runs other programs, and as whom.

In: a command as a list of arguments. Out: its output, or an error that shows command, exit code
and the end of the output.
"""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from bot.errors import ToolError
from bot.system import orphans
from bot.system.accounts import Account
from bot.system.confinement import Confinement, as_account
from bot.system.output import Output
from bot.system.reaper import reaper
from bot.system.signals import signals_deferred

LOG_TAIL = 4_000  # characters of output that an error carries
OUTPUT_KEPT = 8 * 1024**2  # bytes of each stream of a confined program; a list of all packages has its place in it


@dataclass(frozen=True)
class Completed:
    """`raw` is standard output as it was printed."""

    code: int
    stdout: str
    stderr: str
    raw: bytes = b""

    def checked(self, command: Sequence[str | os.PathLike[str]]) -> Self:
        """This, if the program succeeded; else raises `ToolError` with the end of what it printed."""
        if self.code != 0:
            how = f"failed with exit code {self.code}" if self.code > 0 else f"was ended by signal {-self.code}"
            raise ToolError(
                f"{_shown(command)} {how}",
                log_tail=(self.stdout + self.stderr)[-LOG_TAIL:],
            )
        return self


def run(
    command: Sequence[str | os.PathLike[str]],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    account: Account | None = None,
    timeout: float | None = None,
    check: bool = True,
) -> Completed:
    """Run a program to its end and return its output as text (undecodable bytes replaced).

    Raises `ToolError` when it is not there, takes longer than `timeout` seconds (its whole process group
    is killed then), is ended by a signal or, with `check`, exits with another code than 0.
    """
    process = _started(command, account or Account(), None, cwd=cwd, env=env)
    try:
        out, err = process.communicate(timeout=timeout)
    except BaseException as error:
        kill_group(process.pid)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise _too_long(command, timeout) from error
        raise
    finally:
        orphans.forget(process.pid)
    done = Completed(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"), out)
    # A program that was killed has given no answer, whatever its caller makes of a failure.
    return done.checked(command) if check or done.code < 0 else done


def blocks(command: Sequence[str | os.PathLike[str]], *, cwd: Path, env: Mapping[str, str]) -> Iterator[bytes]:
    """What a program of the bot's own prints, as it comes; it is ended when nobody asks for more."""
    process = _started(command, Account(), None, cwd=cwd, env=env)
    assert process.stdout is not None
    assert process.stderr is not None
    errors = Output(process.stderr, LOG_TAIL)
    try:
        while block := process.stdout.read(1 << 16):
            yield block
    finally:
        kill_group(process.pid)
        process.wait()
        process.stdout.close()
        orphans.forget(process.pid)
        errors.finish()


def run_confined(
    command: Sequence[str | os.PathLike[str]],
    account: Account,
    confinement: Confinement,
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout: float,
) -> Completed:
    """As `run`, for somebody else's code: it may print without end, and nothing that it starts outlives it."""
    process = _started(command, account, confinement, cwd=cwd, env=env)
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = Output(process.stdout, OUTPUT_KEPT), Output(process.stderr, OUTPUT_KEPT)
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired as error:
        raise _too_long(command, timeout) from error
    finally:
        kill_group(process.pid)
        process.wait()
        orphans.end_what_is_left(process.pid)
        out.finish()
        err.finish()
    return Completed(process.returncode, out.text(), err.text())


def _started(
    command: Sequence[str | os.PathLike[str]],
    account: Account,
    confinement: Confinement | None,
    *,
    cwd: Path | None,
    env: Mapping[str, str] | None,
) -> "subprocess.Popen[bytes]":
    try:
        return start(
            command,
            account,
            confinement,
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except FileNotFoundError as error:
        raise ToolError(f"{command[0]} is not installed", f"Install {command[0]} and try again.") from error
    except PermissionError as error:
        raise ToolError(f"{command[0]} cannot be started: {error.strerror}", "Check who may run it.") from error


def _too_long(command: Sequence[str | os.PathLike[str]], timeout: float | None) -> ToolError:
    return ToolError(f"{_shown(command)} took longer than {timeout:g} s", kind="timeout")


def start(
    command: Sequence[str | os.PathLike[str]],
    account: Account,
    confinement: Confinement | None = None,
    **options: Any,
) -> "subprocess.Popen[bytes]":
    """Start a program as `account`, in a session of its own; `options` are those of `subprocess.Popen`.

    Raises `OSError`. Whoever waits for it calls `orphans.forget` afterwards, or `orphans.end_what_is_left`.
    """
    with orphans.starting() as started:
        if confinement is None:
            process = subprocess.Popen(command, start_new_session=True, **options, **as_account(account))
        else:
            process = _start_confined(command, account, confinement, options)
            reaper.program(process.pid, os.geteuid() if account.uid is None else account.uid)
        started.add(process.pid)
    return process


def _start_confined(
    command: Sequence[str | os.PathLike[str]], account: Account, confinement: Confinement, options: dict[str, Any]
) -> "subprocess.Popen[bytes]":
    process: subprocess.Popen[bytes] | None = None
    with confinement.ready(account) as (more, first), orphans.as_subreaper():
        try:
            # Python passes over what is raised in its hooks around a fork: a signal that comes then would be lost.
            with signals_deferred():
                process = subprocess.Popen(command, start_new_session=True, **options, **more)
            if first:
                first.adopt(process)
                orphans.follow(process.pid, first)
        except BaseException as error:
            # It could not be started, or a signal has come, after which nobody knows of the program.
            if first:
                first.give_up(process)
            if process:
                kill_group(process.pid)
                process.wait()
            if isinstance(error, subprocess.SubprocessError):
                raise PermissionError(errno.EPERM, "the kernel refuses to confine it") from error
            raise
    return process


def end_programs() -> None:
    """End all that is confined: the run was asked to end, and threads wait for it."""
    for pid in reaper.programs():
        kill_group(pid)


def kill_group(pid: int) -> None:
    """End a process that was started with `start_new_session`, and all that it started."""
    try:
        os.killpg(pid, 9)
    except (ProcessLookupError, PermissionError):
        return


def program(name: str) -> Path | None:
    """Where a program is on PATH."""
    found = shutil.which(name)
    return Path(found) if found else None


def _shown(command: Sequence[str | os.PathLike[str]]) -> str:
    text = " ".join(os.fspath(word) for word in command)
    return text if len(text) <= 200 else text[:197] + "..."
