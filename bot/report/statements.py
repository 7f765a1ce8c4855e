"""The SQL that ran.

Comes in: migrations with their statements. Goes out: a script for each direction, plain text, not escaped.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.model import Migration, Statement
from bot.report.text import listed, shortened


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


def _shown(statement: Statement) -> str:
    locks = [f"{lock.mode} on {lock.table}" for lock in statement.locks]
    notes = [
        f"line {statement.line}" if statement.line else "",
        f"{statement.seconds:.3f} s",
        listed(locks),
        f"rewrites {listed(list(statement.rewrites))}" if statement.rewrites else "",
    ]
    said = " ".join(", ".join(note for note in notes if note).split())
    return f"-- {said}\n{shortened(statement.sql, 4_000).strip().removesuffix(';')};"
