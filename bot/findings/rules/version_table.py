"""A renamed version table: to Alembic, deployed databases look as if no migration had ever run."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding
from bot.sqltext.names import dotted

CODE = "version-table-changed"
CODES = {CODE: "The version table changes: deployed databases have theirs under another name"}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.base is None or facts.version_tables is None:
        return
    before, after = facts.version_tables
    if before == after:
        return
    old, new = (dotted(key.schema, "", key.name) for key in (before, after))
    yield Finding(
        code=CODE,
        severity="error",
        title=f"The version table is now {new}: deployed databases have theirs in {old}",
        detail="Alembic finds no version there, and `alembic upgrade head` runs every migration from the first again.",
        advice=f"Keep version_table in env.py, or move the rows of {old} to {new} in all databases before deploying.",
    )
