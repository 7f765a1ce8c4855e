"""Rows by chance, as a production database may hold them. In: a database, a word that chance begins from. Out: rows.

Whatever the schema accepts: NULLs, twins, values at the edges, parents with no child, one and many, trees, gaps in
numbers. Nothing here knows what a migration does, nor what rows the bot makes.
"""

from collections.abc import Iterator
from random import Random

from psycopg2 import Error
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case
from psycopg2.extensions import cursor as Cursor  # noqa: N812
from psycopg2.sql import SQL, Identifier

from tests.oracle.awkward import awkward
from tests.oracle.tables import Column, Table, fetch, read
from tests.oracle.values import made

ROWS = 30
_NUMBERED = """
SELECT a.attname FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = (quote_ident(%s) || '.' || quote_ident(%s))::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) ~ '^nextval')
"""
_Row = dict[str, str | None]


def put(connection: Connection, word: str) -> None:
    """Fill every table as far as it lets rows in; all of its constraints and triggers act meanwhile."""
    tables = read(connection)
    crowd = _Crowd(Random(word), tables)
    with connection.cursor() as cursor:
        for table in _parents_first(tables):
            numbered = {name for (name,) in fetch(connection, _NUMBERED, (table.schema, table.relation))}
            crowd.fill(cursor, table, numbered)


def _parents_first(tables: dict[str, Table]) -> Iterator[Table]:
    left = dict(tables)
    while left:
        ready = [t for t in left.values() if all(key.target not in left or key.target == t.name for key in t.keys)]
        for table in ready or list(left.values())[:1]:
            yield left.pop(table.name)


class _Crowd:
    def __init__(self, chance: Random, tables: dict[str, Table]) -> None:
        self._chance, self._tables = chance, tables
        self._rows: dict[str, list[_Row]] = {}

    def fill(self, cursor: Cursor, table: Table, numbered: set[str]) -> None:
        """Try rows; each that the server refuses is tried once more with ordinary values."""
        columns = [column for column in table.columns if not column.generated and column.name not in numbered]
        moods = {column.name: self._chance.choice(["any", "any", "few", "rare"]) for column in columns}
        rows: list[_Row] = []
        self._rows[table.name] = rows
        for number in range(1, ROWS + 1):
            plain = {column.name: made(column.type, number, column.name) for column in columns}
            row = {column.name: self._value(column, moods[column.name], rows) for column in columns}
            if rows and self._chance.random() < 0.15:
                row = {**self._chance.choice(rows), **{name: plain[name] for name in table.unique & plain.keys()}}
            row |= self._pointing(table, row)
            ordinary = {**row, **plain, **self._pointing(table, row)}
            mixed = {name: self._chance.choice([row[name], ordinary[name]]) for name in row}
            for tried in (row, mixed, {**row, **{n: plain[n] for n in table.unique & plain.keys()}}, ordinary):
                found = _inserted(cursor, table, {name: tried[name] for name in plain})
                if found is not None:
                    rows.append(found)
                    break

    def _value(self, column: Column, mood: str, rows: list[_Row]) -> str | None:
        if not column.required and self._chance.random() < {"any": 0.15, "few": 0.1, "rare": 0.7}[mood]:
            return None
        if mood == "few" and rows and self._chance.random() < 0.7:
            return self._chance.choice(rows[:3])[column.name]
        return awkward(column.type, self._chance)

    def _pointing(self, table: Table, row: _Row) -> _Row:
        """Foreign keys at parents that are there, at the first ones more often; or at nothing."""
        found: _Row = {}
        for key in table.keys:
            parents = self._rows.get(key.target, [])
            names = [name for name in key.columns if name in row]
            if not names:
                continue
            optional = all(not c.required for c in table.columns if c.name in names)
            if not parents or (optional and self._chance.random() < 0.2):
                found |= dict.fromkeys(names)
                continue
            parent = self._chance.choice(parents[: max(1, len(parents) // self._chance.choice([1, 2, 8]))])
            found |= {here: parent[there] for here, there in zip(key.columns, key.there, strict=True) if here in row}
        return found


def _inserted(cursor: Cursor, table: Table, row: _Row) -> _Row | None:
    """The row as the table has it, or `None` when it was refused."""
    columns = {column.name: column for column in table.columns}
    where = Identifier(table.schema.replace("%", "%%"), table.relation.replace("%", "%%"))
    names = SQL(", ").join(Identifier(name.replace("%", "%%")) for name in row)
    values = SQL(", ").join(SQL("%s::" + columns[name].sql_type.replace("%", "%%")) for name in row)
    texts = SQL(", ").join(SQL("{}::text").format(Identifier(name.replace("%", "%%"))) for name in columns)
    body = SQL("({}) VALUES ({})").format(names, values) if row else SQL("DEFAULT VALUES")
    try:
        # Not within a transaction: what is deferred is decided here as well.
        cursor.execute(SQL("INSERT INTO {} {} RETURNING {}").format(where, body, texts), list(row.values()))
    except Error:
        return None
    return dict(zip(columns, cursor.fetchone() or (), strict=True))
