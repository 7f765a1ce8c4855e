"""Casts as the server makes them: what a value becomes in another type, and whether a new constraint would hold it.

In: a connection with the project's rights (casts and checks may be its code) to a database that has the new types.
Out: canonical values. Each question is asked once.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.migration.proof.canonical import Value
from bot.migration.proof.rows import SETTINGS
from bot.sqltext import quote

TIMEOUT = "5s"  # for each cast: types may be the project's own


@dataclass(frozen=True)
class ServerCasts:
    connection: Connection
    _known: dict[tuple[str, ...], Value] = field(default_factory=dict)

    def cast(self, value: str, *types: str, settings: str = "") -> Value:
        """A value cast to one type after the other; None where the server refuses.

        The names come from `format_type`, which quotes them.
        """
        asked = (value, settings, *types)
        if asked not in self._known:
            expression = "%s" + "".join(f"::{name.replace('%', '%%')}" for name in types)
            # As COPY writes it: a cast to text is another function, and says `10.0.0.1/32` where `10.0.0.1` is meant.
            query = f"SELECT pg_catalog.format('%%s', x) FROM (SELECT {expression} AS x) AS asked WHERE "
            self._known[asked] = self._ask(query + "x IS DISTINCT FROM NULL", [value], settings)
        return self._known[asked]

    def fixed(self, value: str, *types: str) -> Value:
        """The same with the settings in which rows are read."""
        return self.cast(value, *types, settings=SETTINGS)

    def refuses(self, schema: str, table: str, expression: str, row: Mapping[str, Value]) -> bool:
        """Whether a check of a table is false for a row."""
        return self._answers(f"NOT ({expression})", schema, table, row)

    def holds(self, schema: str, table: str, expression: str, row: Mapping[str, Value]) -> bool:
        """Whether a predicate of a table is true for a row; where it cannot be asked, it is not."""
        return self._answers(f"({expression}) IS TRUE", schema, table, row)

    def key(self, schema: str, table: str, columns: list[str], row: Mapping[str, Value]) -> list[Value]:
        """What an index keeps of a row: columns, or expressions; None for one that cannot be evaluated."""
        return [row[name] if name in row else self._evaluated(schema, table, name, row) for name in columns]

    def _evaluated(self, schema: str, table: str, expression: str, row: Mapping[str, Value]) -> Value:
        source = f"jsonb_populate_record(NULL::{quote.qualified(schema, table)}, %s)"
        asked = (json.dumps(dict(row)), source, expression)
        if asked not in self._known:
            query = f"SELECT ({expression.replace('%', '%%')})::text FROM {source}"
            self._known[asked] = self._ask(query, [asked[0]], "")
        return self._known[asked]

    def _answers(self, condition: str, schema: str, table: str, row: Mapping[str, Value]) -> bool:
        source = f"jsonb_populate_record(NULL::{quote.qualified(schema, table)}, %s)"
        query = f"SELECT ({condition.replace('%', '%%')})::text FROM {source}"
        return self._ask(query, [json.dumps(dict(row))], "") == "true"

    def _ask(self, query: str, values: list[str], settings: str) -> Value:
        try:
            with self.connection, self.connection.cursor() as cursor:
                cursor.execute(f"RESET ALL; SET statement_timeout = '{TIMEOUT}'; {settings}")
                cursor.execute(query, values)
                row = cursor.fetchone()
        except psycopg2.Error:
            return None
        return row[0] if row else None
