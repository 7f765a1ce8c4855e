"""Indexes that are built while writers of their table wait, or everybody; CONCURRENTLY would let them go on."""

from collections.abc import Iterator

from bot.findings import lock_advice
from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.migration.trace.impact import locked_indexes, read_under_lock
from bot.migration.trace.lockmodes import keeps_readers_out
from bot.migration.trace.statements import shown_together
from bot.migration.trace.wording import builds_index
from bot.model import Finding

CODES = {"index-blocks-writers": "An index is built while writers of its table wait"}


def check(facts: Facts) -> Iterator[Finding]:
    for statement in facts.upgrade:
        modes = read_under_lock(statement)
        tables = shown_together(modes)
        if tables and builds_index(statement.sql):
            again = bool(locked_indexes(statement))
            everybody = again or any(map(keeps_readers_out, modes.values()))
            yield Finding(
                code="index-blocks-writers",
                severity="notice",
                title=f"{'Readers and writers' if everybody else 'Writers'} of {listed(tables)} wait while"
                f" {'indexes are built again' if again else 'an index is built'}",
                detail=f"`{statement.sql[:200]}` reads all rows while they wait"
                + (", and locks an index that every query of the table locks, too." if again else "."),
                advice=lock_advice.for_index(
                    statement.sql,
                    partitioned=any(relation.kind == "p" for relation in statement.taken),
                    may_be_safer=facts.may_be_safer(statement),
                ),
                where=facts.place(statement),
            )
