"""What the project's own Alembic does for the bot, task by task.

In: a `WorkerSpec` and addresses of disposable databases. Out: checked answers; whatever is wrong
in the project's code, models or migrations becomes a `ProjectError` with a kind, a place and advice.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import msgspec

from bot.database.addresses import Address
from bot.errors import ProjectError
from bot.model import ObjectKey
from bot.project.client import answers, chains, locks
from bot.project.client.answers import (
    File,
    Loaded,
    Models,
    ModelTable,
    Observation,
    Ran,
    RanStatement,
    Reply,
    Revision,
    SeenRelation,
    Used,
    is_inside,
)
from bot.project.client.failures import to_error
from bot.project.client.process import WorkerProcess
from bot.project.client.spec import WorkerSpec
from bot.system import beneath
from bot.system.timing import span

__all__ = [
    "File",
    "Loaded",
    "ModelTable",
    "Models",
    "Observation",
    "Plan",
    "Ran",
    "RanStatement",
    "Revision",
    "SeenRelation",
    "Used",
    "Worker",
    "WorkerSpec",
]

Result = TypeVar("Result")

_ADVICE = {
    "duplicate": "Give one of these files another revision id.",
    "broken": "Point its down_revision at a revision that exists, or add the file that is missing.",
    "cycle": "Point one of the down_revisions somewhere else, so that the history has a beginning.",
}


@dataclass(frozen=True)
class Plan:
    """Operations for both directions, and databases that definitions are taken from: new and old schema."""

    upgrade: tuple[dict[str, Any], ...]
    downgrade: tuple[dict[str, Any], ...]
    address_after: Address
    address_before: Address


class Worker:
    """One side's project. Tasks of one worker run one after another, from whatever thread they come."""

    def __init__(self, spec: WorkerSpec) -> None:
        self._spec = spec
        self._process = WorkerProcess(spec)
        self._lock = threading.Lock()
        self._stopped = False
        self._alone = False  # whether each task needs a process of its own
        self.puts_rows = False  # whether the code was seen to put rows into its tables whenever it is loaded

    @classmethod
    @contextmanager
    def start(cls, spec: WorkerSpec) -> Iterator["Worker"]:
        """A worker for the time of the context; its process comes with the first task."""
        worker = cls(spec)
        try:
            yield worker
        finally:
            worker.close()

    def close(self) -> None:
        """End the process and everything that it started."""
        self._process.close()

    def stop(self) -> None:
        """From another thread: end what the process is doing, and begin nothing more."""
        self._stopped = True
        self._process.interrupt()

    def load(self) -> Loaded:
        """Read the migrations, without env.py and without a database.

        Raises `ProjectError` of kind `scripts` when revisions are there twice, follow nothing or each other.
        """
        loaded = self._ask("load", Loaded)
        if loaded.problems:
            paths = sorted({path for problem in loaded.problems for path in problem.paths})
            raise ProjectError(
                f"the migrations cannot be followed: {'; '.join(problem.message for problem in loaded.problems)}"
                + (f" ({', '.join(paths)})" if paths else ""),
                _ADVICE[loaded.problems[0].kind],
                kind="scripts",
            )
        if wrong := chains.fault(loaded):
            raise _improper("load", wrong, self._process.tail())
        return msgspec.structs.replace(loaded, history=answers.few(loaded.history))

    def create_all(self, address: Address, over: bool = False) -> Models:
        """Create everything that the models declare, outside of any transaction.

        `over` says that there may be types and sequences of theirs already, of an older make.
        """
        return self._ask("create_all", Models, address, over=over)

    def upgrade(self, address: Address, target: str = "heads", trace: bool = False) -> Ran:
        """Run migrations up to `target`; `trace` tells what each statement locked and rewrote."""
        return self._ask("upgrade", Ran, address, target=target, trace=trace)

    def downgrade(self, address: Address, target: str, trace: bool = False) -> Ran:
        """Run migrations down to `target`."""
        return self._ask("downgrade", Ran, address, target=target, trace=trace)

    def stamp(self, address: Address, revisions: list[str]) -> None:
        """Say that the database is at these revisions, whatever it holds."""
        self._ask("stamp", type(None), address, revisions=revisions)

    def current(self, address: Address) -> list[str]:
        """The revisions that the database says it is at."""
        return self._ask("current", list[str], address)

    def autogenerate(self, address: Address, tables: Iterable[tuple[str, str]] | None = None) -> list[str]:
        """What autogenerate would still do, as source, one text per operation; with `tables`, to these tables alone."""
        wanted = None if tables is None else [list(table) for table in tables]
        return self._ask("autogenerate", list[str], address, tables=wanted)

    def left_out(self, address: Address, objects: Iterable[ObjectKey]) -> frozenset[ObjectKey]:
        """Which of these objects of a database `env.py` keeps from autogenerate."""
        found = self._ask("left_out", list[ObjectKey], address, objects=[list(key) for key in objects])
        return frozenset(found)

    def use(
        self,
        address: Address,
        tables: Iterable[tuple[str, str]],
        *,
        home: bool = False,
        stay: bool = False,
        read: bool = False,
    ) -> list[Used]:
        """Read and write these tables by the models; `home` is a database that they belong to, and comes first.

        Nothing that is written stays, unless that is asked for; then nothing else is tried. `read` tries reading alone.
        """
        wanted = [list(table) for table in tables]
        return self._ask("use", list[Used], address, tables=wanted, home=home, stay=stay, read=read)

    def revision(
        self,
        address: Address,
        *,
        message: str,
        revision_id: str,
        operations: Plan | None = None,
        skip: Sequence[str] = (),
        **options: Any,
    ) -> File:
        """Write a migration into the checkout.

        Without `operations` autogenerate decides, less what is in `skip` (texts as `autogenerate` returns
        them). `options` are further arguments of `alembic.command.revision`, such as `head` and `splice`.
        """
        arguments = {"message": message, "revision_id": revision_id, "skip": list(skip), "options": options}
        if operations is not None:
            arguments["operations"] = {
                "upgrade": operations.upgrade,
                "downgrade": operations.downgrade,
                "address_after": asdict(operations.address_after),
                "address_before": asdict(operations.address_before),
            }
        file = self._ask("revision", File, address, **arguments)
        is_migration = is_inside(file.path) and file.path.endswith(".py") and "/." not in f"/{file.path}"
        if not is_migration or not beneath.is_file(self._spec.checkout, file.path):
            raise ProjectError(
                f"the migration was written outside the repository: {file.path}",
                "Let script_location and version_locations of the configuration name folders of the repository.",
                kind="path",
            )
        return msgspec.structs.replace(file, notes=tuple(answers.few(file.notes)))

    def discard(self, path: str) -> None:
        """Remove a file of the checkout, if it is there."""
        self._ask("discard", type(None), path=path)

    @contextmanager
    def without(self, path: str) -> Iterator[None]:
        """A file of the checkout is out of Alembic's sight for the time of the context."""
        self._ask("put_aside", type(None), path=path)
        try:
            yield
        finally:
            self._ask("put_back", type(None), path=path)

    @contextmanager
    def replaced(self, path: str, source: str) -> Iterator[None]:
        """A file of the checkout reads otherwise for the time of the context."""
        with self.without(path):
            self._ask("write", type(None), path=path, source=source)
            try:
                yield
            finally:
                self.discard(path)

    def _reply(self, task: str, arguments: dict[str, Any], address: Address | None) -> tuple[Reply, str]:
        answer = self._process.ask(task, arguments, *([locks.watch(address)] if address else []))
        tail = self._process.tail()
        with _proper(task, tail):
            return answers.decode(answer, Reply), tail

    def _ask(self, task: str, kind: type[Result], address: Address | None = None, **arguments: Any) -> Result:
        if address is not None:
            arguments["address"] = asdict(address)
        with span(f"project.{task}", side=self._spec.checkout.name), self._lock:
            if self._stopped:
                raise ProjectError("the run was stopped", kind="stopped")
            reply, tail = self._reply(task, arguments, address)
            if reply.stale or reply.out_of_order:
                # In a process of its own it may go well: from then on, each task has one, unless order was all.
                self._process.end()
                stale = reply.stale
                reply, tail = self._reply(task, arguments, address)
                self._alone = self._alone or (stale and reply.error is None)
            if reply.used_up or self._alone:
                self._process.end()
        if reply.error is not None:
            raise to_error(reply.error, tail)
        with _proper(task, tail):
            return answers.decode(reply.ok, kind)


@contextmanager
def _proper(task: str, tail: str) -> Iterator[None]:
    """An answer that is of another shape than it should be is the project's doing."""
    try:
        yield
    except msgspec.MsgspecError as error:
        raise _improper(task, str(error), tail) from error


def _improper(task: str, why: str, tail: str) -> ProjectError:
    return ProjectError(
        f"the project's process gave no proper answer to {task}: {why}",
        "Something in the project's code writes to file descriptors that are not its own.",
        kind="protocol",
        log_tail=tail,
    )
