"""Locks that are waited for without a time limit: behind one long query, everybody else queues behind the migration."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.migration.trace.impact import impacts
from bot.migration.trace.statements import shown_together
from bot.migration.trace.wording import waits_for_nothing
from bot.model import Finding

CODES = {"no-lock-timeout": "A lock that everybody waits for is waited for without a time limit"}


def check(facts: Facts) -> Iterator[Finding]:
    own = {migration.revision for migration in facts.authored}
    found = [
        impact
        for impact in impacts(facts.upgrade)
        if impact.keeps_readers_out
        and impact.by.lock_timeout == "0"
        and impact.by.revision in own
        and not waits_for_nothing(impact.by.sql)
    ]
    if found:
        tables = shown_together(impact.table for impact in found)
        yield Finding(
            code="no-lock-timeout",
            severity="notice",
            title=f"The migration waits for its lock on {listed(tables)} without a time limit",
            detail="While it waits behind a long query, every later query of the table waits behind it.",
            advice="Begin the upgrade with `op.execute(\"SET LOCAL lock_timeout = '3s'\")`, or set it in env.py,"
            " and try again when it runs out.",
            where=facts.place(found[0].by),
        )
