"""The author's answers, read against what the databases have.

In: answers as written and two snapshots. Out: renames, SQL by column, what no row breaks, and each as a decision of the
report. A name that names nothing, or reads two ways, is a `UsageError` that quotes the answer; nothing is done then.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.decisions import Answer, decision
from bot.errors import UsageError
from bot.migration.intent.renames import Rename, RenameKind
from bot.migration.planner.change import Column
from bot.model import Decision, DecisionKind, ObjectKey
from bot.schema.snapshots import Snapshot
from bot.sqltext import names
from bot.sqltext.expressions import beyond


@dataclass(frozen=True)
class Answers:
    """`kept` are old objects that the author says were *not* renamed (`--rename OLD=`).

    `clean` are constraints, indexes and columns (by their new names) that no existing row breaks.
    """

    renames: tuple[Rename, ...] = ()
    kept: frozenset[ObjectKey] = frozenset()
    fills: Mapping[Column, str] = field(default_factory=dict)
    usings: Mapping[Column, str] = field(default_factory=dict)
    clean: frozenset[ObjectKey] = frozenset()
    decisions: tuple[Decision, ...] = ()


def read(given: Iterable[Answer], before: Snapshot, after: Snapshot) -> Answers:
    """Read all answers; a command wins over a setting that speaks of the same thing.

    Raises `UsageError` for one that names nothing, names two things, or contradicts another one.
    """
    by_kind: dict[DecisionKind, list[Answer]] = {"rename": [], "fill": [], "using": [], "clean": []}
    for answer in sorted(given, key=lambda answer: answer.source == "command"):
        by_kind[answer.kind].append(answer)
    renamed = _renames(by_kind["rename"], before, after)
    renames = sorted((rename for _, rename in renamed.values() if rename), key=lambda rename: _ORDER[rename.kind])
    fills, usings = (_by_column(by_kind[kind], renames, before, after) for kind in ("fill", "using"))
    clean = {_clean(answer, renames, before, after): answer for answer in by_kind["clean"]}
    return Answers(
        renames=tuple(renames),
        kept=frozenset(key for key, (_, rename) in renamed.items() if rename is None),
        fills={column: answer.value for column, answer in fills.items()},
        usings={column: answer.value for column, answer in usings.items()},
        clean=frozenset(clean),
        decisions=(
            *(_renamed_decision(rename, answer) for answer, rename in renamed.values() if rename),
            *(_decision(column, answer) for given in (fills, usings) for column, answer in given.items()),
            *(_decision((key.schema, key.parent, key.name), answer) for key, answer in sorted(clean.items())),
        ),
    )


_QUESTIONS: Mapping[DecisionKind, str] = {
    "fill": "What do rows get in `{}`?",
    "using": "How do values of `{}` change?",
    "clean": "Does no existing row break `{}`?",
}


def _decision(place: Column, answer: Answer) -> Decision:
    subject = names.dotted(*place)
    question = _QUESTIONS[answer.kind].format(subject)
    return decision(answer.kind, subject, question, answer.source, answer.value or "yes")


def _renamed_decision(rename: Rename, answer: Answer) -> Decision:
    old, new = rename.written
    return decision("rename", old, f"Is `{new}` the old `{old}` under a new name?", answer.source, new)


def _renames(given: list[Answer], before: Snapshot, after: Snapshot) -> dict[ObjectKey, tuple[Answer, Rename | None]]:
    """What becomes of an old name; None for what was not renamed."""
    found: dict[ObjectKey, tuple[Answer, Rename | None]] = {}
    for answer in given:
        key, rename = _rename(answer, before, after)
        for other_key, (other, made) in list(found.items()):
            if not (made != rename if other_key == key else _same_new_name(made, rename)):
                continue
            if other.source == answer.source:
                raise UsageError(f"{answer} contradicts {other}: both are about the same name")
            del found[other_key]
        found[key] = answer, rename
    return found


# Columns are renamed when their table has its new name already.
_ORDER = {"schema": 0, "table": 1, "enum": 2, "column": 3, "label": 4}


def _readings(text: str, snapshot: Snapshot) -> Iterator[tuple[ObjectKey, str]]:
    """All that a name can mean, with the kind of rename that this would be."""
    words = names.parts(text)
    for key, attributes in snapshot.objects.items():
        if key.kind in ("table", "enum", "schema") and _names(key, words):
            yield key, key.kind
        elif key.kind == "column" and len(words) > 1 and _names_member(key, words):
            yield key, "column"
        if key.kind == "enum" and len(words) > 1 and words[-1] in attributes["labels"] and _names(key, words[:-1]):
            yield ObjectKey("label", key.schema, key.name, words[-1]), "label"


def _names(key: ObjectKey, words: list[str]) -> bool:
    if key.kind == "schema":
        return words == [key.name]
    return words in ([key.name], [key.schema, key.name])


def _names_member(key: ObjectKey, words: list[str]) -> bool:
    return words in ([key.parent, key.name], [key.schema, key.parent, key.name])


def _one(answer: Answer, name: str, readings: list[ObjectKey]) -> ObjectKey:
    if not readings:
        raise UsageError(
            f"{answer}: nothing is called {name}",
            "Write names as in the database: table, table.column, schema.table, enum.label.",
        )
    if len(readings) > 1:
        shown = " or ".join(f"{key.kind} {_whole(key)}" for key in readings)
        raise UsageError(f"{answer}: {name} reads two ways: {shown}", "Put the schema, or the table, before the name.")
    return readings[0]


def _whole(key: ObjectKey) -> str:
    return names.dotted("", key.schema, key.parent, key.name)


def _rename(answer: Answer, before: Snapshot, after: Snapshot) -> tuple[ObjectKey, Rename | None]:
    old, new = answer.subject, answer.value
    readings = [reading for reading, _ in _readings(old, before)]
    if not new:
        return _one(answer, old, readings), None
    gone = [key for key in readings if _is_gone(key, after)]
    key = _one(answer, old, gone or readings)
    if not gone and not _name_is_taken(key, new, before, after):
        raise UsageError(f"{answer}: {old} is still there under this name, so that it cannot have been renamed")
    words = names.parts(new)
    new_name = words[-1]
    new_schema = key.schema if len(words) == 1 or key.kind in ("column", "label") else words[-2]
    if key.kind == "schema":
        return key, Rename("schema", key.name, "", key.name, new_name, new_name)
    if not _arrives(key, new_schema, new_name, after):
        raise UsageError(f"{answer}: the models have no {key.kind} called {new}")
    return key, Rename(_KINDS[key.kind], key.schema, key.parent, key.name, new_schema, new_name)


# What can be renamed by an answer, besides schemas.
_KINDS: Mapping[str, RenameKind] = {"table": "table", "column": "column", "enum": "enum", "label": "label"}


def _name_is_taken(key: ObjectKey, new: str, before: Snapshot, after: Snapshot) -> bool:
    """Whether another object has taken the old name, while the renamed one arrives under a new one."""
    words = names.parts(new)
    if key.kind == "column":
        arrived = ObjectKey("column", key.schema, key.parent, words[-1])
    else:
        arrived = ObjectKey(key.kind, key.schema if len(words) == 1 else words[-2], "", words[-1])
    return arrived in after.objects and arrived not in before.objects


def _is_gone(key: ObjectKey, after: Snapshot) -> bool:
    if key.kind == "label":
        enum = after.objects.get(ObjectKey("enum", key.schema, "", key.parent))
        return enum is None or key.name not in enum["labels"]
    return key not in after.objects


def _arrives(key: ObjectKey, schema: str, name: str, after: Snapshot) -> bool:
    if key.kind == "label":
        return any(
            name in attributes["labels"] for other, attributes in after.of("enum").items() if other.name == key.parent
        ) or any(name in attributes["labels"] for attributes in after.of("enum").values())
    if key.kind == "column":
        return any(other.name == name for other in after.of("column"))
    return ObjectKey(key.kind, schema, "", name) in after.objects


def _same_new_name(one: Rename | None, other: Rename | None) -> bool:
    if one is None or other is None:
        return False
    places = [(rename.kind, rename.schema, rename.parent, rename.new_name) for rename in (one, other)]
    return places[0] == places[1]


def _by_column(given: list[Answer], renames: list[Rename], before: Snapshot, after: Snapshot) -> dict[Column, Answer]:
    """SQL by column; a column is known by its new name, and its old one is accepted."""
    found: dict[Column, Answer] = {}
    for answer in given:
        value = answer.value
        # The rows of a new table: with clauses and commas; no value begins like that.
        query = answer.kind == "fill" and value.split(None, 1)[0].lower() in ("select", "with")
        if why := beyond(f"({value})" if query else value):
            raise UsageError(f"{answer}: this is more than one SQL expression: {why}", "Put it in parentheses.")
        words = names.parts(answer.subject)
        keys = [key for key in after.of("column") if _names_member(key, words)]
        keys = keys or [new for new in _renamed(words, renames, before) if new in after.objects]
        key = _one(answer, answer.subject, keys)
        column = (key.schema, key.parent, key.name)
        known = found.get(column, answer)
        if known.source == answer.source and known.value != value:
            raise UsageError(f"--{answer.kind} is given twice for {answer.subject}, with different SQL")
        found[column] = answer
    return found


def _clean(answer: Answer, renames: list[Rename], before: Snapshot, after: Snapshot) -> ObjectKey:
    """What no existing row breaks; known by its new name, and a renamed table's or column's old one is accepted."""
    words = names.parts(answer.subject)
    keys = [key for key in after.objects if key.kind in _BROKEN_BY_ROWS and _names_member(key, words)]
    keys = keys or [new for new in _renamed(words, renames, before) if new in after.objects]
    # A constraint and a column of one table may share a name: what the change leaves alone is not meant.
    touched = [key for key in keys if before.objects.get(key) != after.objects[key]]
    return _one(answer, answer.subject, touched or keys)


# What rows can stand against: constraints, unique indexes, and columns by their type, NOT NULL or expression.
_BROKEN_BY_ROWS = ("constraint", "index", "column")


def _renamed(words: list[str], renames: list[Rename], before: Snapshot) -> Iterator[ObjectKey]:
    for key in before.of("column"):
        if not _names_member(key, words):
            continue
        schema, table, column = key.schema, key.parent, key.name
        for rename in renames:
            if rename.kind == "table" and (rename.schema, rename.name) == (schema, table):
                schema, table = rename.new_schema, rename.new_name
            if rename.kind == "column" and (rename.schema, rename.parent, rename.name) == (
                key.schema,
                key.parent,
                column,
            ):
                column = rename.new_name
        yield ObjectKey("column", schema, table, column)
