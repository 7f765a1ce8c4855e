"""Statements of a migration beyond those that are looked at: what they say of rows is not known."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, Where

CODE = "statements-untold"
CODES = {CODE: "A migration sends more statements than are looked at"}


def check(facts: Facts) -> Iterator[Finding]:
    for migration in facts.authored:
        count = facts.untold.get(migration.revision, 0)
        if count:
            yield Finding(
                code=CODE,
                severity="warning",
                title=f"{count} statements of {migration.revision} were not looked at one by one",
                detail="The migration sends more statements, or longer ones, than the bot follows. Rows were compared, "
                "but what the last statements say of rows, and which of them met none, is not known.",
                advice="Have one statement do what a loop does, or load the data from a file outside of the migration.",
                where=Where(path=migration.path),
            )
