"""A loop whose rounds all write the same rows: what is left is the value of the last one."""

from collections import defaultdict
from collections.abc import Iterator

from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.sqltext.dml import limit
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import is_bound

CODE = "each-round-overwrites"
CODES = {CODE: "Each round of a loop writes the same rows"}


def check(facts: Facts) -> Iterator[Finding]:
    for sent in _several_times(facts):
        touched = sum((one.statement.rows or 0) > 0 for one in sent)
        for assignment in sent[0].assignments if touched > 1 and not limit(sent[0].sql) else ():
            # What asks for rows without a value meets others the next time.
            if assignment.is_computed and not is_bound(assignment.where) and not assignment.is_mapping:
                yield sent[0].warning(
                    CODE,
                    f"{dotted(assignment.table.name, assignment.column)} gets a value for all rows, {touched} times",
                    detail=f"{sent[0].quoted} is sent with other values each time, and no condition has one of them.",
                    advice="Say in its WHERE which row the value is for.",
                )
                break


def _several_times(facts: Facts) -> Iterator[list[AuthoredStatement]]:
    """What one place of an author's file sends again and again."""
    found: dict[tuple[str | None, str, str, int | None], list[AuthoredStatement]] = defaultdict(list)
    for one in statements(facts):
        found[one.migration.path, one.direction, one.sql, one.line].append(one)
    yield from (sent for sent in found.values() if len(sent) > 1)
