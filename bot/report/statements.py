"""The SQL that ran.

In: migrations with their statements. Out: a script for each direction, plain text, not escaped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.model import Migration, Project, Statement
from bot.report.text import first_line, listed, shortened


@dataclass(frozen=True)
class Script:
    """The statements of one direction, each below a line with its measured time, locks and rewrites."""

    direction: str
    sql: str
    count: int


def scripts(migrations: list[Migration]) -> Iterator[Script]:
    """For the way up and the way down, where something ran."""
    for direction in ("upgrade", "downgrade"):
        shown = [_shown(s) for migration in migrations for s in migration.statements if s.direction == direction]
        if shown:
            yield Script(direction, "\n\n".join(shown), len(shown))


def preflight(projects: Iterable[Project]) -> str:
    """Read-only queries for the database that is to be migrated; each must give 0."""
    return "".join(
        f"-- {first_line(query.subject)}: must be {query.must_be}\n{query.sql};\n"
        for project in projects
        for query in project.preflight
    )


def _shown(statement: Statement) -> str:
    notes = [
        f"line {statement.line}" if statement.line else "",
        f"{statement.seconds:.3f} s",
        listed(list(_locks(statement))) if statement.observed else "locks not observed: it ends its transaction",
        f"rewrites {listed(list(statement.rewrites))}" if statement.rewrites else "",
        f"reads {listed(list(statement.scans))}" if statement.scans else "",
    ]
    said = " ".join(", ".join(note for note in notes if note).split())
    return f"-- {said}\n{shortened(statement.sql, 4_000).strip().removesuffix(';')};"


def _locks(statement: Statement) -> Iterator[str]:
    """Locks on tables, and those on indexes that say more than the lock on their table."""
    for lock in statement.locks:
        if lock.held_since is not None:
            yield f"{lock.mode} on {lock.table} since line {lock.held_since}"
        elif not any((other.table, other.mode) == (lock.index_of, lock.mode) for other in statement.locks):
            yield f"{lock.mode} on {lock.table}"
