"""A table as psql's `\\d` describes it, as data: a row of cells for each column, and sections below.

In: a snapshot and a table. Out: a `TableView`, which `views.json` carries and `report/` writes out. Names and
expressions are as the catalog has them: they are escaped where they are rendered.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.model import Difference, ObjectKey, Record
from bot.schema.objects import foreign_keys_to, inherited, partitioned
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext.names import dotted

_ON_TABLES = frozenset({"column", "constraint", "index", "trigger", "policy", "rule", "statistics"})


class ColumnCells(NamedTuple):
    """What psql's `\\d` has in the row of a column."""

    column: str
    type: str
    collation: str = ""
    nullable: str = ""
    default: str = ""
    description: str = ""


class Section(Record, frozen=True):
    """Entries below the columns, such as indexes; without any, the heading is all there is to say."""

    heading: str
    entries: tuple[str, ...] = ()


class TableView(Record, frozen=True):
    """A table at one moment; `kind` is what psql calls it: "Table", "Partitioned table"."""

    kind: str
    columns: tuple[ColumnCells, ...] = ()
    sections: tuple[Section, ...] = ()


def changed_tables(differences: Iterable[Difference]) -> list[tuple[str, str]]:
    """The (schema, relation) pairs that differences speak of, themselves or through what belongs to them."""
    found = {(d.schema, d.name) for d in differences if d.kind == "table"}
    found |= {(d.schema, d.parent) for d in differences if d.kind in _ON_TABLES}
    return sorted(found)


def describe_table(snapshot: Snapshot, schema: str, table: str) -> TableView | None:
    """The table with columns, indexes, constraints and all that hangs on it; None where the snapshot has none."""
    attributes = snapshot.objects.get(ObjectKey("table", schema, "", table))
    if attributes is None:
        return None
    columns = snapshot.children("column", schema, table)
    ordered = sorted(columns.items(), key=lambda item: (item[1].get("position", 0), item[0].name))
    sections = [Section(heading=heading, entries=tuple(found)) for heading, found in _sections(snapshot, schema, table)]
    return TableView(
        kind=_kind(attributes),
        columns=tuple(_cells(key.name, column) for key, column in ordered),
        sections=(*(section for section in sections if section.entries), *_footer(attributes)),
    )


def _kind(attributes: Attributes) -> str:
    word = {"p": "Partitioned table", "f": "Foreign table"}.get(attributes.get("kind", "r"), "Table")
    return f"Unlogged {word.lower()}" if attributes.get("persistence") == "u" else word


def _cells(name: str, column: Attributes) -> ColumnCells:
    return ColumnCells(
        name,
        str(column.get("type", "")),
        column.get("collation") or "",
        "not null" if column.get("not_null") else "",
        _default(column),
        column.get("comment") or "",
    )


def _default(column: Attributes) -> str:
    if column.get("identity"):
        return f"generated {'always' if column['identity'] == 'a' else 'by default'} as identity"
    if column.get("generated") is not None:
        stored = "" if column.get("generated_kind") == "v" else " stored"
        return f"generated always as ({column['generated']}){stored}"
    return column.get("default") or ""


def _sections(snapshot: Snapshot, schema: str, table: str) -> Iterator[tuple[str, list[str]]]:
    constraints = sorted(snapshot.children("constraint", schema, table).items())
    keys = [_constraint(key, value) for key, value in constraints if value.get("type") in ("p", "u", "x")]
    yield (
        "Indexes",
        keys + [_index(*item) for item in sorted(snapshot.children("index", schema, table).items())],
    )
    for heading, kind in (("Check constraints", "c"), ("Foreign-key constraints", "f")):
        yield heading, [_constraint(key, value) for key, value in constraints if value.get("type") == kind]
    yield "Referenced by", list(_references(snapshot, schema, table))
    policies = sorted(snapshot.children("policy", schema, table).items())
    yield "Policies", [_policy(key, value) for key, value in policies]
    for heading, kind in (("Statistics objects", "statistics"), ("Rules", "rule"), ("Triggers", "trigger")):
        children = sorted(snapshot.children(kind, schema, table).items())
        yield heading, [value["definition"] + _enabled(value) for _, value in children]


def _constraint(key: ObjectKey, attributes: Attributes) -> str:
    return f'"{key.name}" {attributes["definition"]}'


def _index(key: ObjectKey, attributes: Attributes) -> str:
    unique = "UNIQUE, " if attributes.get("unique") else ""
    # CREATE INDEX name ON table USING method (…): what follows USING is what tells indexes apart.
    content = attributes["definition"].partition(" USING ")[2] or attributes["definition"]
    return f'"{key.name}" {unique}{content}{"" if attributes.get("valid", True) else " INVALID"}'


def _references(snapshot: Snapshot, schema: str, table: str) -> Iterator[str]:
    for key, attributes in sorted(foreign_keys_to(snapshot, (schema, table))):
        yield f'TABLE "{key.schema}.{key.parent}" CONSTRAINT {_constraint(key, attributes)}'


def _policy(key: ObjectKey, attributes: Attributes) -> str:
    parts = [f'"{key.name}" FOR {attributes.get("command") or "ALL"}']
    if not attributes.get("permissive", True):
        parts.append("AS RESTRICTIVE")
    parts.append(f"TO {', '.join(attributes.get('roles') or ['public'])}")
    parts += [f"USING ({attributes['using']})"] if attributes.get("using") else []
    parts += [f"WITH CHECK ({attributes['check']})"] if attributes.get("check") else []
    return " ".join(parts)


def _enabled(attributes: Attributes) -> str:
    words = {"D": " (disabled)", "R": " (on replicas)", "A": " (always)"}
    return words.get(attributes.get("enabled") or "O", "")


def _footer(attributes: Attributes) -> Iterator[Section]:
    if attributes.get("row_security"):
        yield Section(heading=f"Row security: {'forced' if attributes.get('force_row_security') else 'enabled'}")
    whole = partitioned(attributes)
    for label, value in (
        ("Partition key", attributes.get("partition_by")),
        ("Partition of", dotted(*whole) if whole else None),
        ("Partition bound", attributes.get("partition_bound")),
        ("Inherits", [dotted(*parent) for parent in inherited(attributes)]),
        ("Options", attributes.get("options")),
        ("Tablespace", attributes.get("tablespace")),
        ("Access method", attributes.get("access_method")),
        ("Comment", attributes.get("comment")),
    ):
        if value:
            yield Section(heading=f"{label}: {', '.join(value) if isinstance(value, list) else value}")
