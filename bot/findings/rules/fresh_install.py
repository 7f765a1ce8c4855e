"""A new installation: head's whole history has to run on an empty database, and to lead where an upgrade leads."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed, named
from bot.model import Finding, Where

CODES = {
    "fresh-install-stops": "The whole history does not run on an empty database any more",
    "fresh-install-differs": "A new installation and an upgraded database differ",
}
_WORDS = {"added": "is missing", "removed": "is there only after a new installation", "changed": "is different"}


def check(facts: Facts) -> Iterator[Finding]:
    error = facts.fresh.error
    if error is not None:
        known = {revision.revision: revision.path for revision in facts.head.revisions}
        path = known.get(error.revision)
        where = f"at revision {error.revision}" if error.revision else "outside of its revisions"
        yield Finding(
            code="fresh-install-stops",
            severity="error",
            title=f"A new installation stops {where}",
            detail=f"The migrations ran from an empty database before this change. Now: {error.message}",
            advice="Let old migrations define their own tables (sa.table) instead of using today's models or files.",
            where=Where(path=path) if path else None,
        )
    if facts.fresh.differences:
        items = [f"{named(d)} {_WORDS[d.action]}" for d in facts.fresh.differences]
        yield Finding(
            code="fresh-install-differs",
            severity="error",
            title="A new installation and an upgraded database differ",
            detail=f"After all migrations from an empty database: {listed(items)}.",
            advice="Leave merged migrations, and the files that they read, as they are; put the change into a new one.",
        )
