"""The change needs a migration that is not in it, where it has to be."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import MIGRATION_MISSING, Finding

CODES = {MIGRATION_MISSING: "The change needs a migration that is not in it"}


def check(facts: Facts) -> Iterator[Finding]:
    generated = [m for m in facts.project.migrations if m.origin == "generated"]
    if not facts.require_migration or not generated:
        return
    yield Finding(
        code=MIGRATION_MISSING,
        severity="notice",  # what the generated file is worth is another question
        title="The migration is not in the change yet",
        detail=f"The change is incomplete without {', '.join(migration.path for migration in generated)}.",
        advice="Add the file to the change.",
    )
