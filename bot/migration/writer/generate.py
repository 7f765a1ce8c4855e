"""Writes the migration: plain autogenerate output if the database agrees with it, else a completed file.

In: a testbed, the author's answers, what the models say. Out: the file, the decisions made on the way
and what rows are expected to become. The project's own Alembic renders every version of the file; each one is
run on copies of the old database, and what the catalog then lacks is added, up and down, three times at most.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import BotError, ProjectError, UsageError
from bot.migration.intent import questions
from bot.migration.intent.analysis import ChangeAnalysis, GenerateRequest, analyse, expected_data
from bot.migration.intent.answers import Answers
from bot.migration.intent.expected_data import ExpectedData
from bot.migration.intent.renames import Rename, inverse, missing_schemas
from bot.migration.planner.change import Column, Hints
from bot.migration.planner.operations import Operation
from bot.migration.planner.planner import plan
from bot.migration.planner.safer import safer
from bot.migration.testbed.testbed import Testbed
from bot.migration.writer.messages import message
from bot.model import Decision, Difference
from bot.project.client.client import File, Plan
from bot.schema.compare import compare
from bot.schema.objects import owner, references
from bot.schema.snapshots import Snapshot
from bot.sqltext import quote
from bot.sqltext.names import dotted

PASSES = 3


@dataclass(frozen=True)
class Generated:
    """`is_plain` says whether autogenerate alone wrote the file; `blocked` is why the last one does not run."""

    file: File
    is_plain: bool
    decisions: tuple[Decision, ...]
    expected: ExpectedData
    samples: Mapping[Column, list[str]]
    residual: tuple[Difference, ...] = ()
    blocked: BotError | None = None
    message: str = ""
    notes: tuple[str, ...] = field(default=())


def generate(testbed: Testbed, request: GenerateRequest) -> Generated:
    """Write the best file there is; raises `ProjectError` when the project's Alembic cannot write any."""
    understood = analyse(testbed, request)
    expected = expected_data(understood)
    samples = questions.target_samples(testbed.old, testbed.target)
    shown = (*understood.asked, *understood.questions.decisions)
    request = replace(request, message=request.message or message(request.declared, shown))
    if request.try_plain and not request.safer and not understood.renames and not understood.questions.needed:
        plain = _plain_autogenerate(testbed, request)
        if plain is not None:
            return Generated(plain, True, shown, expected, samples, message=request.message)
    nothing = Generated(_NO_FILE, False, shown, expected, samples, message=request.message)
    completed = _complete(testbed, request, understood, nothing)
    if completed.blocked is not None:
        _blame_answers(request.answers, completed.blocked)
    return completed


def _blame_answers(answers: Answers, error: BotError) -> None:
    """Raise `UsageError` when the statement that failed holds the SQL of one of the author's answers."""
    for option, given in (("--fill", answers.fills), ("--using", answers.usings)):
        for column, value in given.items():
            if value in error.message:
                subject = dotted(*column)
                raise UsageError(
                    f"{option} {subject}={value} cannot be run: {error.message}",
                    "It has to be an SQL expression over the columns of the table as it was before.",
                ) from error


_NO_FILE = File(path="", source="", operations=(), notes=())


def _plain_autogenerate(testbed: Testbed, request: GenerateRequest) -> File | None:
    """Autogenerate's own file, to be proven like any other."""
    try:
        file = _write(testbed, request, None)
        noise = request.noise(file.tables) & {*file.operations} if file.operations else None
        if not noise:
            return file
        _discard(request, file)
        return _write(testbed, request, None, sorted(noise))
    except ProjectError as error:
        request.log(f"autogenerate stops: {error.message}")
        return None


def _discard(request: GenerateRequest, file: File) -> None:
    request.worker.discard(file.path)


def _write(testbed: Testbed, request: GenerateRequest, operations: Plan | None, skip: Sequence[str] = ()) -> File:
    # Against what base's models build, autogenerate cannot fold older drift into the file.
    return testbed.worker.revision(
        testbed.address(testbed.models_name),
        message=request.message,
        revision_id=request.revision_id,
        operations=operations,
        skip=skip,
        **({"beside": dict(request.beside)} if request.beside else {}),
        **request.options,
    )


