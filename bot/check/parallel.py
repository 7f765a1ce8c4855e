"""The Alembic environments of a run, as many at a time as there are cores.

In: checkouts, the environments that the change can touch, a server that is starting. Out: a result for each, those
without a verdict included, with where its time went.
"""

import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

import msgspec

from bot.check import assembly, project, retries, workers
from bot.check.records import ProjectInputs, ProjectResult, SharedFile
from bot.check.run import Run
from bot.check.workers import Prepared, WorkerFactory
from bot.database.databases import Databases
from bot.database.servers import embedded
from bot.discovery.affected import Planned
from bot.errors import BotError, ProjectError, ReportedUsageError, UsageError, machine_trouble
from bot.model import Failure, Project
from bot.project.checkout.checkouts import Workspaces
from bot.project.client.client import Worker
from bot.project.environment.cache import Environment
from bot.report.views import Views
from bot.system import confinement
from bot.system.timing import Clock, Threads

Result = TypeVar("Result")
Sides = tuple[Prepared | None, Prepared]


def check_all(
    run: Run, spaces: Workspaces, configs: Sequence[Planned], starting: "Future[Databases]"
) -> list[ProjectResult]:
    """Examine all, in order of their files; a single one runs in the caller's thread."""
    paths = [item.head.path for item in configs]
    shared_paths = frozenset(path for path in paths if paths.count(path) > 1)
    examination = _Examination(run, spaces, starting, len(configs) > 1, shared_paths)
    groups = _of_one_folder(configs)
    at_once = min(len(groups), _cores())
    if at_once <= 1:
        return [result for group in groups for result in examination.in_turn(group)]
    with Threads(at_once) as pool:
        results = [pool.submit(examination.in_turn, group) for group in groups]
        try:
            return [result for found in results for result in found.result()]
        except BaseException:
            # Whoever stops the run does not wait for what the project's code is doing.
            pool.shutdown(wait=False, cancel_futures=True)
            examination.stop()
            raise


def _of_one_folder(configs: Sequence[Planned]) -> list[list[Planned]]:
    """The environments, together where they have the same folder of revisions: sections for one deployment each."""
    groups = dict[tuple[str, ...], list[Planned]]()
    for number, item in enumerate(configs):
        groups.setdefault(item.head.folders or (str(number),), []).append(item)
    return list(groups.values())


