"""A run, one call for each stage.

checkouts of base and head → Alembic environments → server → a check of each environment → report.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from bot import model
from bot.check import assembly, delivery
from bot.check.parallel import check_all
from bot.check.records import ProjectResult
from bot.check.run import Run, begin
from bot.database.databases import Databases
from bot.database.missing_extensions import Remedy
from bot.database.servers import Context, start
from bot.database.setup import run_setup
from bot.discovery import environments, size
from bot.discovery.affected import Plan, plan
from bot.errors import ExtensionNeededError, MemoryDiskFullError, machine_trouble
from bot.migration.testbed import baseline
from bot.model import Report
from bot.project.checkout import checkouts
from bot.project.checkout.checkouts import Workspaces
from bot.report.progress import Progress
from bot.report.views import Views
from bot.settings import Settings
from bot.system.timing import Span, Threads


@dataclass(frozen=True)
class Checked:
    report: Report
    views: dict[str, Views]
    exit_code: int
    spans: Sequence[Span] = ()


def check_and_deliver(settings: Settings) -> int:
    """The whole of `migration-bot check`; the exit code."""
    with Progress(verbose=settings.verbose) as progress:
        checked = check(settings, progress)
    delivery.deliver(settings, checked.report, checked.views)
    delivery.profile(settings, checked.spans)
    return delivery.exit_code(settings, checked.report, checked.exit_code)


def check(settings: Settings, progress: Progress) -> Checked:
    """Compare, generate or verify, prove; raises `BotError` when no environment could be examined."""
    started = time.perf_counter()
    with machine_trouble(settings.machine.temporary):
        wanted = _Wanted(in_memory=not (settings.scale or settings.sizes))
        while True:
            try:
                return _check(settings, progress, started, wanted)
            except MemoryDiskFullError:
                progress.log("the databases outgrow the free memory: running again, on disk")
                wanted = replace(wanted, in_memory=False)
            except ExtensionNeededError as error:
                progress.log(f"the extension {error.extension} has to be there beforehand: running again")
                wanted = replace(wanted, extensions=(*wanted.extensions, error.extension))


@dataclass(frozen=True)
class _Wanted:
    """What the server has to be like, as far as is known."""

    in_memory: bool
    extensions: tuple[str, ...] = ()


def _check(settings: Settings, progress: Progress, started: float, wanted: _Wanted) -> Checked:
    with ExitStack() as stack:
        run = stack.enter_context(begin(settings, progress))
        stack.enter_context(run.clock.running())
        with run.stage("workspaces", "checking out both sides"):
            spaces = stack.enter_context(
                checkouts.prepare(
                    run.git, settings.repo, settings.base, settings.head, run.directory, run.accounts.worker
                )
            )
        found = planned(settings, spaces)
        examined = [assembly.removed(config, spaces.head.path) for config in found.removed]
        if found.configs:
            examined += _examine_all(run, spaces, found, stack, wanted)
        elif found.reason:
            progress.log(found.reason)
        run.seconds["total"] = round(time.perf_counter() - started, 3)
    projects = [item.project for item in examined]
    report = Report(
        status=model.worst([project.status for project in projects]),
        base=spaces.base.commit or "",
        head=spaces.head.commit,
        seconds=run.seconds,
        projects=projects,
    )
    return Checked(report, {item.project.label: item.views for item in examined}, run.exit_code, run.clock.spans)


def planned(settings: Settings, spaces: Workspaces) -> Plan:
    """The environments to examine."""
    head = environments.discover(spaces.head.path, settings.configs, settings.sections)
    base = environments.known(spaces.base.path, settings.configs)
    others = environments.known(spaces.head.path, ()) if settings.configs or settings.sections else []
    return plan(spaces.changed, base, head, spaces.head.path, settings.models, others)


def _examine_all(run: Run, spaces: Workspaces, found: Plan, stack: ExitStack, wanted: _Wanted) -> list[ProjectResult]:
    """Start the server while the Python environments are prepared."""
    pool = stack.enter_context(Threads(1))
    tables = partial(size.tables, spaces.head.path, [item.head for item in found.configs])
    starting = pool.submit(stack.enter_context, _databases(run, tables, wanted))
    return check_all(run, spaces, found.configs, starting)


@contextmanager
def _databases(run: Run, tables: Callable[[], int], wanted: _Wanted) -> Iterator[Databases]:
    settings = run.settings
    context = Context(
        run.directory,
        settings.cache_dir,
        settings.machine.temporary,
        run.accounts,
        settings.timeout / 10,
        tables,
        wanted.in_memory,
        settings.allow_shared_server,
        wanted.extensions,
    )
    with ExitStack() as stack:
        with run.stage("server"):
            server = stack.enter_context(start(settings.database, context))
            made = [remedy for name in wanted.extensions if (remedy := Remedy("extension", name)).is_harmless]
            notes = (*server.notes, *(remedy.note for remedy in made))
            server = replace(server, extensions=wanted.extensions, notes=notes)
            databases = stack.enter_context(Databases(server))
            with databases.translating_server_failures():
                run_setup(databases, [*(remedy.sql for remedy in made), *settings.setup])
        databases.ahead(baseline.FIRST)
        yield databases
