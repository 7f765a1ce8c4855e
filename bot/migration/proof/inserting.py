"""Rows put into tables, with the rights of the project: its checks, defaults and triggers run here.

In: a cursor within a transaction, the catalog. Out: the rows as the tables have them now, `CTID` among their values.
"""

from dataclasses import dataclass
from typing import Any

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812  psycopg2 spells its class in lower case

from bot.migration.proof.row_plans import Row, Table, automatic
from bot.schema.snapshots import Snapshot
from bot.sqltext import quote

_KEYS = """
SELECT DISTINCT quote_ident(n.nspname) || '.' || quote_ident(k.conname) FROM pg_constraint k
JOIN pg_namespace n ON n.oid = k.connamespace WHERE k.condeferrable AND k.contype <> 'f'
"""
CTID = "ctid"  # where a row is; no column can be called so


@dataclass(frozen=True)
class Inserter:
    cursor: Cursor
    snapshot: Snapshot

    def defer(self) -> None:
        """Foreign keys wait from here on, for tables that refer to each other; what else is deferrable does not:
        a row that it refuses has to be refused by itself, and not with all others in the end."""
        self.cursor.execute(f"SET CONSTRAINTS ALL DEFERRED; {_KEYS}")
        for (name,) in self.cursor.fetchall():
            self.attempt(f"SET CONSTRAINTS {name.replace('%', '%%')} IMMEDIATE")

    def defer_nothing(self) -> None:
        """Every constraint acts at each statement from here on, if it holds for what is there."""
        self.attempt("SET CONSTRAINTS ALL IMMEDIATE")

    def together(self, table: Table, rows: list[Row], gap: int = 0) -> list[Row] | None:
        """Insert rows of the same columns in one statement, twins left out; None when the server refuses one.

        `gap` numbers are first taken from the table's sequences and not used.
        """
        names = list(rows[0]) if rows else []
        if not names or any(list(row) != names for row in rows):
            return None
        one = f"({', '.join(['%s'] * len(names))})"
        listed = ", ".join(map(_name, names))
        statement = (
            f"INSERT INTO {place(table)} ({listed}) VALUES {', '.join([one] * len(rows))}"
            f" ON CONFLICT DO NOTHING RETURNING {self._returned(table)}"
        )
        done = self.attempt(self._skipping(table, gap) + statement, [row[name] for row in rows for name in names])
        return None if isinstance(done, psycopg2.Error) else self._rows(table, done)

    def one(self, table: Table, row: Row) -> Row | psycopg2.Error:
        """Insert a row; the error when the server refuses it."""
        names = list(row)
        listed = ", ".join(map(_name, names))
        # Numbers that the server would give on its own may be those that are wanted.
        given = f"({listed}) OVERRIDING SYSTEM VALUE VALUES ({', '.join(['%s'] * len(names))})"
        values = given if names else "DEFAULT VALUES"
        # As literals of unknown type: the column's type reads them.
        statement = f"INSERT INTO {place(table)} {values} RETURNING {self._returned(table)}"
        done = self.attempt(statement, [row[name] for name in names])
        if isinstance(done, psycopg2.Error):
            return done
        return self._rows(table, done)[0] if done else {}

    def update(self, table: Table, row: Row, change: Row) -> Row | psycopg2.Error:
        """Give a row that is there other values."""
        listed = ", ".join(f"{_name(name)} = %s" for name in change)
        statement = f"UPDATE {place(table)} SET {listed} WHERE ctid = %s RETURNING {self._returned(table)}"
        done = self.attempt(statement, [*change.values(), row[CTID]])
        if isinstance(done, psycopg2.Error):
            return done
        return self._rows(table, done)[0] if done else row

    def some(self, table: Table, most: int) -> list[Row] | psycopg2.Error:
        """Rows that are there."""
        found = self.attempt(f"SELECT {self._returned(table)} FROM {place(table)} ORDER BY ctid LIMIT {most}")
        return found if isinstance(found, psycopg2.Error) else self._rows(table, found)

    def attempt(self, statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]] | psycopg2.Error:
        """Run a statement that may fail, in one round trip if it does not: its rows, or the error."""
        try:
            self.cursor.execute(f"SAVEPOINT attempt; {statement}", values)
            found = self.cursor.fetchall() if self.cursor.description else []
        except psycopg2.Error as error:
            self.cursor.execute("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt")
            return error
        self.cursor.execute("RELEASE SAVEPOINT attempt")
        return found

    def advance(self, table: Table, column: str) -> None:
        """Let the sequence of a column go on from the numbers that its rows have."""
        called = quote.literal(f"{_whole(table[0])}.{_whole(table[1])}"), quote.literal(column)
        highest = f"(SELECT max({quote.name(column)}) FROM {quote.qualified(*table)})"
        self.attempt(f"SELECT setval(pg_get_serial_sequence({', '.join(called)}), {highest})")

    def _rows(self, table: Table, found: list[tuple[Any, ...]]) -> list[Row]:
        names = [CTID, *self._columns(table)]
        return [dict(zip(names, values, strict=True)) for values in found]

    def _columns(self, table: Table) -> list[str]:
        return [key.name for key in self.snapshot.children("column", *table)]

    def _returned(self, table: Table) -> str:
        return ", ".join(["ctid::text", *(f"{_name(name)}::text" for name in self._columns(table))])

    def _skipping(self, table: Table, gap: int) -> str:
        """Statements that leave a gap in the numbers of a table's serial and identity columns."""
        columns = self.snapshot.children("column", *table).items()
        numbered = [key.name for key, attributes in columns if automatic(attributes) and not attributes["generated"]]
        name = quote.literal(f"{_whole(table[0])}.{_whole(table[1])}")
        calls = [
            f"SELECT nextval(pg_get_serial_sequence({name}, {quote.literal(column)})) FROM generate_series(1, {gap}); "
            for column in numbered
        ]
        return "".join(calls).replace("%", "%%") if gap else ""


def place(table: Table) -> str:
    """A table's name in a statement that psycopg2 puts values into."""
    return f"{_name(table[0])}.{_name(table[1])}"


def _name(name: str) -> str:
    return quote.name(name).replace("%", "%%")


def _whole(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