def _cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@dataclass
class _Examination:
    run: Run
    spaces: Workspaces
    starting: "Future[Databases]"
    several: bool
    shared_paths: frozenset[str]  # configurations that have several environments
    working: list[Worker] = field(default_factory=list)

    def stop(self) -> None:
        """End what all workers are doing."""
        for worker in self.working:
            worker.stop()

    def in_turn(self, group: Sequence[Planned]) -> list[ProjectResult]:
        """One environment after another: what was written for the first is in the folder of the others, too."""
        results = list[ProjectResult]()
        for item in group:
            results += assembly.with_origin(self.results(item), results)
        return results

    def results(self, item: Planned) -> list[ProjectResult]:
        """The environment, or each of its databases, which are known only when env.py has run.

        A failure in one environment does not keep others from being examined.
        """
        subject = _Subject(item, item.head.section if item.head.path in self.shared_paths else "")
        self._log(subject, "preparing the project's Python and a database server")
        sides = _attempt(self.run, partial(workers.prepare, self.run, self.spaces, item))
        if isinstance(sides, BotError):
            return [self._without_verdict(subject, sides)]
        code = self.run.exit_code
        found, result = self._timed(subject, sides)
        databases = found.databases if isinstance(found, ProjectError) else ()
        if not databases:
            return [result]
        self.run.exit_code = code
        return self._each(subject, sides, databases)

    def _each(self, subject: "_Subject", sides: Sides, databases: Sequence[str]) -> list[ProjectResult]:
        """One database after another; they share one generated file, which the last one completes."""
        results, shared = list[ProjectResult](), SharedFile()
        for database in databases:
            name = ", ".join(filter(None, (subject.name, database or "default")))
            one = replace(subject, name=name, database=database, shared=shared)
            result = self._timed(one, sides)[1]
            shared = result.shared if result.shared.path else shared
            results.append(result)
        return [assembly.of_several(result, results, databases) for result in results]

    def _timed(self, subject: "_Subject", sides: Sides) -> tuple[ProjectResult | BotError, ProjectResult]:
        """The result, and how long it took."""
        with Clock(subject.label, self.run.clock.spans).running() as clock:
            with self.run.stage(subject.label, f"examining {subject.label}"):
                found = _attempt(self.run, partial(self._examine, subject, sides))
            seconds = clock.seconds()
        several = isinstance(found, ProjectError) and found.databases
        if isinstance(found, ProjectResult):
            result = found
        else:
            result = ProjectResult(self._failed(subject, found), Views())
            if not several:
                self.run.progress.log(f"{subject.label}: {found.message}")
        if self.run.progress.verbose and not several:
            self._log(subject, "seconds: " + ", ".join(f"{name} {spent:.2f}" for name, spent in seconds.items()))
        return found, replace(result, project=msgspec.structs.replace(result.project, seconds=seconds))

    def _log(self, subject: "_Subject", text: str) -> None:
        self.run.progress.log(f"{subject.label}: {text}" if self.several else text)

    def _without_verdict(self, subject: "_Subject", error: BotError) -> ProjectResult:
        self.run.progress.log(f"{subject.label}: {error.message}")
        return ProjectResult(self._failed(subject, error), Views())

    @staticmethod
    def _failed(subject: "_Subject", error: BotError) -> Project:
        failure = Failure(kind=error.kind, message=error.message, advice=error.advice, log_tail=error.log_tail)
        return Project(config=subject.item.head.path, name=subject.name, status="error", error=failure)

    def _examine(self, subject: "_Subject", sides: Sides) -> ProjectResult:
        examine = partial(self._compare, subject)
        return retries.examined(self.run, self.spaces, subject.item, sides, examine)

    def _compare(self, subject: "_Subject", run: Run, sides: Sides) -> ProjectResult:
        """Compare both sides with their workers; `run` has the settings for their code."""
        spaces, item, (base, head) = self.spaces, subject.item, sides
        with ExitStack() as stack:
            # Workers take longer to start than our own server: they need not wait for it, nor know where it is.
            own = embedded.claims(run.settings.database)
            server = None if own else self.starting.result().server.project
            factory = partial(WorkerFactory, run, spaces, server=server, database=subject.database)
            head_worker = stack.enter_context(factory(spaces.head, item.head).worker(head))
            self.working.append(head_worker)
            base_worker = None
            if item.base and base:
                base_worker = stack.enter_context(factory(spaces.base, item.base).worker(base))
                self.working.append(base_worker)
            self._log(subject, "reading the migrations of both sides")
            if subject.shared.path:
                head_worker.discard(subject.shared.path)
            read_base, read_head = project.read(base_worker, head_worker)
            databases = self.starting.result()
            inputs = ProjectInputs(
                config=item.head.path,
                settings=run.settings,
                databases=databases,
                base=read_base,
                head=read_head,
                base_root=spaces.base.path,
                head_root=spaces.head.path,
                notes=(*_notes(run, spaces, head.environment), *databases.server.notes, *confinement.missing()),
                conflict=spaces.conflict,
                confinement=confinement.layers(run.accounts.worker),
                log=partial(self._log, subject),
                changed=tuple(path for file in spaces.changed for path in file.paths),
                candidates=item.candidates,
                common=item.common,
                name=subject.name,
                shared=subject.shared,
                base_failure=run.base_failure,
            )
            with databases.translating_server_failures():
                return project.check_project(inputs)


@dataclass(frozen=True)
class _Subject:
    """An environment; `name` distinguishes it from others in its file, `database` is one of several of its env.py."""

    item: Planned
    name: str = ""
    database: str | None = None
    shared: SharedFile = field(default_factory=SharedFile)

    @property
    def label(self) -> str:
        return Project(config=self.item.head.path, name=self.name, status="error").label


def _attempt(run: Run, action: Callable[[], Result]) -> Result | BotError:
    try:
        with machine_trouble(run.settings.machine.temporary), run.room.required():
            return action()
    except BotError as error:
        if isinstance(error, UsageError) and not isinstance(error, ReportedUsageError):
            raise
        run.exit_code = max(run.exit_code, error.exit_code)
        return error


def _notes(run: Run, spaces: Workspaces, environment: Environment) -> tuple[str, ...]:
    added = f"added to the project's requirements: {', '.join(environment.added)}" if environment.added else ""
    filled = retries.note(run.filled_lines)
    other = retries.OTHER_DATABASE if run.any_database else ""
    folders = retries.folders_note(run.code_folders)
    notes = (spaces.merge_note, *spaces.notes, added, *environment.notes, filled, folders, other)
    return tuple(note for note in notes if note)
