"""Tables that are read whole while a lock keeps their writers, or readers as well, out: it lasts as long as the table
is big. Building an index is a finding of its own."""

from collections.abc import Iterator

from bot.findings import lock_advice
from bot.findings.facts import Facts
from bot.findings.phrases import counted, listed
from bot.migration.trace.impact import read_under_lock
from bot.migration.trace.lockmodes import keeps_readers_out
from bot.migration.trace.replay import StatementFacts
from bot.migration.trace.statements import shown_together
from bot.migration.trace.wording import builds_index
from bot.model import Finding

CODES = {"rows-read-under-lock": "All rows of a table are read while its users wait"}


def check(facts: Facts) -> Iterator[Finding]:
    alike: dict[tuple[str, str, str], list[StatementFacts]] = {}
    for statement in facts.upgrade:
        modes = read_under_lock(statement)
        if not modes or any(relation.has_rows for relation in statement.rewritten) or builds_index(statement.sql):
            continue
        who = "readers and writers" if any(keeps_readers_out(mode) for mode in modes.values()) else "writers"
        advice = lock_advice.for_scan(statement.sql, may_be_safer=facts.may_be_safer(statement))
        key = listed(shown_together(modes)), who, advice
        alike.setdefault(key, []).append(statement)
    for (tables, who, advice), statements in alike.items():
        first, more = statements[0], len(statements) - 1
        times = f" {more + 1} times" if more else ""
        others = f", and {counted(more, 'more statement')} like it" if more else ""
        yield Finding(
            code="rows-read-under-lock",
            severity="notice",
            title=f"The upgrade reads all rows of {tables}{times} and keeps {who} out meanwhile",
            detail=f"`{first.sql[:200]}` holds {listed(sorted(set(read_under_lock(first).values())))}{others}.",
            advice=advice,
            where=facts.place(first),
        )
