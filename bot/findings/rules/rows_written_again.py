"""A statement for one value after the other that reaches rows twice: its condition is met by several rows."""

from collections import defaultdict
from collections.abc import Iterator

from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.schema.objects import is_unique
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment
from bot.sqltext.words import is_name, unquoted

CODE = "rows-written-again"
CODES = {CODE: "A statement that is sent for each row changes other rows as well"}


def check(facts: Facts) -> Iterator[Finding]:
    sent: dict[str, list[AuthoredStatement]] = defaultdict(list)
    for found in statements(facts):
        if found.direction == "upgrade" and found.statement.rows:
            sent[found.sql].append(found)
    for several in sent.values():
        first = several[0]
        rows = sum(each.statement.rows or 0 for each in several)
        for assigned in first.assignments if len(several) > 1 else ():
            most = _rows_of(facts, assigned)
            if assigned.is_computed and not assigned.reads_itself and most and rows > most:
                yield first.warning(
                    CODE,
                    f"{dotted(assigned.table.name, assigned.column)} is written {rows} times in {most} rows",
                    detail=f"Rows that are alike in what the condition asks for get the last value: {first.quoted}",
                    advice="Pick each row by its key.",
                )


def _rows_of(facts: Facts, assigned: Assignment) -> int:
    """How many rows its table has; 0 where the condition picks one row of it."""
    asked = {unquoted(word) for word in assigned.where if is_name(word)}
    for table, rows in facts.row_counts.items():
        if assigned.table.means(*table) and facts.old is not None:
            return 0 if is_unique(facts.old, table, asked) else rows
    return 0
