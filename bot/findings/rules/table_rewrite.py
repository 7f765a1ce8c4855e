"""Tables that the upgrade rewrites, row by row, as measured."""

from collections.abc import Iterator

from bot.findings import lock_advice
from bot.findings.facts import Facts
from bot.findings.phrases import counted, listed
from bot.migration.trace.replay import StatementFacts
from bot.migration.trace.statements import shown_together
from bot.model import Finding

CODES = {"table-rewrite": "Every row of a table is rewritten while its users wait"}


def check(facts: Facts) -> Iterator[Finding]:
    alike: dict[tuple[str, str], list[StatementFacts]] = {}
    for statement in facts.upgrade:
        tables = shown_together(relation for relation in statement.rewritten if relation.has_rows)
        if tables:
            alike.setdefault((listed(tables), lock_advice.for_rewrite(statement.sql)), []).append(statement)
    for (named, advice), statements in alike.items():
        first, more = statements[0], len(statements) - 1
        others = f" So {'do' if more > 1 else 'does'} {counted(more, 'more statement')} like it." if more else ""
        yield Finding(
            code="table-rewrite",
            severity="notice",
            title=f"The upgrade rewrites {named}{f' {more + 1} times' if more else ''}",
            detail=f"`{first.sql[:200]}` rewrites every row and blocks readers and writers until it is done.{others}",
            advice=advice,
            where=facts.place(first),
        )
