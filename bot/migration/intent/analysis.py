"""What a change means: renames found and made on a copy, questions asked, and what the data is expected to become.

In: a testbed, the author's answers, what the models say. Out: `ChangeAnalysis`, which the writer works from.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from bot.migration.intent import likely_conversions, likely_moves, likely_renames, questions
from bot.migration.intent.answers import Answers
from bot.migration.intent.expected_data import ExpectedData, Table
from bot.migration.intent.questions import ModelDefault, Questions
from bot.migration.intent.renames import Rename, derived, missing_schemas
from bot.migration.planner.change import Column
from bot.migration.testbed.testbed import Testbed
from bot.model import Decision, Difference
from bot.project.client.client import Worker
from bot.schema.objects import needs_fill, type_of
from bot.schema.snapshots import Snapshot
from bot.sqltext.names import dotted
from bot.system.timing import span


@dataclass(frozen=True)
class GenerateRequest:
    """`worker` is head's, which writes the file into its checkout.

    `noise` says which operations of some tables (None: of all) autogenerate proposes at base already; `try_plain`
    allows its own file, `safer` asks for steps that let the application go on; `beside` is what the file has for other
    databases; `options` are further arguments of Alembic's `revision`, such as `head`. Without a `message`, one is made
    of what is `declared`.
    """

    worker: Worker
    message: str
    revision_id: str
    down_to: str
    answers: Answers
    defaults: Mapping[Column, ModelDefault]
    noise: Callable[[Iterable[Table] | None], frozenset[str]] = lambda _tables: frozenset()
    concurrently: frozenset[str] = frozenset()
    try_plain: bool = True
    safer: bool = False
    beside: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    declared: Sequence[Difference] = ()
    log: Callable[[str], None] = lambda _text: None


@dataclass(frozen=True)
class ChangeAnalysis:
    """What goes on: renames (all of them, in order), the SQL for schemas that they need, the old database after
    them, and what to ask.
    """

    renames: tuple[Rename, ...]
    missing_schemas: tuple[str, ...]
    before: Snapshot
    questions: Questions
    asked: tuple[Decision, ...]


@span("intent")
def analyse(testbed: Testbed, request: GenerateRequest) -> ChangeAnalysis:
    """Find the renames by making them on a copy of the old database, table names first."""
    answers, asked = request.answers, list[Decision]()
    done, built = list[Rename](), list[str]()
    copies = list[str]()  # none where nothing is renamed
    with ExitStack() as stack:
        current = testbed.old

        def make(renames: list[Rename]) -> Snapshot:
            if not renames:
                return current
            if not copies:
                copies.append(stack.enter_context(testbed.copy("renames")))
            (name,) = copies
            built.extend(new := missing_schemas(renames, current))
            testbed.run_sql(name, [*new, *(statement for rename in renames for statement in rename.statements())])
            done.extend(renames)
            return testbed.snapshot(name)

        for kinds, propose in _ROUNDS:
            given = _moved(list(answers.renames), done)
            found = propose(current, testbed.target, replace(answers, renames=tuple(given))) if propose else []
            asked += [proposal.decision for proposal in found]
            assumed = [p.rename for p in found if p.rename is not None and p.decision.decided == "assumed"]
            current = make([*(rename for rename in given if rename.kind in kinds), *assumed])
        current = make(derived(current, testbed.target))
        asked += [move.asked for move in likely_moves.moved(current, testbed.target, answers)]
        known = {decision.subject for decision in asked}
        conversions = likely_conversions.found(current, testbed.target, answers)
        asked += [
            pair.asked
            for pair in conversions
            if pair.asked.subject not in known and not _is_asked_anyway(pair, testbed.target)
        ]
    asked += answers.decisions
    found_questions = questions.ask(current, testbed.target, answers, request.defaults)
    return ChangeAnalysis(tuple(done), tuple(built), current, found_questions, tuple(asked))


def _is_asked_anyway(pair: likely_moves.Move, target: Snapshot) -> bool:
    """Whether rows that are there must have a value in the new column."""
    return pair.old.parent == pair.fresh.parent and needs_fill(target.objects[pair.fresh])


_ROUNDS = (
    (("schema",), None),
    (("table", "enum"), likely_renames.tables),
    (("column",), likely_renames.columns),
    (("label",), likely_renames.labels),
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


def expected_data(understood: ChangeAnalysis) -> ExpectedData:
    """What rows are expected to become, by the old names of tables and columns."""
    tables: dict[Table, Table] = {}
    columns: dict[Column, str] = {}
    values: dict[Column, dict[str, str]] = {}
    back: dict[Table, Table] = {}
    for rename in understood.renames:
        if rename.kind == "table":
            tables[rename.schema, rename.name] = rename.new_schema, rename.new_name
            back[rename.new_schema, rename.new_name] = rename.schema, rename.name
        elif rename.kind == "column":
            table = back.get((rename.schema, rename.parent), (rename.schema, rename.parent))
            columns[*table, rename.name] = rename.new_name
        elif rename.kind == "label":
            for key, attributes in understood.before.of("column").items():
                if type_of(attributes) == (rename.schema, rename.parent):
                    table = back.get((key.schema, key.parent), (key.schema, key.parent))
                    values.setdefault((*table, key.name), {})[rename.name] = rename.new_name
    hints = understood.questions.hints
    assumed = {d.subject for d in understood.questions.decisions if d.kind == "using"}
    members = [(key.schema, key.parent, key.name) for key in understood.before.of("column")]
    others = {column for column in members if dotted(*column) in assumed} - understood.questions.read
    named = ExpectedData(tables=tables, columns=columns, values=values)
    return replace(
        named,
        converted=frozenset(named.old_column(column) for column in {*hints.usings, *others}),
        assumed=frozenset(named.old_column(column) for column in others.difference(hints.usings)),
        filled=frozenset(named.old_column(column) for column in hints.fills),
    )
