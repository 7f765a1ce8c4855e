"""Indexes that are built while writers of their table wait; CONCURRENTLY would let them go on."""

from collections.abc import Iterator

from bot.findings import lock_advice
from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.migration.trace.impact import read_under_lock
from bot.migration.trace.statements import shown
from bot.migration.trace.wording import builds_index
from bot.model import Finding

CODES = {"index-blocks-writers": "An index is built while writers of its table wait"}


def check(facts: Facts) -> Iterator[Finding]:
    for statement in facts.upgrade:
        tables = [shown(relation) for relation in read_under_lock(statement)]
        if tables and builds_index(statement.sql):
            yield Finding(
                code="index-blocks-writers",
                severity="notice",
                title=f"Writers of {listed(tables)} wait while an index is built",
                detail=f"`{statement.sql[:200]}` reads all rows under a lock that keeps writers out.",
                advice=lock_advice.SAFER
                if facts.may_be_safer(statement)
                else "Build it CONCURRENTLY (`postgresql_concurrently=True`) in an `autocommit_block()`.",
                where=facts.place(statement),
            )
