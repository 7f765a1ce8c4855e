"""A statement that writes a table in its WITH and reads the table beside that: it reads what was there before."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, Where
from bot.sqltext.common_tables import written_and_read

CODE = "reads-before-it-writes"
CODES = {CODE: "A statement reads a table that its WITH writes, as it was before"}


def check(facts: Facts) -> Iterator[Finding]:
    for migration in facts.project.migrations:
        for statement in migration.statements if migration.origin == "pull_request" else ():
            for table in written_and_read(statement.sql):
                yield Finding(
                    code=CODE,
                    severity="warning",
                    title=f"What the {statement.direction} writes to {table.name} in a WITH is not read by the rest",
                    detail=f"`{statement.sql[:300]}`: all parts of a statement see the tables as they were before it.",
                    advice="Read what the WITH returns, or send two statements.",
                    where=Where(path=migration.path, line=statement.line),
                )
