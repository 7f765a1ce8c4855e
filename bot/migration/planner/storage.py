"""Where an object is stored, and how: its tablespace and its storage options, changed in place.

In: the beginning of an ALTER statement, and what differs. Out: operations.
"""

from collections.abc import Iterator

from bot.migration.planner.operations import Phase, PlannedOperation, execute
from bot.model import Difference
from bot.schema.compare import attribute
from bot.sqltext import quote


def alter_storage(phase: Phase, alter: str, difference: Difference) -> Iterator[PlannedOperation]:
    """`alter` is `ALTER TABLE shop.orders`, or the same of an index or a view."""
    tablespace = attribute(difference, "tablespace")
    if tablespace:
        yield execute(phase, f"{alter} SET TABLESPACE {quote.name(tablespace[1] or 'pg_default')}")
    options = attribute(difference, "options")
    for clause in _clauses(*options) if options else ():
        yield execute(phase, f"{alter} {clause}")


def _clauses(before: list[str] | None, after: list[str] | None) -> Iterator[str]:
    """SET and RESET, which lead from one list of `name=value` to the other."""
    old, new = set(before or []), set(after or [])
    if new - old:
        yield f"SET ({', '.join(sorted(new - old))})"
    names = {option.partition("=")[0] for option in new}
    reset = sorted({option.partition("=")[0] for option in old} - names)
    if reset:
        yield f"RESET ({', '.join(reset)})"
