"""A statement for some rows at a time that is not repeated: where there are more, the others stay as they are."""

from collections.abc import Iterator

from bot.findings import loops
from bot.findings.facts import Facts
from bot.model import Finding, Where
from bot.sqltext.dml import limit

CODE = "limited-once"
CODES = {CODE: "A statement for some rows at a time is not repeated"}


def check(facts: Facts) -> Iterator[Finding]:
    for migration in facts.project.migrations:
        if migration.origin != "pull_request":
            continue
        found = loops.read(migration.source)
        for statement in migration.statements:
            most = limit(statement.sql)
            if not most or found.may_repeat(statement.line):
                continue
            yield Finding(
                code=CODE,
                severity="warning",
                title=f"The {statement.direction} changes {most} rows at most",
                detail=f"`{statement.sql[:200]}` is sent once, outside of any loop: further rows stay as they are.",
                advice="Repeat it until no row matches, or leave the limit out.",
                where=Where(path=migration.path, line=statement.line),
            )
