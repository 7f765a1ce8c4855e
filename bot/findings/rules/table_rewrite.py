"""Tables that the upgrade rewrites, row by row, as measured."""

from collections.abc import Iterator

from bot.findings import lock_advice
from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.migration.trace.statements import shown
from bot.model import Finding

CODES = {"table-rewrite": "Every row of a table is rewritten while its users wait"}


def check(facts: Facts) -> Iterator[Finding]:
    for statement in facts.upgrade:
        tables = [shown(relation) for relation in statement.rewritten if relation.has_rows]
        if tables:
            yield Finding(
                code="table-rewrite",
                severity="notice",
                title=f"The upgrade rewrites {listed(tables)}",
                detail=f"`{statement.sql[:200]}` rewrites every row and blocks readers and writers until it is done.",
                advice=lock_advice.for_rewrite(statement.sql),
                where=facts.place(statement),
            )
