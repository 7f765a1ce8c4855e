"""A statement for some rows at a time that is not repeated: where there are more, the others stay as they are."""

from collections.abc import Iterator

from bot.findings import loops
from bot.findings.facts import Facts
from bot.model import Finding, Statement, Where
from bot.sqltext.dml import has_parameters, limit, writes_rows

CODE = "limited-once"
CODES = {CODE: "A statement for some rows at a time is not repeated"}


def check(facts: Facts) -> Iterator[Finding]:
    for migration in facts.authored:
        found = loops.of(facts, migration.path)
        for place, statement in enumerate(migration.statements):
            most = limit(statement.sql)
            if not most or found.may_repeat(statement.line):
                continue
            if writes_rows(statement.sql):
                title = f"The {statement.direction} changes {most} rows at most"
            elif any(_written_by_values(later, statement) for later in migration.statements[place:]):
                title = f"The {statement.direction} reads {most} rows at most"
            else:
                continue
            yield _finding(migration.path, statement.line, title, f"`{statement.sql[:200]}` is sent")
    for file in facts.code:
        for line, call in loops.of(facts, file.path).once:
            yield _finding(file.path, line, "The migration reads a part of the rows only", f"`{call[:200]}` runs")


def _written_by_values(later: Statement, read: Statement) -> bool:
    """Whether a statement may write what was read before it."""
    return later.direction == read.direction and writes_rows(later.sql) and has_parameters(later.sql)


def _finding(path: str, line: int | None, title: str, what: str) -> Finding:
    return Finding(
        code=CODE,
        severity="warning",
        title=title,
        detail=f"{what} once, outside of any loop: further rows stay as they are.",
        advice="Repeat it until no row is left, or leave the limit out.",
        where=Where(path=path, line=line),
    )
