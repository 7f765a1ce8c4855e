"""Rewrites and the strongest locks, as measured: what a big table will feel."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, Where


def check(facts: Facts) -> Iterator[Finding]:
    added = {(d.schema, d.name) for d in facts.project.declared if d.kind == "table" and d.action == "added"}
    for migration in facts.project.migrations:
        for statement in migration.statements:
            tables = [t for t in statement.rewrites if tuple(t.split(".", 1)) not in added]
            if statement.direction != "upgrade" or not tables:
                continue
            yield Finding(
                code="table-rewrite",
                severity="notice",
                title=f"The upgrade rewrites {', '.join(tables)}",
                detail=f"`{statement.sql[:200]}` writes every row anew and keeps readers and writers out meanwhile.",
                where=Where(path=migration.path, line=statement.line),
            )
