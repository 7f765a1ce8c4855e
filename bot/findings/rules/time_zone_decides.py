"""Timestamps that get or lose a time zone: without work in a session whose time zone is UTC, with a rewrite of the
table in any other."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, ObjectKey
from bot.sqltext.names import dotted

CODES = {"time-zone-decides": "The session's time zone decides whether a table is rewritten"}
_KINDS = {"timestamp without time zone", "timestamp with time zone"}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.migrated is None or facts.old is None:
        return
    locked = {relation.table for statement in facts.upgrade for relation in (*statement.taken, *statement.held)}
    for key, attributes in facts.migrated.of("column").items():
        before = facts.old.objects.get(key)
        table = (key.schema, key.parent)
        if before is None or table not in locked or _is_rewritten(facts, key):
            continue
        types = {str(side.get("type")) for side in (before, attributes)}
        if types == _KINDS:
            yield Finding(
                code="time-zone-decides",
                severity="notice",
                title=f"Whether {dotted(key.schema, key.parent)} is rewritten depends on the session's time zone",
                detail=f"{dotted(*key[1:])} becomes {attributes['type']}: in UTC, as here, no row is touched; in any"
                " other time zone every row is rewritten and changes its meaning.",
                advice="Begin the upgrade with `op.execute(\"SET LOCAL timezone = 'UTC'\")`.",
            )


def _is_rewritten(facts: Facts, column: ObjectKey) -> bool:
    """Whether a statement about the column has rewritten its table; another one may have done that as well."""
    table = column.schema, column.parent
    about = (statement for statement in facts.upgrade if column.name in statement.sql)
    return any(relation.table == table for statement in about for relation in statement.rewritten)
