"""Rows for every table: ordinary ones, awkward ones, NULLs, duplicates where they are allowed, trees.

In: a connection with the project's own rights (checks, defaults and triggers of the project run here), the catalog,
and values that some columns must have. Out: rows in the tables, and what could not be filled.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812  psycopg2 spells its class in lower case

from bot.migration.proof import bulk_rows, child_rows, partition_values, tied_rows
from bot.migration.proof.breaking_rows import BreakingRows, Outcome, leave_out
from bot.migration.proof.check_candidates import candidates
from bot.migration.proof.inserting import Inserter
from bot.migration.proof.restrictions import Restriction
from bot.migration.proof.row_plans import ORDINARY_ROWS, PlannedRow, Row, Table, TablePlan, awkward_rows, mild_rows
from bot.migration.proof.self_references import link
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot
from bot.schema.table_order import creation_order
from bot.system.timing import span

Style = Literal["awkward", "mild", "none"]

TRIES = 40  # values for a column whose check refuses the usual ones
MOST_TRIES = 250  # statements for the refused rows of one table
TIMEOUT = "5s"  # for each statement: a project's trigger may wait for ever


@dataclass(frozen=True)
class Skipped:
    table: Table
    reason: str


@dataclass(frozen=True)
class Seeded:
    """How many tables have rows, how many rows there are, and which tables stayed empty for which reason.

    `few` is the number of tables far from the change, which got ordinary rows alone. `breaking` of the rows were made
    to break what is new; `outcomes` tell for each restriction whether a row that breaks it was there, but for those of
    `without`, which no row breaks.
    """

    tables: int = 0
    inserted: int = 0
    skipped: tuple[Skipped, ...] = ()
    few: int = 0
    breaking: int = 0
    outcomes: tuple[tuple[Restriction, Outcome], ...] = ()
    without: tuple[Restriction, ...] = ()

    @property
    def restrictions(self) -> tuple[Restriction, ...]:
        """All that is new or tighter."""
        return (*(restriction for restriction, _ in self.outcomes), *self.without)


@dataclass(frozen=True)
class SeedRequest:
    """What rows are wanted.

    `given` are the only values of a column, `literals` more values for the columns of a name; `near` are the tables
    that the change can reach, or None for all of them: the others get ordinary rows, or none with `only_near`. No row
    breaks one of `without`; for each of `restrictions` there are rows that do. `crowded` are tables that get more than
    `batch_size` rows. `ordered` are names of columns in which rows of the tables near are equal by twos.
    Columns that are `mentioned` are tried before others of their table.
    """

    given: Mapping[tuple[str, str, str], list[str]] = field(default_factory=dict)
    literals: Mapping[str, list[str]] = field(default_factory=dict)
    style: Style = "awkward"
    near: frozenset[Table] | None = None
    restrictions: tuple[Restriction, ...] = ()
    without: tuple[Restriction, ...] = ()
    only_near: bool = False
    batch_size: int = 0
    crowded: frozenset[Table] = frozenset()
    ordered: frozenset[str] = frozenset()
    mentioned: frozenset[str] = frozenset()


@dataclass
class Seeder:
    inserter: Inserter
    snapshot: Snapshot
    request: SeedRequest
    rows: dict[Table, list[Row]] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    few: int = 0
    partitions: Mapping[Table, Mapping[str, list[str]]] = field(default_factory=dict)

    def plan(self, table: Table) -> TablePlan:
        given = {name: found for (*where, name), found in self.request.given.items() if tuple(where) == table}
        literals = {**self.request.literals}
        for name, values in self.partitions.get(table, {}).items():
            literals[name] = list(dict.fromkeys([*values, *literals.get(name, [])]))
        return TablePlan(self.snapshot, table, given, literals, self.rows, self.request.mentioned)


@span("rows.seed")
def seed(connection: Connection, snapshot: Snapshot, request: SeedRequest) -> Seeded:
    """Fill every table of a database, parents first; a table that accepts nothing is skipped, never an error."""
    connection.autocommit = False
    with connection, connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{TIMEOUT}'")
        seeder = Seeder(Inserter(cursor, snapshot), snapshot, request)
        if any(attributes.get("partition_by") for attributes in snapshot.of("table").values()):
            seeder.partitions = partition_values.read(cursor)
        seeder.inserter.defer()
        tables = [(key.schema, key.name) for key, a in snapshot.of("table").items() if not a.get("partition_of")]
        for number, table in enumerate(creation_order(snapshot, tables)):
            if snapshot.objects[ObjectKey("table", table[0], "", table[1])].get("kind") != "f":
                _fill(seeder, table, number)
        link(seeder.inserter, snapshot, seeder.rows)
        seeder.inserter.defer_nothing()
        breaking = BreakingRows(seeder.inserter, snapshot, seeder.rows, seeder.plan)
        outcomes = tuple((restriction, breaking.meet(restriction)) for restriction in request.restrictions)
        more = 0
        if request.style == "awkward":
            near = {table: rows for table, rows in seeder.rows.items() if request.near is None or table in request.near}
            child_rows.insert_children(seeder.inserter, near, seeder.plan)
            # Where rows are taken in batches, others would come before those that are alike.
            for table in sorted(near.keys() - request.crowded) if request.ordered else ():
                there = seeder.rows[table]
                more += tied_rows.insert_tied_rows(seeder.inserter, seeder.plan(table), there, request.ordered)
            for table in sorted(request.crowded & seeder.rows.keys()):
                more += bulk_rows.insert_bulk_rows(seeder.inserter, seeder.plan(table), request.batch_size)
        leave_out(seeder.inserter, request.without)
    filled = {table: rows for table, rows in seeder.rows.items() if rows}
    inserted = sum(len(rows) for rows in filled.values()) + more
    return Seeded(len(filled), inserted, tuple(seeder.skipped), seeder.few, breaking.made, outcomes, request.without)


def _fill(seeder: Seeder, table: Table, number: int) -> None:
    plan = seeder.plan(table)
    unknown = [
        name
        for name, (attributes, found) in plan.columns.items()
        if found is None and attributes.get("not_null") and attributes.get("default") is None
    ]
    seeder.rows[table] = []
    if unknown:
        seeder.skipped.append(Skipped(table, f"no values are known for {', '.join(unknown)}"))
        return
    near = seeder.request.near is None or table in seeder.request.near
    seeder.few += not near
    if seeder.request.only_near and not near:
        return
    rows = awkward_rows(plan) if near and seeder.request.style == "awkward" else mild_rows(plan)
    reason = ""
    # The numbers of the second part begin after a gap, which differs from table to table.
    for part, gap in ((rows[:ORDINARY_ROWS], 0), (rows[ORDINARY_ROWS:], number % 5 + 2)):
        done = seeder.inserter.together(table, [planned.row for planned in part], gap)
        if done is None and part:
            done, problem = _Singly(seeder, table).insert(part)
            reason = reason or problem
        seeder.rows[table] += done or []
    for column in plan.numbered:
        if any(column in planned.row for planned in rows):
            seeder.inserter.advance(table, column)
    if not seeder.rows[table]:
        seeder.skipped.append(Skipped(table, reason.splitlines()[0][:200] if reason else "no row was tried"))


class _Singly:
    """Row by row, with other values where the server refuses those of the plan; it learns which."""

    def __init__(self, seeder: Seeder, table: Table) -> None:
        self._inserter, self._snapshot, self._table = seeder.inserter, seeder.snapshot, table
        self._there = len(seeder.rows[table])
        self._left = MOST_TRIES
        self._fixes: list[Row] = []
        self._refused: set[tuple[str, str | None]] = set()

    def insert(self, rows: list[PlannedRow]) -> tuple[list[Row], str]:
        """The rows that the table took, and why it did not take the first that it refused."""
        done: list[Row] = []
        reason = ""
        for planned in rows:
            row = {
                name: planned.plain.get(name) if (name, value) in self._refused else value
                for name, value in planned.row.items()
            }
            result = self._attempt(row)
            if isinstance(result, dict):
                done.append(result)
                continue
            reason = reason or str(result)
            eager = self._there + len(done) < ORDINARY_ROWS
            if (mended := self._mended(row, planned.plain, result, eager=eager)) is not None:
                done.append(mended)
        return done, reason

    def _attempt(self, row: Row) -> Row | psycopg2.Error:
        self._left -= 1
        return self._inserter.one(self._table, row)

    def _mended(self, row: Row, plain: Row, error: psycopg2.Error, *, eager: bool) -> Row | None:
        """With what helped before, ordinary values, or, as long as there are hardly any rows, values of the check."""
        for fix in self._fixes[-3:]:
            if isinstance(result := self._attempt({**row, **fix}), dict):
                return result
        if (milder := self._milder(row, plain)) is not None:
            return milder
        if not eager:
            return None
        for other in candidates(self._snapshot, self._table, row, error, TRIES):
            if self._left <= 0:
                return None
            if isinstance(result := self._attempt(other), dict):
                self._fixes.append({name: value for name, value in other.items() if value != row[name]})
                return result
        return None

    def _milder(self, row: Row, plain: Row) -> Row | None:
        """Ordinary values in those columns alone in which the server refuses the others."""
        unlike = [name for name in row if row[name] != plain.get(name) and name in plain]
        tried = [[name] for name in unlike] + [unlike[:n] for n in range(2, len(unlike) + 1)]
        for names in tried:
            if self._left <= 0:
                return None
            result = self._attempt({**row, **{name: plain[name] for name in names}})
            if isinstance(result, dict):
                if len(names) == 1:
                    self._refused.add((names[0], row[names[0]]))
                return result
        return None
