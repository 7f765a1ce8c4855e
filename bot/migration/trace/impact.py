"""Who is kept out of which table by an upgrade, while what is done: the locks of its statements, followed to their end.

In: the facts of the statements. Out: one `Impact` for each table and transaction that keeps writers or readers out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.migration.trace.lockmodes import (
    ACCESS_EXCLUSIVE,
    ACCESS_SHARE,
    keeps_readers_out,
    keeps_writers_out,
    strength,
)
from bot.migration.trace.relations import Relation
from bot.migration.trace.replay import StatementFacts
from bot.migration.trace.wording import is_definition, refuses_rows, works_after_locking


@dataclass(frozen=True)
class Impact:
    """A strong lock: `by` is the statement that took it, `later` are those that came before it was given up.

    `on_index`: an index of the table is locked against everybody; each query of the table locks all of its indexes.
    """

    table: Relation
    mode: str
    by: StatementFacts
    later: tuple[StatementFacts, ...] = ()
    on_index: bool = False

    @property
    def keeps_readers_out(self) -> bool:
        return self.on_index or keeps_readers_out(self.mode)

    @property
    def rewritten_by(self) -> StatementFacts | None:
        """The statement that rewrites the table under the lock."""
        return next((s for s in self._all if any(map(self._is_part, s.rewritten))), None)

    @property
    def read_by(self) -> StatementFacts | None:
        """The statement that reads the table whole under the lock; that it is small is not known."""
        return next((s for s in self._all if any(map(self._is_part, read_under_lock(s)))), None)

    @property
    def worked_by(self) -> StatementFacts | None:
        """A statement that goes through rows, of this table or another, while the lock is held already."""
        if self.by.written and works_after_locking(self.by.sql):
            return self.by
        return next((s for s in self.later if s.rewritten or s.written or (s.scanned and is_definition(s.sql))), None)

    def _is_part(self, relation: Relation) -> bool:
        """A partitioned table has its rows in its partitions."""
        return relation == self.table or (self.table.kind == "p" and relation.root == self.table.table)

    @property
    def _all(self) -> tuple[StatementFacts, ...]:
        return (self.by, *self.later)


def impacts(statements: Sequence[StatementFacts]) -> list[Impact]:
    """One for each table in each transaction: its strongest lock, in the order in which the tables were locked."""
    found: dict[tuple[int, Relation], Impact] = {}
    for number, statement in enumerate(statements):
        for table, (mode, on_index) in _blocked(statement).items():
            key = statement.transaction, table
            if key not in found or _grade(mode, on_index) > _grade(found[key].mode, found[key].on_index):
                later = tuple(_while_held(statements[number + 1 :], statement.transaction, table))
                found[key] = Impact(table, mode, statement, later, on_index)
    return list(found.values())


def locked_indexes(statement: StatementFacts) -> set[tuple[str, str]]:
    """The tables whose indexes it locks against everybody, as REINDEX does."""
    return {index.table for index, mode in statement.taken.items() if index.is_index and keeps_readers_out(mode)}


def _blocked(statement: StatementFacts) -> dict[Relation, tuple[str, bool]]:
    """What others wait for from this statement on: the lock of the table, and whether an index is locked as well."""
    found = {table: (mode, False) for table, mode in statement.taken.items() if keeps_writers_out(mode)}
    indexes = locked_indexes(statement)
    modes = {table: lock.mode for table, lock in statement.held.items()} | dict(statement.taken)
    found |= {table: (mode, True) for table, mode in modes.items() if table.table in indexes}
    return {table: lock for table, lock in found.items() if table.is_queried}


def _grade(mode: str, on_index: bool) -> int:
    return strength(ACCESS_EXCLUSIVE if on_index else mode)


def read_under_lock(statement: StatementFacts) -> dict[Relation, str]:
    """Tables that a definition reads whole while their writers wait, with the lock; where it writes rows of a table as
    well, it may have read it for that."""
    found = {}
    reads = is_definition(statement.sql) and not refuses_rows(statement.sql)
    for relation in statement.scanned if reads else ():
        held = statement.held.get(relation)
        mode = statement.taken.get(relation) or (held.mode if held else ACCESS_SHARE)
        if keeps_writers_out(mode) and relation not in statement.written:
            found[relation] = mode
    return found


def _while_held(statements: Sequence[StatementFacts], transaction: int, table: Relation) -> Iterator[StatementFacts]:
    for statement in statements:
        if statement.transaction != transaction:
            continue
        if table not in statement.held and table not in statement.taken:
            return
        yield statement
