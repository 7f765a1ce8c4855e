"""The Alembic environments of a run, as many at a time as there are cores.

In: checkouts, the environments that the change can touch, a server that is starting. Out: a result for each, those
without a verdict included, with where its time went.
"""

import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import msgspec

from bot.check import project, workers
from bot.check.records import ProjectInputs, ProjectResult
from bot.check.run import Run
from bot.check.workers import WorkerFactory
from bot.database.databases import Databases
from bot.database.servers import embedded
from bot.discovery.affected import Planned
from bot.errors import BotError, UsageError, machine_trouble
from bot.model import Failure, Project
from bot.project.checkout.checkouts import Workspaces
from bot.project.client.client import Worker
from bot.project.environment.environments import Environment
from bot.report.views import Views
from bot.system.timing import Clock, Threads

Result = TypeVar("Result")


def examine_all(
    run: Run, spaces: Workspaces, configs: Sequence[Planned], starting: "Future[Databases]"
) -> list[ProjectResult]:
    """All of them, in their order; a single one stays in the thread of the caller."""
    examination = _Examination(run, spaces, starting, several=len(configs) > 1)
    at_once = min(len(configs), _cores())
    if at_once <= 1:
        return [examination.result(item) for item in configs]
    with Threads(at_once) as pool:
        results = [pool.submit(examination.result, item) for item in configs]
        try:
            return [result.result() for result in results]
        except BaseException:
            # Whoever stops the run does not wait for what the project's code is doing.
            pool.shutdown(wait=False, cancel_futures=True)
            examination.stop()
            raise


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@dataclass
class _Examination:
    run: Run
    spaces: Workspaces
    starting: "Future[Databases]"
    several: bool
    working: list[Worker] = field(default_factory=list)

    def stop(self) -> None:
        """End what all workers are doing."""
        for worker in self.working:
            worker.stop()

    def result(self, item: Planned) -> ProjectResult:
        """One environment's trouble is no reason to say nothing of the others."""
        path = item.head.path
        with Clock(path, self.run.clock.spans).running() as clock:
            with self.run.stage(path, f"examining {path}"):
                found = _attempt(self.run, partial(self._examine, item))
            seconds = clock.seconds()
        result = self._without_verdict(item, found) if isinstance(found, BotError) else found
        if self.run.progress.verbose:
            self._log(item, "seconds: " + ", ".join(f"{name} {spent:.2f}" for name, spent in seconds.items()))
        return ProjectResult(msgspec.structs.replace(result.project, seconds=seconds), result.views)

    def _log(self, item: Planned, text: str) -> None:
        self.run.progress.log(f"{item.head.path}: {text}" if self.several else text)

    def _without_verdict(self, item: Planned, error: BotError) -> ProjectResult:
        failure = Failure(kind=error.kind, message=error.message, advice=error.advice, log_tail=error.log_tail)
        self.run.progress.log(f"{item.head.path}: {error.message}")
        return ProjectResult(Project(config=item.head.path, status="error", error=failure), Views())

    def _examine(self, item: Planned) -> ProjectResult:
        run, spaces = self.run, self.spaces
        self._log(item, "preparing the project's Python and a database server")
        base, head = workers.prepare(run, spaces, item)
        with ExitStack() as stack:
            # Workers take longer to start than our own server: they need not wait for it, nor have they a port to know.
            ports = () if embedded.claims(run.settings.database) else (self.starting.result().server.project.port,)
            head_worker = stack.enter_context(WorkerFactory(run, spaces, spaces.head, item.head, ports).worker(head))
            self.working.append(head_worker)
            base_worker = None
            if item.base and base:
                factory = WorkerFactory(run, spaces, spaces.base, item.base, ports)
                base_worker = stack.enter_context(factory.worker(base))
                self.working.append(base_worker)
            self._log(item, "reading the migrations of both sides")
            read_base, read_head = project.read(base_worker, head_worker)
            databases = self.starting.result()
            subject = ProjectInputs(
                config=item.head.path,
                settings=run.settings,
                databases=databases,
                base=read_base,
                head=read_head,
                base_root=spaces.base.path,
                head_root=spaces.head.path,
                notes=(*_notes(spaces, head.environment), *databases.server.notes),
                log=partial(self._log, item),
                changed=tuple(path for file in spaces.changed for path in file.paths),
                candidates=item.candidates,
            )
            with databases.translating_server_failures():
                return project.check_project(subject)


def _attempt(run: Run, action: Callable[[], Result]) -> Result | BotError:
    try:
        with machine_trouble():
            return action()
    except UsageError:
        raise
    except BotError as error:
        run.exit_code = max(run.exit_code, error.exit_code)
        return error


def _notes(spaces: Workspaces, environment: Environment) -> tuple[str, ...]:
    added = f"added to the project's requirements: {', '.join(environment.added)}" if environment.added else ""
    notes = (spaces.merge_note, *spaces.notes, added, *environment.notes)
    return tuple(note for note in notes if note)
