"""The trusted side of a worker: starts the process, sends tasks with a deadline, ends it with its descendants.

In: a specification and tasks. Out: raw JSON answers, or `ProjectError` when the process does not
give one. Each task is complete in itself, so that a process that died is simply replaced for the next one.
"""

import json
import os
import selectors
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.errors import ProjectError, ToolError
from bot.project.client.locks import WaitsForItselfError
from bot.project.client.spec import WorkerSpec
from bot.system import LOG_TAIL, Confinement, Output, end_what_is_left, kill_group, remove, start
from bot.system.timing import span

LARGEST_ANSWER = 40 * 1024 * 1024  # bytes
START = 60.0  # seconds for the project's Alembic and SQLAlchemy to be imported
LOOK = 0.2  # seconds between looks at whether the process still runs
OUTPUT_KEPT = 64 * 1024  # bytes of what the project's code prints
_NAME = "migration_bot_worker"
_SOURCE = Path(__file__).parent.with_name("worker")


class WorkerProcess:
    """One process, started when it is needed; use from one thread at a time."""

    def __init__(self, spec: WorkerSpec) -> None:
        self._spec = spec
        self._code = _code(spec.run_dir)
        self._folder = Path(tempfile.mkdtemp(prefix="worker-", dir=spec.run_dir))
        self._process: subprocess.Popen[bytes] | None = None
        self._output: Output | None = None
        self._send = self._receive = -1
        self._look: Callable[[], None] = lambda: None
        self._prepare()

    def _prepare(self) -> None:
        """A home of its own."""
        self._folder.chmod(0o755)
        home = self._folder / "home"
        home.mkdir(mode=0o700)
        self._spec.account.own(home)

    def ask(self, task: str, arguments: dict[str, Any], look: Callable[[], None] = lambda: None) -> bytes:
        """Send a task and wait for the answer; raises `ProjectError` when there is none in time.

        `look` is called often meanwhile, and may raise `WaitsForItselfError`.
        """
        self._look = look
        try:
            if self._process is None or self._process.poll() is not None:
                self._start()
            deadline = time.monotonic() + self._spec.timeout
            self._write({"task": task, "arguments": arguments}, deadline)
            return self._read(deadline)
        except (BrokenPipeError, EOFError):
            raise self._ended() from None
        except WaitsForItselfError as error:
            self._kill()
            raise ProjectError(
                f"the project's code waits for a lock that it holds itself, to {_DOING.get(task, task)}: "
                f"{error.waiting} waits for the transaction of {error.holding}",
                "Use one connection for both, or end the transaction of the first before the second begins.",
                kind="lock",
                log_tail=self.tail(),
            ) from None
        except TimeoutError:
            self._kill()
            raise ProjectError(
                f"the project's code took longer than {self._spec.timeout:g} s to {_DOING.get(task, task)}",
                "Look for an endless loop, or for something outside of the database that the project's code waits for.",
                kind="timeout",
                log_tail=self.tail(),
            ) from None

    def tail(self) -> str:
        """The end of what the project's code printed."""
        return self._output.text()[-LOG_TAIL:] if self._output else ""

    def end(self) -> None:
        """End the process with all that it started; the next task gets a new one."""
        self._kill()

    def interrupt(self) -> None:
        """From another thread: whoever waits for an answer gets none."""
        process = self._process
        if process is not None and process.returncode is None:
            kill_group(process.pid)

    def close(self) -> None:
        """End the process; it is not started again."""
        self._kill()
        remove(self._folder)

    @span("project.start")
    def _start(self) -> None:
        self._kill()
        spec = self._spec
        inner_read, self._send = os.pipe()
        self._receive, inner_write = os.pipe()
        # -s: nothing of a user's own site. The hash seed makes generated files the same every time.
        main = self._code / _NAME / "__main__.py"
        command = [str(spec.python), "-s", str(main), str(inner_read), str(inner_write)]
        try:
            self._process = start(
                command,
                spec.account,
                self._confinement(),
                cwd=spec.cwd,
                env=self._start_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(inner_read, inner_write),
                umask=0o022,
            )
        except OSError as error:
            self._close_pipes()
            raise ToolError(
                f"cannot start the project's Python {spec.python}: {error.strerror}",
                "Check --python, and that the unprivileged account may read and run it.",
            ) from error
        finally:
            os.close(inner_read)
            os.close(inner_write)
        assert self._process.stdout is not None
        self._output = Output(self._process.stdout, OUTPUT_KEPT)
        os.set_blocking(self._send, False)
        deadline = time.monotonic() + max(START, self._spec.timeout)
        self._write(self._specification(), deadline)
        self._read(deadline)

    def _confinement(self) -> Confinement:
        given = self._spec.confinement
        return replace(
            given,
            readable=(*given.readable, self._folder, self._code),
            writable=(*given.writable, self._folder / "home"),
        )

    def _start_environment(self) -> dict[str, str]:
        """What the interpreter starts with; the code's own environment is set by the worker."""
        names = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
        given = {name: self._spec.env[name] for name in names if name in self._spec.env}
        return {**given, "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}

    def _specification(self) -> dict[str, Any]:
        spec = self._spec
        return {
            "checkout": os.path.realpath(spec.checkout),
            "cwd": os.path.realpath(spec.cwd),
            "config": os.path.realpath(spec.config),
            "kind": spec.kind,
            "section": spec.section,
            "x": list(spec.x),
            "script_location": spec.script_location,
            "database": spec.database,
            "any_database": spec.any_database,
            "env": {**spec.account.variables(self._folder / "home"), **spec.env},
            "paths": [str(path) for path in spec.paths],
        }

    def _write(self, message: dict[str, Any], deadline: float) -> None:
        data = json.dumps(message).encode() + b"\n"
        while data:
            self._wait(self._send, selectors.EVENT_WRITE, deadline)
            data = data[os.write(self._send, data) :]

    def _read(self, deadline: float) -> bytes:
        answer = bytearray()
        while not answer.endswith(b"\n"):
            self._wait(self._receive, selectors.EVENT_READ, deadline)
            block = os.read(self._receive, 1 << 20)
            if not block:
                raise EOFError
            answer += block
            if len(answer) > LARGEST_ANSWER:
                self._kill()
                raise ProjectError(
                    "the project's code sent more than can be an answer",
                    "Something in it writes to file descriptors of others, or declares a schema beyond measure.",
                    kind="size",
                )
        return bytes(answer)

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        """Until the pipe is ready. A child that outlives the worker can keep it open, so look at both."""
        assert self._process is not None
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, event)
            while not selector.select(min(LOOK, max(deadline - time.monotonic(), 0))):
                if self._process.poll() is not None:
                    raise EOFError
                self._look()
                if time.monotonic() >= deadline:
                    raise TimeoutError

    def _ended(self) -> ProjectError:
        """The process is gone: `os._exit`, a signal, or no memory left."""
        assert self._process is not None
        try:
            code = self._process.wait(2)
        except subprocess.TimeoutExpired:
            code = -9  # the channel is closed, but it goes on
        if self._output:
            self._output.finish()
        tail = self.tail()
        self._kill()
        if code < 0:
            limit = self._spec.confinement.memory_bytes
            message = f"the process of the project's code was ended by signal {-code}"
            more = f"used more than its {limit // 1024**2} MiB of memory, or " if limit else ""
            advice = f"It may have {more}crashed in compiled code."
            return ProjectError(message, advice, kind="killed", log_tail=tail)
        return ProjectError(
            f"the project's code ended its process with exit code {code}",
            "Remove exit calls from what env.py, models and migrations do when they are imported.",
            kind="exit",
            log_tail=tail,
        )

    def _kill(self) -> None:
        if self._process is not None:
            kill_group(self._process.pid)
            self._process.wait()
            end_what_is_left(self._process.pid)
            if self._output:
                self._output.finish()
            self._process = None
        self._close_pipes()

    def _close_pipes(self) -> None:
        for descriptor in (self._send, self._receive):
            if descriptor >= 0:
                os.close(descriptor)
        self._send = self._receive = -1


def _code(run_dir: Path) -> Path:
    """The worker's own code, copied once in a run: its account can read it there, but not change it.

    What is compiled of it comes along, with the times that tell so: the project's Python, if it is of the same version,
    need not do it for every process.
    """
    folder = run_dir / "code"
    with _copying:
        if not folder.exists():
            shutil.copytree(_SOURCE, folder / _NAME)
            for path in (folder, *folder.rglob("*")):
                path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


_copying = threading.Lock()
_DOING = {
    "load": "load its migrations",
    "create_all": "create its models' tables",
    "upgrade": "upgrade",
    "downgrade": "downgrade",
    "autogenerate": "compare models and database",
    "revision": "write a revision",
}
