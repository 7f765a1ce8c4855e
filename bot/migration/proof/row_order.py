"""Values that depend on where rows happen to lie: nothing but ORDER BY says in which order a server reads them.

In: what the author's revisions send, a database with rows before the migration. Out: what becomes otherwise of
rows when the same rows lie in the opposite order. Numbers that a sequence gives may differ, and what refers to them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import psycopg2

from bot.migration.intent.expected_data import ExpectedData, Table
from bot.migration.planner.change import Column
from bot.migration.proof import reruns
from bot.migration.proof.comparison import TableChange, columns_of, compare_rows, keys_of
from bot.migration.proof.losses import RowChange
from bot.migration.proof.row_plans import automatic
from bot.migration.proof.rows import RowSnapshot
from bot.migration.proof.seeding import TIMEOUT
from bot.migration.testbed.testbed import Testbed
from bot.model import StepError
from bot.schema.objects import references
from bot.schema.snapshots import Snapshot
from bot.sqltext import quote

# What may send a statement that Alembic's operations do not write.
_SENDS = re.compile(r"execute|get_bind|get_context|bulk_insert|session|cursor|connection|engine", re.IGNORECASE)
# Code that is not there to be read may send anything; these do not.
_IMPORTS = re.compile(
    r"^[ \t]*(?:from|import)[ \t]+(?!(?:alembic|sqlalchemy|typing|collections|__future__)\b)[\w.]", re.MULTILINE
)
# What reads several rows for one value, or goes through rows one after the other.
_READS = re.compile(
    r"\bselect\b|\bover\s*\(|\blimit\b|\bupdate\b.*\bfrom\b|\bdelete\b.*\busing\b|^\s*(?:merge|copy|table|do|call)\b",
    re.IGNORECASE | re.DOTALL,
)
_CATALOG = re.compile(r"\bpg_catalog\.|\binformation_schema\.", re.IGNORECASE)
_TURNED = "migration_bot_turned"


def may_send(sources: Iterable[str]) -> bool:
    """Whether an author's migrations may do more than Alembic's operations do."""
    return any(_SENDS.search(source) or _IMPORTS.search(source) for source in sources)


def may_matter(statements: Iterable[str]) -> bool:
    """Whether the upgrade, which sent these, has to be tried in another order."""
    return any(_READS.search(sql) and not _CATALOG.search(sql) for sql in statements)


def upgraded(testbed: Testbed, name: str, before: RowSnapshot) -> RowSnapshot | StepError:
    """The rows of a copy in which the rows of every table lie the other way round, upgraded, or what stops that."""
    several = [table for table, content in before.tables.items() if len(content.rows) > 1]
    return reruns.upgraded(testbed, name, "order", lambda other: _turn(testbed, other, several))


def _turn(testbed: Testbed, name: str, tables: Sequence[Table]) -> None:
    """CLUSTER writes a table anew, in the order of an index, and neither triggers nor references see it."""
    index = quote.name(_TURNED)
    with testbed.project_session(name) as connection:
        connection.autocommit = False
        for table in tables:
            place, there = quote.qualified(*table), quote.qualified(table[0], _TURNED)
            listed = ", ".join(f"{quote.name(column)} DESC" for column in _identifying(testbed.old, table))
            # A partitioned table stays as it is, and so does one of a type that has no order.
            with suppress(psycopg2.Error), connection, connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{TIMEOUT}'; SET LOCAL statement_timeout = '{TIMEOUT}'")
                cursor.execute(f"CREATE INDEX {index} ON {place} ({listed}); CLUSTER {place} USING {index}")
                cursor.execute(f"DROP INDEX {there}")


def _identifying(schema: Snapshot, table: Table) -> list[str]:
    """The primary key, or else the first column."""
    constraints = schema.children("constraint", *table).values()
    columns = sorted(schema.children("column", *table).items(), key=lambda item: item[1]["position"])
    first = [key.name for key, _ in columns[:1]]
    return next((list(c["columns"]) for c in constraints if c.get("type") == "p"), first)


def dependent(
    before: RowSnapshot,
    here: RowSnapshot,
    there: RowSnapshot,
    migrated: Snapshot,
    by_itself: frozenset[Column] = frozenset(),
) -> Iterator[RowChange]:
    """What is not the same in both, but for numbers of sequences and for columns that differ each time `by_itself`."""
    free = {*_numbered(before, here, migrated), *by_itself}
    kept = {
        table: {name for name in names if (*table, name) not in free} for table, names in columns_of(migrated).items()
    }
    for change in compare_rows(here, there, kept, keys_of(migrated), ExpectedData()):
        yield from _reported(change)


def never_alike(here: RowSnapshot, again: RowSnapshot, migrated: Snapshot) -> frozenset[Column]:
    """Columns that the same upgrade of the same rows fills with other values each time: the hour, what is random."""
    return frozenset(
        (key.schema, key.parent, key.name)
        for key in migrated.of("column")
        if reruns.has_other_values((key.schema, key.parent), key.name, here, again)
    )


def _reported(change: TableChange) -> Iterator[RowChange]:
    for column in change.columns:
        cell = column.cells[0]
        name = column.new[2]
        yield RowChange("unordered", "warning", change.new, name, "upgrade", len(column.cells), cell.old, cell.new)
    if change.matching.gone and not change.columns:
        yield RowChange("unordered", "warning", change.new, None, "upgrade", len(change.matching.gone))


def _numbered(before: RowSnapshot, here: RowSnapshot, migrated: Snapshot) -> Iterator[Column]:
    """Columns that a sequence numbers anew, where rows or the column come, and those that refer to them."""
    fresh: set[Column] = set()
    for table, content in here.tables.items():
        was = before.tables.get(table)
        came = was is None or len(content.rows) > len(was.rows)
        for key, attributes in migrated.children("column", *table).items():
            if automatic(attributes) and (came or was is None or key.name not in was.columns):
                fresh.add((*table, key.name))
    yield from fresh
    for key, attributes in migrated.of("constraint").items():
        target = references(attributes)
        for column, other in (
            zip(attributes["columns"], attributes["references_columns"], strict=True) if target else ()
        ):
            if target and (*target, other) in fresh:
                yield key.schema, key.parent, column
