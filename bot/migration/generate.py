"""Writes the migration: autogenerate's guess where the database agrees with it, a completed file where not.

Comes in: a stage, the author's answers, what the models say. Goes out: the file, the decisions made on the way
and what rows are expected to become. The project's own Alembic renders every version of the file; each one is
run on copies of the old database, and what the catalog then lacks is added, up and down, three times at most.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from bot.errors import BotError, ProjectError, UsageError
from bot.migration import proposals, questions, sql
from bot.migration.change import Column, Hints
from bot.migration.complete import plan
from bot.migration.decisions import Answers
from bot.migration.losses import Meant
from bot.migration.questions import ModelDefault, Questions
from bot.migration.renames import Rename, derived, homes, inverse
from bot.migration.stage import Stage
from bot.migration.steps import Operation
from bot.outcome import Decision, Difference
from bot.project.worker_client import File, Plan, Worker
from bot.request.names import dotted
from bot.schema.compare import compare
from bot.schema.snapshots import Snapshot

PASSES = 3


@dataclass(frozen=True)
class Request:
    """`worker` is head's, which writes the file into its checkout.

    `noise` are operations that autogenerate proposes at base already; `guess` allows its own file.
    """

    worker: Worker
    message: str
    revision_id: str
    down_to: str
    answers: Answers
    decided: str
    defaults: Mapping[Column, ModelDefault]
    noise: frozenset[str] = frozenset()
    concurrently: frozenset[str] = frozenset()
    guess: bool = True
    log: Callable[[str], None] = lambda _text: None


@dataclass(frozen=True)
class Generated:
    """`guess` tells whether the file is what autogenerate wrote; `blocked` is why the last one does not run."""

    file: File
    guess: bool
    decisions: tuple[Decision, ...]
    meant: Meant
    samples: Mapping[Column, list[str]]
    residual: tuple[Difference, ...] = ()
    blocked: BotError | None = None
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Understanding:
    """What goes on: renames (all of them, in order), the SQL for schemas that they need, the old database after
    them, and what to ask.
    """

    renames: tuple[Rename, ...]
    homes: tuple[str, ...]
    before: Snapshot
    questions: Questions
    asked: tuple[Decision, ...]


def generate(stage: Stage, request: Request) -> Generated:
    """Write the best file there is; raises `ProjectError` when the project's Alembic cannot write any."""
    understood = understand(stage, request)
    meant = meaning(understood)
    samples = questions.target_samples(stage.old, stage.target)
    shown = (*understood.asked, *understood.questions.decisions)
    if request.guess and not understood.renames and not understood.questions.needed:
        guess = _guess(stage, request)
        if guess is not None:
            return Generated(guess, True, shown, meant, samples)
    completed = _complete(stage, request, understood, Generated(_NO_FILE, False, shown, meant, samples))
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


def understand(stage: Stage, request: Request) -> Understanding:
    """Find the renames by making them on a copy of the old database, table names first."""
    answers, asked = request.answers, list[Decision]()
    done, built = list[Rename](), list[str]()
    copies = list[str]()  # none where nothing is renamed
    with ExitStack() as stack:
        current = stage.old

        def make(renames: list[Rename]) -> Snapshot:
            if not renames:
                return current
            if not copies:
                copies.append(stack.enter_context(stage.copy("renames")))
            (name,) = copies
            built.extend(new := homes(renames, current))
            stage.run_sql(name, [*new, *(statement for rename in renames for statement in rename.statements())])
            done.extend(renames)
            return stage.snapshot(name)

        for kinds, propose in _ROUNDS:
            given = _moved(list(answers.renames), done)
            found = propose(current, stage.target, replace(answers, renames=tuple(given))) if propose else []
            asked += [proposal.decision() for proposal in found]
            assumed = [p.rename for p in found if p.rename is not None and p.decided == "assumed"]
            current = make([*(rename for rename in given if rename.kind in kinds), *assumed])
        current = make(derived(current, stage.target))
        asked += [proposal.decision() for proposal in proposals.moved(current, stage.target, answers)]
    asked += [_given(rename, request.decided) for rename in answers.renames]
    found_questions = questions.ask(current, stage.target, answers, request.defaults, request.decided)
    return Understanding(tuple(done), tuple(built), current, found_questions, tuple(asked))


_ROUNDS = (
    (("schema",), None),
    (("table", "enum"), proposals.tables),
    (("column",), proposals.columns),
    (("label",), proposals.labels),
)


def _moved(given: list[Rename], done: list[Rename]) -> list[Rename]:
    """Answers name columns and labels by the old name of their table or enum, which may be a new one by now."""
    tables, enums = (
        {(r.schema, r.name): (r.new_schema, r.new_name) for r in done if r.kind == kind} for kind in ("table", "enum")
    )
    found = []
    for rename in given:
        known = enums if rename.kind == "label" else tables
        schema, parent = known.get((rename.schema, rename.parent), (rename.schema, rename.parent))
        moved = rename.kind in ("column", "label") and (schema, parent) != (rename.schema, rename.parent)
        found.append(replace(rename, schema=schema, new_schema=schema, parent=parent) if moved else rename)
    return found


def _given(rename: Rename, decided: str) -> Decision:
    subject, new = proposals.names(rename)
    return Decision(
        kind="rename",
        subject=subject,
        answer=new,
        decided="setting" if decided == "setting" else "command",
        question=f"Is `{new}` the old `{subject}` under a new name?",
        how=f"/migration rename {subject} {new}",
    )


