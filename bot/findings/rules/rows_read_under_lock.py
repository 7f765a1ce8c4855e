"""Tables that are read whole while a lock keeps their writers, or readers as well, out: it lasts as long as the table
is big. An index is told of apart."""

from collections.abc import Iterator

from bot.findings import lock_advice
from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.migration.trace.impact import read_under_lock
from bot.migration.trace.lockmodes import keeps_readers_out
from bot.migration.trace.statements import shown
from bot.migration.trace.wording import builds_index
from bot.model import Finding

CODES = {"rows-read-under-lock": "All rows of a table are read while its users wait"}


def check(facts: Facts) -> Iterator[Finding]:
    for statement in facts.upgrade:
        modes = read_under_lock(statement)
        if not modes or any(relation.has_rows for relation in statement.rewritten) or builds_index(statement.sql):
            continue
        who = "readers and writers" if any(keeps_readers_out(mode) for mode in modes.values()) else "writers"
        yield Finding(
            code="rows-read-under-lock",
            severity="notice",
            title=f"The upgrade reads all rows of {listed(list(map(shown, modes)))} and keeps {who} out meanwhile",
            detail=f"`{statement.sql[:200]}` holds {listed(sorted(set(modes.values())))}.",
            advice=lock_advice.for_scan(statement.sql),
            where=facts.place(statement),
        )
