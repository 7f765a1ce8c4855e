"""Tables filled with as many rows as are asked for, page by page, with the project's rights.

In: a copy of the old database and the change. Out: how many rows each table has.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import psycopg2
from psycopg2.extensions import cursor as Cursor  # noqa: N812  psycopg2 spells its class in lower case

from bot.migration.compatibility.touched import catalog_of
from bot.migration.intent import questions
from bot.migration.proof import seeding
from bot.migration.proof.restrictions import Restriction
from bot.migration.scale.multiplied import Multiplied, Reference, whole
from bot.migration.testbed.testbed import Testbed
from bot.model import ObjectKey
from bot.schema.objects import Table, referenced
from bot.sqltext.names import dotted

PAGE = 50_000  # rows that one statement makes, or a tenth of all
_FIRST = 1_000  # the number of the first new row: those of the rows that are there are smaller


@dataclass
class Filling:
    """One database that gets more and more rows. `restricted` is what the change asks of them; `made` are the numbers
    given so far, by table, and `few` the tables whose rows cannot be multiplied."""

    testbed: Testbed
    name: str
    restricted: Sequence[Restriction]
    log: Callable[[str], None]
    made: dict[Table, int] = field(default_factory=dict)
    plans: dict[Table, Multiplied] = field(default_factory=dict)
    few: dict[Table, None] = field(default_factory=dict)

    def begin(self, tables: Sequence[Table]) -> None:
        """A few rows in the tables and those that they refer to, none of which breaks what is new."""
        testbed = self.testbed
        request = seeding.SeedRequest(
            given=questions.target_samples(testbed.old, testbed.target), style="mild", without=tuple(self.restricted)
        )
        with testbed.project_session(self.name) as connection:
            seeding.seed(connection, catalog_of(tables, testbed.old), request)

    def fill(self, counts: Mapping[Table, int]) -> dict[Table, int]:
        """How many rows each table has then. Parents come first; VACUUM ANALYZE is what a server does by itself."""
        with self.testbed.project_session(self.name) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for table, count in counts.items():
                    self._multiply(cursor, table, count)
                for table in counts:
                    cursor.execute(f"VACUUM ANALYZE {whole(table)}")
                return {table: _count(cursor, table) for table in counts}

    def _multiply(self, cursor: Cursor, table: Table, count: int) -> None:
        plan = self.plans.setdefault(table, self._plan(table))
        first, missing = self.made.get(table, _FIRST), count - _count(cursor, table)
        if missing <= 0:
            return
        if plan.numbered is not None:
            for statement in plan.preparing():
                cursor.execute(statement)
            cursor.execute(plan.counting())
            sources = cursor.fetchone() or (0,)
            if sources[0]:
                self._insert(cursor, table, range(first, first + missing), sources)
            cursor.execute(plan.ending())
        self.made[table] = first + missing
        if _count(cursor, table) < count / 2:
            self.few[table] = None

    def _insert(self, cursor: Cursor, table: Table, numbers: range, sources: Sequence[int]) -> None:
        """Up to the first page that the table refuses: what was made stays."""
        page = max(PAGE, len(numbers) // 10)
        for start in range(numbers.start, numbers.stop, page):
            last = min(start + page, numbers.stop) - 1
            refused = self._page(cursor, table, start, last, sources)
            if refused and self.plans[table].spreads:
                self.plans[table] = replace(self.plans[table], spreads=False)
                refused = self._page(cursor, table, start, last, sources)
            if refused:
                return
            self.log(f"{dotted(*table)}: {last + 1 - _FIRST:,} rows")

    def _page(self, cursor: Cursor, table: Table, first: int, last: int, sources: Sequence[int]) -> bool:
        """Whether the table refuses the rows."""
        try:
            cursor.execute(self.plans[table].inserting(first, last, sources))
        except psycopg2.Error:
            return True
        return False

    def _plan(self, table: Table) -> Multiplied:
        mine = [restriction for restriction in self.restricted if restriction.table == table]
        return Multiplied(
            self.testbed.old,
            table,
            unique=[frozenset(r.columns.values()) for r in mine if r.kind == "pair"],
            references=[reference for r in mine if (reference := self._reference(r)) is not None],
            kept=frozenset(c for r in mine if r.kind in ("row", "type", "evaluated") for c in r.columns.values()),
        )

    def _reference(self, restriction: Restriction) -> Reference | None:
        """A new foreign key to a table that was there before."""
        if restriction.kind != "reference":
            return None
        new = self.testbed.target.objects[restriction.key]
        parent, theirs = referenced(new), tuple(new["references_columns"])
        there = all(ObjectKey("column", *parent, name) in self.testbed.old.objects for name in theirs)
        columns = tuple(restriction.columns[name] for name in new["columns"])
        return Reference(columns, parent, theirs) if there else None


def _count(cursor: Cursor, table: Table) -> int:
    cursor.execute(f"SELECT count(*) FROM {whole(table)}")
    found = cursor.fetchone()
    return int(found[0]) if found else 0
