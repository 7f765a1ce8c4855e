"""Rows for every table: ordinary ones, awkward ones, NULLs, duplicates where they are allowed.

Comes in: a connection with the project's own rights (checks, defaults and triggers of the project run here),
the catalog, and values that some columns must have. Goes out: rows in the tables, and what could not be filled.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.migration.proof.check_candidates import candidates
from bot.migration.proof.sample_values import Values, values
from bot.model import ObjectKey
from bot.schema.snapshots import Attributes, Snapshot
from bot.schema.table_order import creation_order

Style = Literal["awkward", "mild", "none"]
Table = tuple[str, str]
Row = dict[str, str | None]

ROWS = 3  # of ordinary kind, at the least
MOST_LABELS = 20  # rows for the labels of an enum
TRIES = 40  # values for a column whose check refuses the usual ones
TIMEOUT = "5s"  # for each statement: a project's trigger may wait for ever


@dataclass(frozen=True)
class Skipped:
    table: str
    reason: str


@dataclass(frozen=True)
class Seeded:
    """How many tables have rows, how many rows there are, and which tables stayed empty for which reason."""

    tables: int = 0
    inserted: int = 0
    skipped: tuple[Skipped, ...] = ()


@dataclass
class _Seeder:
    connection: Connection
    snapshot: Snapshot
    given: Mapping[tuple[str, str, str], list[str]]
    style: Style
    keys: dict[Table, list[Row]] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)


def seed(
    connection: Connection, snapshot: Snapshot, given: Mapping[tuple[str, str, str], list[str]], style: Style
) -> Seeded:
    """Fill every table of a database, parents first; a table that accepts nothing is skipped, never an error."""
    seeder = _Seeder(connection, snapshot, given, style)
    connection.autocommit = False
    with connection, connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{TIMEOUT}'")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        tables = [(key.schema, key.name) for key, a in snapshot.of("table").items() if not a.get("partition_of")]
        for table in creation_order(snapshot, tables):
            if snapshot.objects[ObjectKey("table", table[0], "", table[1])].get("kind") == "f":
                continue
            _fill(seeder, cursor, table)
    filled = {table: rows for table, rows in seeder.keys.items() if rows}
    return Seeded(len(filled), sum(len(rows) for rows in filled.values()), tuple(seeder.skipped))


def _fill(seeder: _Seeder, cursor: psycopg2.extensions.cursor, table: Table) -> None:
    columns = _columns(seeder, table)
    unknown = [name for name, (_, found) in columns.items() if found is None and _required(columns[name][0])]
    if unknown:
        seeder.skipped.append(Skipped(".".join(table), f"no values are known for {', '.join(unknown)}"))
        seeder.keys[table] = []
        return
    done: list[Row] = []
    reason = ""
    rows = _rows(seeder, table, columns)
    for i, row in enumerate(rows):
        inserted, problem = _insert(seeder, cursor, table, row)
        if inserted is None:
            inserted = _milder(seeder, cursor, table, row, _row(seeder, table, columns, i, "ordinary"))
        if inserted is not None:
            done.append(inserted)
        reason = reason or problem
    seeder.keys[table] = done
    if not done:
        seeder.skipped.append(Skipped(".".join(table), reason.splitlines()[0][:200] if reason else "no row was tried"))


_Columns = dict[str, tuple[Attributes, Values | None]]


def _columns(seeder: _Seeder, table: Table) -> _Columns:
    """The columns that get a value; the server fills generated, identity and serial ones."""
    found: _Columns = {}
    for key, attributes in seeder.snapshot.children("column", *table).items():
        automatic = (
            attributes.get("generated") or attributes.get("identity") or "nextval(" in (attributes.get("default") or "")
        )
        if not automatic:
            found[key.name] = attributes, values(seeder.snapshot, attributes["type"], key.name)
    return found


def _required(attributes: Attributes) -> bool:
    return bool(attributes.get("not_null") and attributes.get("default") is None)


def _rows(seeder: _Seeder, table: Table, columns: _Columns) -> list[Row]:
    """What to insert: ordinary rows first, as later ones may refer to them."""
    labels = [len(_labels(seeder, attributes)) for attributes, _ in columns.values()]
    count = min(max([ROWS, *labels]), MOST_LABELS)
    rows = [_row(seeder, table, columns, i, "ordinary") for i in range(count)]
    if seeder.style == "awkward":
        rows += [
            _row(seeder, table, columns, count + i, kind)
            for i, kind in enumerate(("edge", "other edge", "null", "twin"))
        ]
    return rows


def _labels(seeder: _Seeder, attributes: Attributes) -> list[str]:
    if attributes.get("type_kind") != "enum":
        return []
    key = ObjectKey("enum", attributes["type_schema"], "", attributes["type_name"])
    return list(seeder.snapshot.objects.get(key, {}).get("labels") or [])


def _row(seeder: _Seeder, table: Table, columns: _Columns, i: int, kind: str) -> Row:
    unique = _unique_columns(seeder, table)
    row: Row = {}
    for name, (attributes, found) in columns.items():
        given = seeder.given.get((*table, name))
        if kind == "null" and not attributes.get("not_null"):
            row[name] = None
        elif given:
            row[name] = given[i % len(given)]
        elif found is None:
            continue
        elif kind == "twin" and name not in unique:
            row[name] = found.ordinary(0)
        elif kind in ("edge", "other edge") and found.awkward and name not in unique:
            row[name] = found.awkward[(kind != "edge") % len(found.awkward)]
        else:
            row[name] = found.ordinary(i)
    row.update(_references(seeder, table, i, kind, row))
    return row


def _unique_columns(seeder: _Seeder, table: Table) -> set[str]:
    constraints = seeder.snapshot.children("constraint", *table).values()
    indexes = seeder.snapshot.children("index", *table).values()
    found = {c for a in constraints if a["type"] in ("p", "u", "x") for c in a["columns"]}
    return found | {c for a in indexes if a.get("unique") for c in a["columns"]}


def _references(seeder: _Seeder, table: Table, i: int, kind: str, row: Row) -> Row:
    """Values of foreign keys: those of a row that is there."""
    found: Row = {}
    for attributes in seeder.snapshot.children("constraint", *table).values():
        if attributes["type"] != "f":
            continue
        parent = attributes["references_schema"], attributes["references_table"]
        rows = seeder.keys.get(parent, [])
        pairs = list(zip(attributes["columns"], attributes["references_columns"], strict=True))
        if kind == "null" and any(row.get(child, "") is None for child, _ in pairs):
            continue
        source = rows[i % len(rows)] if rows else None
        for child, column in pairs:
            found[child] = source.get(column) if source is not None else None
    return found


def _insert(seeder: _Seeder, cursor: psycopg2.extensions.cursor, table: Table, row: Row) -> tuple[Row | None, str]:
    """Insert a row, trying other values where a check refuses; what the table has then, or why not."""
    problem = _attempt(seeder, cursor, table, row)
    if not isinstance(problem, psycopg2.Error):
        return problem, ""
    first = str(problem)
    for other in candidates(seeder.snapshot, table, row, problem, TRIES):
        result = _attempt(seeder, cursor, table, other)
        if not isinstance(result, psycopg2.Error):
            return result, ""
    return None, first


def _milder(seeder: _Seeder, cursor: psycopg2.extensions.cursor, table: Table, row: Row, ordinary: Row) -> Row | None:
    """A row with ordinary values in those columns alone in which the server refuses the others."""
    unlike = [name for name in row if row[name] != ordinary.get(name) and name in ordinary]
    tried = [{**row, name: ordinary[name]} for name in unlike]
    tried += [{**row, **{name: ordinary[name] for name in unlike[:n]}} for n in range(2, len(unlike) + 1)]
    for other in tried:
        result = _attempt(seeder, cursor, table, other)
        if not isinstance(result, psycopg2.Error):
            return result
    return None


def _attempt(seeder: _Seeder, cursor: psycopg2.extensions.cursor, table: Table, row: Row) -> Row | psycopg2.Error:
    names = list(row)
    place = f'"{_quoted(table[0])}"."{_quoted(table[1])}"'
    listed = ", ".join(f'"{_quoted(name)}"' for name in names)
    values_ = f"({listed}) VALUES ({', '.join(['%s'] * len(names))})" if names else "DEFAULT VALUES"
    keys = [key.name for key in seeder.snapshot.children("column", *table)]
    returned = ", ".join(f'"{_quoted(name)}"::text' for name in keys) or "1"
    cursor.execute("SAVEPOINT one_row")
    try:
        # As literals of unknown type: the column's type reads them.
        statement = f"INSERT INTO {place} {values_} RETURNING {returned}"
        cursor.execute(statement, [row[name] for name in names])
        result = dict(zip(keys, cursor.fetchone() or (), strict=False))
        cursor.execute("RELEASE SAVEPOINT one_row")
    except psycopg2.Error as error:
        cursor.execute("ROLLBACK TO SAVEPOINT one_row")
        return error
    return result


def _quoted(name: str) -> str:
    """A name for between double quotes, in a statement that psycopg2 puts values into."""
    return name.replace('"', '""').replace("%", "%%")
