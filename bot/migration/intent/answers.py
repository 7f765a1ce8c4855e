"""The author's answers: `--rename`, `--fill` and `--using`, read against what the databases have.

Comes in: the words as given and two snapshots. Goes out: renames and SQL by column. A name that names nothing,
or reads two ways, is a `UsageError` that quotes the decision; nothing is done then.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot import settings
from bot.errors import UsageError
from bot.migration.intent.renames import Rename
from bot.migration.planner.change import Column
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot
from bot.sqltext import names
from bot.sqltext.expressions import beyond


@dataclass(frozen=True)
class Answers:
    """`kept` are old names that the author says were *not* renamed (`--rename OLD=`).

    `clean` are constraints, indexes and columns (by their new names) that no existing row breaks.
    """

    renames: tuple[Rename, ...] = ()
    kept: frozenset[tuple[str, ...]] = frozenset()
    fills: Mapping[Column, str] = field(default_factory=dict)
    usings: Mapping[Column, str] = field(default_factory=dict)
    clean: frozenset[ObjectKey] = frozenset()

    def is_kept(self, key: ObjectKey) -> bool:
        return (key.schema, key.parent, key.name) in self.kept


def read(given: settings.Decisions, before: Snapshot, after: Snapshot) -> Answers:
    """Read all answers.

    Raises `UsageError` for one that names nothing, names two things, or contradicts another one.
    """
    renames: list[Rename] = []
    kept: set[tuple[str, ...]] = set()
    for text in given.renames:
        old, new = _split(text, "--rename", "OLD=NEW")
        if not new:
            key = _one(text, old, [reading for reading, _ in _readings(old, before)])
            kept.add((key.schema, key.parent, key.name))
            continue
        rename = _rename(text, old, new, before, after)
        clash = next((r for r in renames if r != rename and _contradict(r, rename)), None)
        if clash:
            raise UsageError(
                f"--rename {text} contradicts another --rename: both speak of {clash.name} or {clash.new_name}"
            )
        if rename not in renames:
            renames.append(rename)
    renames.sort(key=lambda rename: _ORDER[rename.kind])
    return Answers(
        tuple(renames),
        frozenset(kept),
        _by_column(given.fills, "--fill", renames, before, after),
        _by_column(given.usings, "--using", renames, before, after),
        frozenset(_clean(text, renames, before, after) for text in given.cleans),
    )


# Columns are renamed when their table has its new name already.
_ORDER = {"schema": 0, "table": 1, "enum": 2, "column": 3, "label": 4}


def _split(text: str, option: str, form: str) -> tuple[str, str]:
    found = names.answer(text)
    if found is None:
        raise UsageError(f"{option} {text}: this is not of the form {form}")
    return found


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


def _one(decision: str, name: str, readings: list[ObjectKey]) -> ObjectKey:
    if not readings:
        raise UsageError(
            f"'{decision}': nothing is called {name}",
            "Write names as in the database: table, table.column, schema.table, enum.label.",
        )
    if len(readings) > 1:
        shown = " or ".join(f"{key.kind} {_whole(key)}" for key in readings)
        raise UsageError(
            f"'{decision}': {name} reads two ways: {shown}", "Put the schema, or the table, before the name."
        )
    return readings[0]


def _whole(key: ObjectKey) -> str:
    return names.dotted("", key.schema, key.parent, key.name)


def _rename(decision: str, old: str, new: str, before: Snapshot, after: Snapshot) -> Rename:
    readings = [reading for reading, _ in _readings(old, before)]
    gone = [key for key in readings if _is_gone(key, after)]
    key = _one(decision, old, gone or readings)
    if not gone and not _name_is_taken(key, new, before, after):
        raise UsageError(f"'{decision}': {old} is still there under this name, so that it cannot have been renamed")
    words = names.parts(new)
    new_name = words[-1]
    new_schema = key.schema if len(words) == 1 or key.kind in ("column", "label") else words[-2]
    if key.kind == "schema":
        return Rename("schema", key.name, "", key.name, new_name, new_name)
    if not _arrives(key, new_schema, new_name, after):
        raise UsageError(f"'{decision}': the models have no {key.kind} called {new}")
    kind = key.kind
    assert kind in ("table", "column", "enum", "label")
    return Rename(kind, key.schema, key.parent, key.name, new_schema, new_name)  # type: ignore[arg-type]


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


def _contradict(one: Rename, other: Rename) -> bool:
    if (one.kind, one.schema, one.parent) != (other.kind, other.schema, other.parent):
        return False
    return one.name == other.name or one.new_name == other.new_name


def _by_column(
    given: Iterable[str], option: str, renames: list[Rename], before: Snapshot, after: Snapshot
) -> dict[Column, str]:
    """SQL by column; a column is known by its new name, and its old one is accepted."""
    found: dict[Column, str] = {}
    for text in given:
        name, value = _split(text, option, "TABLE.COLUMN=SQL")
        if not value:
            raise UsageError(f"{option} {text}: the SQL is missing")
        # The rows of a new table: with clauses and commas; no value begins like that.
        query = option == "--fill" and value.split(None, 1)[0].lower() in ("select", "with")
        if why := beyond(f"({value})" if query else value):
            raise UsageError(f"{option} {text}: this is more than one SQL expression: {why}", "Put it in parentheses.")
        words = names.parts(name)
        keys = [key for key in after.of("column") if _names_member(key, words)]
        if not keys:
            keys = [new for new in _renamed(words, renames, before) if new in after.objects]
        key = _one(text, name, keys)
        column = (key.schema, key.parent, key.name)
        if found.get(column, value) != value:
            raise UsageError(f"{option} is given twice for {name}, with different SQL")
        found[column] = value
    return found


def _clean(text: str, renames: list[Rename], before: Snapshot, after: Snapshot) -> ObjectKey:
    """What no existing row breaks; known by its new name, and a renamed table's or column's old one is accepted."""
    words = names.parts(text)
    if len(words) < 2:
        raise UsageError(f"--clean {text}: this is not of the form TABLE.CONSTRAINT or TABLE.COLUMN")
    keys = [key for key in after.objects if key.kind in _BROKEN_BY_ROWS and _names_member(key, words)]
    keys = keys or [new for new in _renamed(words, renames, before) if new in after.objects]
    # A constraint and a column of one table may share a name: what the change leaves alone is not meant.
    touched = [key for key in keys if before.objects.get(key) != after.objects[key]]
    return _one(text, text, touched or keys)


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
