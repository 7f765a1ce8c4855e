"""Rows that are gone through while an earlier statement's lock keeps everybody out of a table: a lock that is short by
itself lasts as long as the work that follows in its transaction."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.migration.trace.impact import Impact, impacts
from bot.migration.trace.statements import shown_together
from bot.model import Finding

CODES = {"work-under-lock": "Rows are read or written while a lock blocks all access to a table"}


def check(facts: Facts) -> Iterator[Finding]:
    by_transaction: dict[str, list[Impact]] = {}
    for impact in impacts(facts.upgrade):
        if impact.keeps_readers_out and impact.worked_by is not None and not _has_own_finding(impact):
            by_transaction.setdefault(f"{impact.by.revision} {impact.by.transaction}", []).append(impact)
    for found in by_transaction.values():
        work = next(impact.worked_by for impact in found if impact.worked_by)
        fills = bool(work.written)
        tables = listed(shown_together(impact.table for impact in found))
        alone = found[0].by is work
        yield Finding(
            code="work-under-lock",
            severity="notice",
            title=f"While {'rows are written' if fills else 'rows are read'}, all access to {tables} is blocked",
            detail=f"`{work.sql[:200]}` does both, and the lock lasts until the transaction ends."
            if alone
            else f"`{found[0].by.sql[:200]}` keeps readers and writers out, and `{work.sql[:200]}` runs before the"
            " transaction ends.",
            advice="Fill rows in a migration of its own, in batches that are committed one by one."
            if fills
            else "Put the statement that only needs the lock last, or in a transaction of its own.",
            where=facts.place(work),
        )


def _has_own_finding(impact: Impact) -> bool:
    """The statement that works has a finding of its own, which names the same table."""
    work = impact.worked_by
    return work is not None and (work is impact.rewritten_by or work is impact.read_by)
