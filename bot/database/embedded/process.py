"""The server's processes: started as their account, watched, and ended whatever happens to the bot.

In: programs, a data folder, an account. Out: a running server for the time of a context.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg2

from bot.database.advice import advice_for
from bot.database.embedded import disk_full, limits, orphans
from bot.database.embedded.programs import Programs
from bot.errors import BotError, ToolError
from bot.system import LOG_TAIL, Account, forget, kill_orphans, reaper, start

START_TIMEOUT = 60.0  # seconds; a loaded machine, not a normal one
POLL = 0.001  # seconds between two looks at a file in memory
STOPS = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 10.0))  # fast, immediate, by force
DATA = "data"  # the data folder, in the server's
PORT = 5432  # only names the socket: the server listens on no network

# Nothing is worth keeping, so nothing is written twice or synchronised; no helpers that wake up by
# themselves; room for a `DROP SCHEMA` of thousands of tables; shared memory that vanishes with the folder.
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "autovacuum": "off",
    "max_worker_processes": "0",
    "jit": "off",
    "restart_after_crash": "off",
    "max_connections": "60",
    "max_locks_per_transaction": "256",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",
    "log_checkpoints": "off",
    **disk_full.SETTINGS,
    "timezone": "UTC",
    "log_timezone": "UTC",
}

# Waits for the end of its standard input, which comes when the bot is gone in whatever way, kill -9 included;
# then ends the server and frees the memory that its files take.
WATCH = """
read -r _
kill -INT "$1"
i=0
while kill -0 "$1" 2>/dev/null && [ $i -lt 50 ]; do sleep 0.1; i=$((i+1)); done
kill -KILL "$1" 2>/dev/null
# A server that was killed leaves its segment of shared memory: postmaster.pid names it in line 7.
[ ! -f "$2/postmaster.pid" ] || ipcrm -m "$(sed -n '7s/.* //p' "$2/postmaster.pid")"
rm -rf -- "$2"
"""


@dataclass(frozen=True)
class Place:
    """The server's folder: `home` belongs to the server's account and has the socket in it; `log` is elsewhere."""

    home: Path
    account: Account
    log: Path

    @property
    def data(self) -> Path:
        return self.home / DATA

    def log_tail(self) -> str:
        """The end of what the server wrote, `""` when it never did."""
        try:
            with self.log.open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - LOG_TAIL))
                return log.read(LOG_TAIL).decode(errors="replace")
        except OSError:
            return ""


@contextmanager
def running(programs: Programs, place: Place, extra: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the server on `place.data` with `extra` settings; it listens on a socket in `place.home`.

    Raises `ToolError` with the end of its log when it does not start, or when it dies in the middle.
    """
    settings = SETTINGS | {"unix_socket_directories": str(place.home)} | extra
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = limits.limited([programs / "postgres", "-D", place.data, *options])
    with place.log.open("ab") as log, supervised(command, place, out=log) as server:
        limits.share(server.pid)
        _await_ready(server, place)
        try:
            yield server
        except (BotError, psycopg2.Error) as error:
            if not _is_ready(server, place):
                raise _died("PostgreSQL stopped in the middle of the run", place) from error
            raise


@contextmanager
def supervised(command: Sequence[str | Path], place: Place, *, out: IO[bytes]) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that works in `place.data`; it is shut down cleanly when the context or the bot ends.

    By force it would leave shared memory behind.
    """
    process = spawn(command, place.account, out=out)
    try:
        with _watched(process.pid, place):
            try:
                yield process
            finally:
                _stop(process)
    finally:
        _stop(process)
        forget(process.pid)
        orphans.clear(place.data)


def end_by_force(server: "subprocess.Popen[bytes]") -> None:
    """A server that hangs. Its sessions hang as well, do not see that it is gone, and come to us as orphans."""
    server.kill()
    server.wait()
    kill_orphans()


def spawn(
    command: Sequence[str | Path],
    account: Account,
    *,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    out: IO[bytes],
) -> "subprocess.Popen[bytes]":
    """Start a program of the server's as `account`, apart from our terminal and without our environment.

    The environment may hold a token, and a superuser's session can read the server's.
    """
    try:
        return start(
            command,
            account,
            cwd="/",
            env={"PATH": "/usr/bin:/bin:/usr/local/bin", "LC_ALL": "C"},
            stdin=stdin,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        raise ToolError(
            f"cannot run {command[0]}: {error.strerror}",
            "Install it, or make it readable for the account that runs the database server.",
        ) from error


@contextmanager
def _watched(pid: int, place: Place) -> Iterator[None]:
    with place.log.open("ab") as log:
        watcher = spawn(
            ["/bin/sh", "-c", WATCH, "sh", str(pid), place.data],
            place.account,
            stdin=subprocess.PIPE,
            out=log,
        )
    reaper.awaited(place.data)
    try:
        yield
    finally:
        reaper.removed(place.data)
        watcher.kill()
        watcher.communicate()
        forget(watcher.pid)


def _await_ready(server: "subprocess.Popen[bytes]", place: Place) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not _is_ready(server, place):
        if server.poll() is not None:
            raise _died("PostgreSQL did not start", place)
        if time.monotonic() > deadline:
            raise _died(f"PostgreSQL was not ready after {START_TIMEOUT:g} s", place)
        time.sleep(POLL)


def _is_ready(server: "subprocess.Popen[bytes]", place: Place) -> bool:
    """What the server's own status file says; it is not ready when it ends or recovers from a crash."""
    try:
        lines = (place.data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    alive = server.poll() is None
    return alive and len(lines) >= 8 and lines[0] == str(server.pid) and lines[7].strip() == "ready"


def _stop(server: "subprocess.Popen[bytes]") -> None:
    for how, timeout in STOPS:
        if server.poll() is not None:
            return
        server.send_signal(how)
        try:
            server.wait(timeout)
        except subprocess.TimeoutExpired:
            continue


def _died(message: str, place: Place) -> ToolError:
    tail = place.log_tail()
    return ToolError(message, advice_for(tail), kind="server", log_tail=tail)