def meaning(understood: Understanding) -> Meant:
    """What rows are expected to become, by the old names of tables and columns."""
    tables: dict[str, str] = {}
    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    back = {}
    for rename in understood.renames:
        if rename.kind == "table":
            tables[f"{rename.schema}.{rename.name}"] = f"{rename.new_schema}.{rename.new_name}"
            back[rename.new_schema, rename.new_name] = f"{rename.schema}.{rename.name}"
        elif rename.kind == "column":
            table = back.get((rename.schema, rename.parent), f"{rename.schema}.{rename.parent}")
            columns[f"{table}.{rename.name}"] = rename.new_name
        elif rename.kind == "label":
            for key, attributes in understood.before.of("column").items():
                if (attributes.get("type_schema"), attributes.get("type_name")) == (
                    rename.schema,
                    rename.parent,
                ):
                    table = back.get((key.schema, key.parent), f"{key.schema}.{key.parent}")
                    values.setdefault(f"{table}.{key.name}", {})[rename.name] = rename.new_name
    hints = understood.questions.hints
    assumed = {d.subject for d in understood.questions.decisions if d.kind == "using"}
    members = [(key.schema, key.parent, key.name) for key in understood.before.of("column")]
    others = {column for column in members if dotted(*column) in assumed} - understood.questions.read
    converted = {_old_name(".".join(column), tables, columns) for column in {*hints.usings, *others}}
    filled = {_old_name(".".join(column), tables, columns) for column in hints.fills}
    return Meant(
        tables=tables,
        columns=columns,
        values=values,
        converted=frozenset(converted),
        filled=frozenset(filled),
    )


def _old_name(column: str, tables: Mapping[str, str], columns: Mapping[str, str]) -> str:
    """The name that a column had before the renames."""
    table, _, name = column.rpartition(".")
    table = next((old for old, new in tables.items() if new == table), table)
    name = next(
        (old.rpartition(".")[2] for old, new in columns.items() if old.rpartition(".")[0] == table and new == name),
        name,
    )
    return f"{table}.{name}"


def _guess(stage: Stage, request: Request) -> File | None:
    """Autogenerate's own file; the proof tells what it is worth."""
    try:
        return _write(stage, request, None)
    except ProjectError as error:
        request.log(f"autogenerate stops: {error.message}")
        return None


def _discard(request: Request, file: File) -> None:
    request.worker.discard(file.path)


def _write(stage: Stage, request: Request, operations: Plan | None) -> File:
    # Against what base's models build, autogenerate cannot fold older drift into the file.
    return stage.worker.revision(
        stage.address(stage.models_name),
        message=request.message,
        revision_id=request.revision_id,
        operations=operations,
        skip=sorted(request.noise),
    )


def _complete(stage: Stage, request: Request, understood: Understanding, result: Generated) -> Generated:
    """Write, run, read, add; until the catalog agrees in both directions or three passes are over."""
    hints = replace(understood.questions.hints, concurrently=request.concurrently)
    up = [*map(_execute, understood.homes), *_operations(understood.renames)]
    up += plan(understood.before, stage.target, hints)
    down: list[Operation] | None = None
    file = _NO_FILE
    for _ in range(PASSES):
        if file.path:
            _discard(request, file)
        file = _write(stage, request, _plan(stage, up, down or []))
        with stage.copy("pass") as name:
            try:
                stage.worker.upgrade(stage.address(name), "heads")
                migrated = stage.snapshot(name)
                residual = stage.residual(migrated)
                if residual:
                    up += plan(migrated, stage.target, Hints(literal=True))
                    continue
                if down is None:
                    down = _way_back(stage, name, understood.renames)
                    _discard(request, file)
                    file = _write(stage, request, _plan(stage, up, down))
                stage.worker.downgrade(stage.address(name), request.down_to)
                returned = stage.snapshot(name)
                if not compare(returned, stage.old):
                    return replace(result, file=file)
                down += plan(returned, stage.old, Hints(neutral=True, literal=True))
            except ProjectError as error:
                return replace(result, file=file, blocked=error)
    return replace(result, file=file)


def _plan(stage: Stage, up: list[Operation], down: list[Operation]) -> Plan:
    return Plan(
        upgrade=tuple(up),
        downgrade=tuple(down),
        address_after=stage.address(stage.new_name),
        address_before=stage.address(stage.old_name),
    )


def _way_back(stage: Stage, migrated: str, renames: tuple[Rename, ...]) -> list[Operation]:
    """The downgrade, from what the upgrade really made: undo the renames on a copy, then change the rest."""
    undo = inverse(renames)
    with stage.copy("back", migrated) as name:
        there = stage.snapshot(name)
        operations, statements = _room(there, undo)
        built = homes(undo, there)
        renaming = [statement for rename in undo for statement in rename.statements()]
        stage.run_sql(name, [*statements, *built, *renaming])
        start = stage.snapshot(name)
    operations += [*map(_execute, built), *_operations(undo)]
    return operations + plan(start, stage.old, Hints(neutral=True))


def _operations(renames: Iterable[Rename]) -> list[Operation]:
    return [operation for rename in renames for operation in rename.operations()]


def _execute(statement: str) -> Operation:
    return {"op": "execute", "sql": statement}


def _room(migrated: Snapshot, undo: list[Rename]) -> tuple[list[Operation], list[str]]:
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
        and (attributes.get("references_schema"), attributes.get("references_table")) not in gone
        and not (key.kind == "sequence" and tuple((attributes.get("owned_by") or [])[:2]) in gone)
    }
    statements = [f"DROP TABLE {sql.qualified(key.schema, key.name)} CASCADE" for key in taken]
    return plan(migrated, replace(migrated, objects=kept), Hints()), statements
