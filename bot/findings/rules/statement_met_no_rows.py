"""Statements of the author's that are there to change rows and met none: nothing is known of what they do."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, Where

CODE = "statement-met-no-rows"
CODES = {CODE: "A statement that changes rows met none"}


def check(facts: Facts) -> Iterator[Finding]:
    if not facts.with_rows:
        return
    for migration in facts.project.migrations:
        # A loop goes on until its statement meets none any more.
        met = {(statement.direction, statement.sql) for statement in migration.statements if statement.rows}
        for statement in migration.statements if migration.origin == "pull_request" else ():
            repeated = (statement.direction, statement.sql) in met
            if statement.rows == 0 and statement.direction == "upgrade" and not repeated:
                yield Finding(
                    code=CODE,
                    severity="warning",
                    title=f"A statement of the {statement.direction} met no rows",
                    detail=f"`{statement.sql[:200]}` touched none of the bot's rows: its effect was not seen.",
                    advice="Check it against rows that it is meant for.",
                    where=Where(path=migration.path, line=statement.line),
                )
