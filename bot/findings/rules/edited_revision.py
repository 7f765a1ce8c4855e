"""A migration that base has already was changed: databases that ran it will not run it again."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, Where

CODE = "edited-revision"
CODES = {
    CODE: "A migration that was merged before is edited",
    "removed-revision": "A migration that was merged before is removed",
}


def check(facts: Facts) -> Iterator[Finding]:
    for revision in facts.edited:
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"Revision {revision.revision} was merged before and is edited here",
            detail="Databases that have this revision will not run it again and will miss the edit.",
            advice="Put the change into a new migration, unless no database has run this one.",
            where=Where(path=revision.path),
        )
    for revision in facts.removed:
        yield Finding(
            code="removed-revision",
            severity="warning",
            title=f"Revision {revision.revision} was merged before and is gone here",
            detail="Databases that have this revision can no longer be located in the history.",
            advice="Keep the file, unless no database has run it.",
            where=Where(path=revision.path),
        )
