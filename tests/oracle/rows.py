"""Rows that a migration must carry. In: a database and what its author meant. Out: rows put in, read and compared."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from psycopg2 import DataError, IntegrityError
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case
from psycopg2.extras import Json
from psycopg2.sql import SQL, Composable, Identifier

from tests.oracle.cases import Case, ExpectedData
from tests.oracle.tables import Column, Table, fetch, read
from tests.oracle.values import edge, made

ROWS = 3
_HOST = re.compile(r"[\d.]+/32")  # the cast of an inet to text writes what its output leaves out
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:")


@dataclass(frozen=True)
class Content:
    """A table's rows, each value as text."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str | None], ...]


def put(connection: Connection, case: Case) -> None:
    """Give every table three rows; triggers and foreign keys do not act meanwhile, checks and uniqueness do.

    Raises `psycopg2.Error` when the case's own seeds do not fit its own schema.
    """
    tables = read(connection)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in tables.values():
            columns = [column for column in table.columns if not column.generated]
            rows = [[_value(tables, table, column, n, case) for column in columns] for n in range(1, ROWS + 1)]
            for values in rows:
                cursor.execute(_insert(table, columns), values)
            for values in _hard(tables, table, columns, case) if case.rows == "hard" else ():
                with suppress(DataError, IntegrityError):
                    cursor.execute(_insert(table, columns), values)
        cursor.execute(
            "SELECT setval(c.oid::regclass, %(rows)s) FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid"
            " WHERE s.seqmin <= %(rows)s AND s.seqmax >= %(rows)s AND NOT s.seqcycle",
            {"rows": ROWS + 2 * (case.rows == "hard")},
        )
        cursor.execute("RESET session_replication_role")


def _hard(tables: dict[str, Table], table: Table, columns: list[Column], case: Case) -> Iterator[list[Any]]:
    """The twin of the first row and one of edges; what has to be unique, or points elsewhere, is as in other rows."""
    pointing = {name for key in table.keys for name in key.columns}
    for number, twin in ((ROWS + 1, True), (ROWS + 2, False)):
        values = []
        for column in columns:
            usual = _value(tables, table, column, number if column.name in table.unique else 1, case)
            sharp = None if twin or column.name in pointing | table.unique else edge(column.type)
            values.append(usual if sharp is None else sharp)
        yield values


def _insert(table: Table, columns: list[Column]) -> Composable:
    return SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
        Identifier(_doubled(table.schema), _doubled(table.relation)),
        SQL(", ").join(Identifier(_doubled(column.name)) for column in columns),
        SQL(", ").join(SQL("%s::" + _doubled(column.sql_type)) for column in columns),
    )


def _doubled(text: str) -> str:
    """A statement's signs of per cent stand for values, unless there are two."""
    return text.replace("%", "%%")


def _value(tables: dict[str, Table], table: Table, column: Column, number: int, case: Case) -> Any:
    seeds = case.seed.get(f"{table.name}.{column.name}")
    if seeds:
        value = seeds[(number - 1) % len(seeds)]
        return None if value == "NULL" else Json(value) if isinstance(value, dict) else value
    if not column.required and number == ROWS and case.rows in ("auto", "hard"):
        return None
    for key in table.keys:
        if column.name in key.columns:
            there = tables[key.target]
            name = key.there[key.columns.index(column.name)]
            (pointed,) = (other for other in there.columns if other.name == name)
            if (there, pointed) != (table, column):
                return _value(tables, there, pointed, number, case)
    return made(column.type, number, column.name)


def get(connection: Connection) -> dict[str, Content]:
    """The rows of all tables."""
    return {table.name: _content(connection, table) for table in read(connection).values()}


def _content(connection: Connection, table: Table) -> Content:
    names = tuple(column.name for column in table.columns if not column.generated)
    if not names:
        return Content((), ())
    source = SQL("" if table.partitioned else "ONLY ") + Identifier(table.schema, table.relation)
    columns = SQL(", ").join(Identifier(name) + SQL("::text") for name in names)
    query = SQL("SELECT {} FROM {}").format(columns, source).as_string(connection)
    rows = fetch(connection, query)
    return Content(names, tuple(dict(zip(names, row, strict=True)) for row in rows))


def lost(
    before: dict[str, Content], after: dict[str, Content], target: dict[str, set[str]], meant: ExpectedData
) -> list[str]:
    """What of `before` the upgraded database should still have and does not; `target` is the new schema's columns."""
    problems = []
    for old, content in before.items():
        new = meant.tables.get(old, old)
        if new not in target:
            continue
        if new not in after:
            problems.append(f"table {new} is missing")
            continue
        moved = {name: meant.columns.get(f"{old}.{name}", name) for name in content.columns}
        pairs = {name: now for name, now in moved.items() if now in target[new] and now in after[new].columns}
        want = [_expected(old, row, pairs, meant) for row in content.rows]
        have = [{name: row[now] for name, now in pairs.items()} for row in after[new].rows]
        problems += _unlike(old, want, have, meant)
    return problems


def undone(
    before: dict[str, Content], back: dict[str, Content], target: dict[str, set[str]], meant: ExpectedData
) -> list[str]:
    """What of `before` lived in the new schema and is not back after the downgrade."""
    problems = []
    for old, content in before.items():
        new = meant.tables.get(old, old)
        if new not in target or old not in back:
            continue
        kept = [name for name in content.columns if meant.columns.get(f"{old}.{name}", name) in target[new]]
        want = [{name: row[name] for name in kept} for row in content.rows]
        have = [{name: row.get(name) for name in kept} for row in back[old].rows]
        problems += _unlike(old, want, have, meant)
    return problems


def _expected(
    table: str, row: Mapping[str, str | None], pairs: dict[str, str], meant: ExpectedData
) -> dict[str, str | None]:
    def now(name: str) -> str | None:
        value = row[name]
        return value if value is None else meant.values.get(f"{table}.{name}", {}).get(value, value)

    return {name: now(name) for name in pairs}


def _unlike(
    table: str, want: list[dict[str, str | None]], have: list[dict[str, str | None]], meant: ExpectedData
) -> list[str]:
    if len(want) != len(have):
        return [f"{table} has {len(have)} rows, not {len(want)}"]

    def seen(name: str, row: dict[str, str | None]) -> str | bool | None:
        return row[name] is not None if f"{table}.{name}" in meant.converted else _plain(row[name])

    names = list(want[0]) if want else []
    return [
        f"{table}.{name}: {[row[name] for row in want]} became {[row[name] for row in have]}"
        for name in names
        if not _same(
            Counter(seen(name, row) for row in want), Counter(seen(name, row) for row in have), f"{table}.{name}", meant
        )
    ]


def _same(want: Counter[str | bool | None], have: Counter[str | bool | None], column: str, meant: ExpectedData) -> bool:
    if column not in meant.filled:
        return want == have
    del want[None]
    return want <= have


def _plain(text: str | None) -> str | None:
    """A value apart from how its type writes it: `1.50` as `1.5`, true as 1, JSON, hosts and instants in one form."""
    if text in ("true", "false"):
        return str(int(text == "true"))
    if text and _INSTANT.match(text):
        return text.replace("T", " ").removesuffix("+00").removesuffix(" 00:00:00")  # midnight is the day
    if text and _HOST.fullmatch(text):
        return text.removesuffix("/32")
    if text and text[0] in "{[":
        with suppress(ValueError):
            return json.dumps(json.loads(text), sort_keys=True)
    try:
        return str(Decimal(text).normalize()) if text else text
    except InvalidOperation:
        return text
