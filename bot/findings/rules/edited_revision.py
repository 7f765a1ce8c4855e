"""A migration that base has already was changed: databases that ran it will not run it again."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, Where

CODE = "edited-revision"
CODES = {
    CODE: "A migration that was merged before is edited",
    "removed-revision": "A migration that was merged before is removed",
}
# As GitHub's button *Revert* leaves it.
_PUT_BACK = (
    "Put the file back as base has it, and check again: what it did is taken back by a new migration, "
    "which the bot then writes."
)


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
        left_behind = revision.revision in facts.left_behind
        yield Finding(
            code="removed-revision",
            severity="error" if left_behind else "warning",
            title=f"Revision {revision.revision} was merged before and is gone here",
            detail="Databases that have this revision can no longer be located in the history.",
            advice=_PUT_BACK if left_behind else "Keep the file, unless no database has run it.",
            where=Where(path=revision.path),
        )
