"""The story of a run, one call for each stage.

request → workspaces (base, head) → environments → server → for each Alembic environment: its check → report.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bot import model
from bot.check import assembly, delivery, project, workers
from bot.check.records import ProjectInputs, ProjectResult
from bot.check.run import Run, begin
from bot.check.workers import Prepared, WorkerFactory
from bot.database.databases import Databases
from bot.database.servers import Context, embedded, start
from bot.database.setup import run_setup
from bot.discovery import environments, size
from bot.discovery.affected import Plan, Planned, plan
from bot.errors import BotError, MemoryDiskFullError, UsageError, machine_trouble
from bot.migration.testbed import baseline
from bot.model import Failure, Project, Report
from bot.project.checkout import checkouts
from bot.project.checkout.checkouts import Workspaces
from bot.project.environment.environments import Environment
from bot.report.progress import Progress
from bot.report.views import Views
from bot.settings import Settings


@dataclass(frozen=True)
class Checked:
    report: Report
    views: dict[str, Views]
    exit_code: int


def check_and_tell(settings: Settings) -> int:
    """The whole of `migration-bot check`; the exit code."""
    with Progress(verbose=settings.verbose) as progress:
        checked = check(settings, progress)
    delivery.deliver(settings, checked.report, checked.views)
    return delivery.exit_code(settings, checked.report, checked.exit_code)


def check(settings: Settings, progress: Progress) -> Checked:
    """Compare, generate or verify, prove; raises `BotError` when nothing could be examined at all."""
    started = time.perf_counter()
    _refuse_untried(settings)
    with machine_trouble():
        try:
            return _check(settings, progress, started, in_memory=True)
        except MemoryDiskFullError:
            progress.log("the databases outgrow the free memory: once more, on disk")
            return _check(settings, progress, started, in_memory=False)


def _refuse_untried(settings: Settings) -> None:
    """What is read, but does not reach the proof yet, must not look as if it had been tried."""
    if settings.rows is not None:
        raise UsageError("the proof cannot use rows of your own yet", "Leave `rows` out.")


def _check(settings: Settings, progress: Progress, started: float, *, in_memory: bool) -> Checked:
    with ExitStack() as stack:
        run = stack.enter_context(begin(settings, progress))
        with run.stage("workspaces", "checking out both sides"):
            spaces = stack.enter_context(
                checkouts.prepare(settings.repo, settings.base, settings.head, run.directory, run.accounts.worker)
            )
        planned = _plan(settings, spaces)
        examined = [assembly.removed(config, spaces.head.path) for config in planned.removed]
        if planned.configs:
            examined += _examine_all(run, spaces, planned, stack, in_memory)
        elif planned.reason:
            progress.log(planned.reason)
        run.seconds["total"] = round(time.perf_counter() - started, 3)
    projects = [item.project for item in examined]
    report = Report(
        status=model.worst([project.status for project in projects]),
        base=spaces.base.commit or "",
        head=spaces.head.commit,
        seconds=run.seconds,
        projects=projects,
    )
    return Checked(report, {item.project.config: item.views for item in examined}, run.exit_code)


def _plan(settings: Settings, spaces: Workspaces) -> Plan:
    head = environments.discover(spaces.head.path, settings.configs, settings.sections)
    base = environments.discover(spaces.base.path)
    return plan(spaces.changed, base, head, spaces.head.path, settings.models)


def _examine_all(run: Run, spaces: Workspaces, planned: Plan, stack: ExitStack, in_memory: bool) -> list[ProjectResult]:
    """Environments and server come up at the same time; then one Alembic environment after another."""
    stage = run.stage("preparation", "preparing the project's Python and a database server")
    pool = stack.enter_context(ThreadPoolExecutor(1))
    tables = partial(size.tables, spaces.head.path, [item.head for item in planned.configs])
    with stage:
        starting = pool.submit(stack.enter_context, _databases(run, tables, in_memory))
        ready = [_attempt(run, partial(workers.prepare, run, spaces, item)) for item in planned.configs]
    examined = []
    for item, sides in zip(planned.configs, ready, strict=True):
        if isinstance(sides, BotError):
            examined.append(_without_verdict(run, item, sides))
            continue
        with run.stage(item.head.path, f"examining {item.head.path}"):
            result = _attempt(run, partial(_examine, run, spaces, item, sides, starting))
        examined.append(_without_verdict(run, item, result) if isinstance(result, BotError) else result)
    return examined


@contextmanager
def _databases(run: Run, tables: Callable[[], int], in_memory: bool) -> Iterator[Databases]:
    settings = run.settings
    context = Context(run.directory, settings.cache_dir, run.accounts, settings.timeout / 10, tables, in_memory)
    with start(settings.database, context) as server, Databases(server) as databases:
        with databases.translating_server_failures():
            run_setup(databases, list(settings.setup))
        databases.ahead(baseline.FIRST)
        yield databases


Result = TypeVar("Result")


def _attempt(run: Run, action: Callable[[], Result]) -> Result | BotError:
    """One environment's trouble is no reason to say nothing of the others."""
    try:
        with machine_trouble():
            return action()
    except UsageError:
        raise
    except BotError as error:
        run.exit_code = max(run.exit_code, error.exit_code)
        return error


def _without_verdict(run: Run, item: Planned, error: BotError) -> ProjectResult:
    failure = Failure(kind=error.kind, message=error.message, advice=error.advice, log_tail=error.log_tail)
    run.progress.log(f"{item.head.path}: {error.message}")
    return ProjectResult(Project(config=item.head.path, status="error", error=failure), Views())


def _examine(
    run: Run,
    spaces: Workspaces,
    item: Planned,
    sides: tuple[Prepared | None, Prepared],
    starting: "Future[Databases]",
) -> ProjectResult:
    base, head = sides
    with ExitStack() as stack:
        # Workers take longer to start than our own server: they need not wait for it, nor have they a port to know.
        ports = () if embedded.claims(run.settings.database) else (starting.result().server.project.port,)
        head_worker = stack.enter_context(WorkerFactory(run, spaces, spaces.head, item.head, ports).worker(head))
        base_worker = None
        if item.base and base:
            base_worker = stack.enter_context(WorkerFactory(run, spaces, spaces.base, item.base, ports).worker(base))
        run.progress.log("reading the migrations of both sides")
        read_base, read_head = project.read(base_worker, head_worker)
        databases = starting.result()
        subject = ProjectInputs(
            config=item.head.path,
            settings=run.settings,
            databases=databases,
            base=read_base,
            head=read_head,
            base_root=spaces.base.path,
            head_root=spaces.head.path,
            notes=(*_notes(spaces, head.environment), *databases.server.notes),
            log=run.progress.log,
            changed=tuple(path for file in spaces.changed for path in file.paths),
            candidates=item.candidates,
        )
        with databases.translating_server_failures():
            return project.check_project(subject)


def _notes(spaces: Workspaces, environment: Environment) -> tuple[str, ...]:
    added = f"added to the project's requirements: {', '.join(environment.added)}" if environment.added else ""
    notes = (spaces.merge_note, *spaces.notes, added, *environment.notes)
    return tuple(note for note in notes if note)
