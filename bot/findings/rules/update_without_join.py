"""An UPDATE that reads another table and does not say which of its rows goes with which: all rows get the same one."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.model import Finding, Where
from bot.sqltext.dml import effects
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment

CODE = "update-without-join"
CODES = {CODE: "An UPDATE gives every row the values of one row of another table"}


def check(facts: Facts) -> Iterator[Finding]:
    for migration in facts.project.migrations:
        for statement in migration.statements if migration.origin == "pull_request" else ():
            found = [e for e in effects([statement.sql]) if isinstance(e, Assignment) and e.is_unjoined]
            if not found:
                continue
            columns = [dotted(e.table.schema, e.table.name, e.column) for e in found]
            yield Finding(
                code=CODE,
                severity="warning",
                title=f"The {statement.direction} gives every row the values of one row: {listed(columns)}",
                detail=f"`{statement.sql[:200]}` has no condition between the two tables.",
                advice="Join them in WHERE, unless the other table has one row alone.",
                where=Where(path=migration.path, line=statement.line),
            )
