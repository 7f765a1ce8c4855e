"""A loop whose rounds all write the same rows: what is left is the value of the last one."""

from collections import defaultdict
from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, Migration, Statement, Where
from bot.sqltext.dml import effects
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment, is_bound

CODE = "each-round-overwrites"
CODES = {CODE: "Each round of a loop writes the same rows"}


def check(facts: Facts) -> Iterator[Finding]:
    for migration in facts.project.migrations:
        for sql, sent in _several_times(migration):
            touched = sum((one.rows or 0) > 0 for one in sent)
            for effect in effects([sql]) if touched > 1 else ():
                if isinstance(effect, Assignment) and effect.is_computed and not is_bound(effect.where):
                    yield Finding(
                        code=CODE,
                        severity="warning",
                        title=f"{dotted(effect.table.name, effect.column)} gets a value for all rows, {touched} times",
                        detail=f"`{sql[:200]}` is sent with other values each time, and no condition has one of them.",
                        advice="Say in its WHERE which row the value is for.",
                        where=Where(path=migration.path, line=sent[0].line),
                    )
                    break


def _several_times(migration: Migration) -> Iterator[tuple[str, list[Statement]]]:
    """What one place of an author's file sends again and again."""
    found: dict[tuple[str, str, int | None], list[Statement]] = defaultdict(list)
    for statement in migration.statements if migration.origin == "pull_request" else ():
        found[statement.direction, statement.sql, statement.line].append(statement)
    yield from ((sql, sent) for (_, sql, _), sent in found.items() if len(sent) > 1)
