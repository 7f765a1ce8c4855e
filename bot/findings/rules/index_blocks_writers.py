"""Indexes that are built while writers of their table wait; CONCURRENTLY would let them go on."""

import re
from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.migration.trace.lockmodes import keeps_writers_out
from bot.migration.trace.replay import StatementFacts
from bot.migration.trace.statements import shown
from bot.model import Finding

_BUILDS = re.compile(r"\s*(CREATE\s+(UNIQUE\s+)?INDEX|REINDEX)\b", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Finding]:
    for statement in facts.upgrade:
        tables = [
            shown(relation) for relation in statement.scanned if keeps_writers_out(statement.taken.get(relation, ""))
        ]
        if tables and builds_index(statement):
            yield Finding(
                code="index-blocks-writers",
                severity="notice",
                title=f"Writers of {listed(tables)} wait while an index is built",
                detail=f"`{statement.sql[:200]}` reads all rows under a lock that keeps writers out.",
                advice="Build it CONCURRENTLY (`postgresql_concurrently=True`) in an `autocommit_block()`.",
                where=facts.place(statement),
            )


def builds_index(statement: StatementFacts) -> bool:
    """Whether the statement is there to build indexes."""
    return bool(_BUILDS.match(statement.sql))