def _complete(testbed: Testbed, request: GenerateRequest, understood: ChangeAnalysis, result: Generated) -> Generated:
    """Write, run, read, add; until the catalog agrees in both directions or three passes are over."""
    hints = replace(understood.questions.hints, concurrently=request.concurrently)
    up = [*map(_execute, understood.missing_schemas), *_operations(understood.renames)]
    up += plan(understood.before, testbed.target, hints)
    if request.safer:
        up = safer(up, understood.before, testbed.target)
    down: list[Operation] | None = None
    file = _NO_FILE
    for _ in range(PASSES):
        if file.path:
            _discard(request, file)
        file = _write(testbed, request, _plan(testbed, up, down or []))
        with testbed.copy("pass") as name:
            try:
                testbed.worker.upgrade(testbed.address(name), "heads")
                migrated = testbed.snapshot(name)
                residual = testbed.residual(migrated)
                if residual:
                    up += plan(migrated, testbed.target, Hints(literal=True))
                    continue
                if down is None:
                    down = _downgrade_plan(testbed, name, understood.renames)
                    _discard(request, file)
                    file = _write(testbed, request, _plan(testbed, up, down))
                testbed.worker.downgrade(testbed.address(name), request.down_to)
                returned = testbed.snapshot(name)
                if not compare(returned, testbed.old):
                    return replace(result, file=file)
                down += plan(returned, testbed.old, Hints(neutral=True, literal=True))
            except ProjectError as error:
                return replace(result, file=file, blocked=error)
    return replace(result, file=file)


def _plan(testbed: Testbed, up: list[Operation], down: list[Operation]) -> Plan:
    # env.py runs the file for each tenant: it is written for the first.
    return Plan(
        upgrade=tuple(operation for operation in up if operation.get("schema") not in testbed.tenants),
        downgrade=tuple(operation for operation in down if operation.get("schema") not in testbed.tenants),
        address_after=testbed.address(testbed.new_name),
        address_before=testbed.address(testbed.old_name),
    )


def _downgrade_plan(testbed: Testbed, migrated: str, renames: tuple[Rename, ...]) -> list[Operation]:
    """The downgrade, from what the upgrade really made: undo the renames on a copy, then change the rest."""
    undo = inverse(renames)
    with testbed.copy("back", migrated) as name:
        there = testbed.snapshot(name)
        operations, statements = _free_old_names(there, undo)
        built = missing_schemas(undo, there)
        renaming = [statement for rename in undo for statement in rename.statements()]
        testbed.run_sql(name, [*statements, *built, *renaming])
        start = testbed.snapshot(name)
    operations += [*map(_execute, built), *_operations(undo)]
    return operations + plan(start, testbed.old, Hints(neutral=True))


def _operations(renames: Iterable[Rename]) -> list[Operation]:
    return [operation for rename in renames for operation in rename.operations()]


def _execute(statement: str) -> Operation:
    return {"op": "execute", "sql": statement}


def _free_old_names(migrated: Snapshot, undo: list[Rename]) -> tuple[list[Operation], list[str]]:
    """What must go before names can be given back: new tables that have taken an old table's name."""
    leaving = {(rename.schema, rename.name) for rename in undo if rename.kind == "table"}
    wanted = {(rename.new_schema, rename.new_name) for rename in undo if rename.kind == "table"} - leaving
    taken = [key for key in migrated.of("table") if (key.schema, key.name) in wanted]
    if not taken:
        return [], []
    gone = {(key.schema, key.name) for key in taken}
    kept = {
        key: attributes
        for key, attributes in migrated.objects.items()
        if key not in taken
        and (key.schema, key.parent) not in gone
        and references(attributes) not in gone
        and not (key.kind == "sequence" and (owner(attributes) or ())[:2] in gone)
    }
    statements = [f"DROP TABLE {quote.qualified(key.schema, key.name)} CASCADE" for key in taken]
    return plan(migrated, replace(migrated, objects=kept), Hints()), statements
