"""The statements of a run as the report has them, and the facts behind them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from bot.migration.trace.lockmodes import ACCESS_SHARE, ROW_EXCLUSIVE, strength
from bot.migration.trace.relations import Relation
from bot.migration.trace.replay import StatementFacts
from bot.model import Lock, Statement
from bot.project.client.client import RanStatement
from bot.sqltext.dml import writes_rows
from bot.sqltext.names import dotted

MOST_LOCKS = 50  # of one statement; a report is no lock table


def reported(
    direction: Literal["upgrade", "downgrade"], ran: Sequence[RanStatement], facts: Sequence[StatementFacts]
) -> list[tuple[str, Statement]]:
    """Statements with their revisions; the facts are those of the same statements."""
    return [
        (
            statement.revision,
            Statement(
                direction=direction,
                sql=statement.sql,
                line=statement.line,
                seconds=statement.seconds,
                locks=_locks(seen)[:MOST_LOCKS],
                rewrites=[shown(relation) for relation in seen.rewritten],
                scans=[shown(relation) for relation in seen.scanned],
                observed=seen.observed,
                rows=statement.rows if writes_rows(statement.sql) else None,
            ),
        )
        for statement, seen in zip(ran, facts, strict=True)
    ]


def shown(relation: Relation) -> str:
    """The name of a table or an index."""
    return dotted(relation.schema, relation.name)


def shown_together(relations: Iterable[Relation]) -> list[str]:
    """The names of several; those of a partitioned table's partitions are not given one by one."""
    unique = list(dict.fromkeys(relations))
    partitions = Counter(relation.root for relation in unique if relation.root)
    there = {relation.table for relation in unique}
    said = []
    for relation in unique:
        whole = relation.root or relation.table
        count = partitions[whole]
        together = count > (whole not in there)
        said.append(f"{dotted(*whole)} ({count} partition{'s' * (count != 1)})" if together else shown(relation))
    return list(dict.fromkeys(said))


def _locks(facts: StatementFacts) -> list[Lock]:
    """The new ones, the strongest first, then those held that keep more than reading and ordinary writing out."""
    taken = [
        Lock(table=shown(relation), mode=mode, index_of=dotted(*relation.of) if relation.of else "")
        for relation, mode in facts.taken.items()
        if relation.kind != "S" and mode != ACCESS_SHARE
    ]
    held = [
        Lock(table=shown(relation), mode=lock.mode, held_since=lock.since)
        for relation, lock in facts.held.items()
        if not relation.is_index
        and relation.kind != "S"
        and relation not in facts.taken
        and strength(lock.mode) > strength(ROW_EXCLUSIVE)
    ]
    return sorted(taken, key=lambda lock: (lock.index_of != "", -strength(lock.mode), lock.table)) + held
