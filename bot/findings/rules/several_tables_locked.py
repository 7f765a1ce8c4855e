"""Several tables that one transaction locks one after the other: each waits for its users while the others are kept
from theirs, and an application that uses them in another order is a deadlock."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.migration.trace.impact import Impact, impacts
from bot.migration.trace.statements import shown_together
from bot.model import Finding

CODES = {"several-tables-locked": "One transaction keeps everybody out of several tables"}


def check(facts: Facts) -> Iterator[Finding]:
    transactions: dict[int, list[Impact]] = {}
    for impact in impacts(facts.upgrade):
        if impact.keeps_readers_out:
            transactions.setdefault(impact.by.transaction, []).append(impact)
    for found in transactions.values():
        # What one statement locks together, nobody can take apart.
        if len({impact.by.line for impact in found}) < 2 or len({impact.table for impact in found}) < 2:
            continue
        yield Finding(
            code="several-tables-locked",
            severity="notice",
            title=f"One transaction keeps everybody out of {listed(shown_together(impact.table for impact in found))}",
            detail="Each lock is waited for while the earlier ones are held.",
            advice="Give each table a migration of its own, with `transaction_per_migration`, and set a lock_timeout.",
            where=facts.place(found[-1].by),
        )
