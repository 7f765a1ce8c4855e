"""Rows that a migration reads for a loop, and nothing is sent for any of them: forgotten, or none was met."""

from collections.abc import Iterator, Sequence

from bot.findings import loops
from bot.findings.authored import AuthoredStatement
from bot.findings.facts import Facts
from bot.model import Finding, Statement
from bot.sqltext.dml import writes_rows
from bot.sqltext.words import words_of

CODE = "read-and-left"
CODES = {CODE: "Rows are read for a loop that sends nothing"}
_CATALOGS = ("pg_", "information_schema", "alembic_version")


def check(facts: Facts) -> Iterator[Finding]:
    for migration in facts.authored if facts.with_rows else ():
        found = loops.of(facts, migration.path)
        for place, statement in enumerate(migration.statements):
            if any(earlier.sql == statement.sql for earlier in migration.statements[:place]):
                continue  # the last batch of what is read in batches has no rows
            later = [other for other in migration.statements[place + 1 :] if other.direction == statement.direction]
            if _reads_rows(statement.sql) and found.begins_after(statement.line) and not _is_used(later, found):
                yield _finding(AuthoredStatement(migration, statement))
                break


def _reads_rows(sql: str) -> bool:
    words = [word.lower() for word in words_of(sql)]
    begins = words[:1] in (["select"], ["with"]) and "from" in words and not writes_rows(sql)
    return begins and not any(word.strip('"').startswith(_CATALOGS) for word in words)


def _is_used(later: Sequence[Statement], found: loops.Loops) -> bool:
    """Whether something is written afterwards, or sent in a loop: a SELECT that reads no table calls something."""
    return any(writes_rows(one.sql) or (found.may_repeat(one.line) and not _reads_rows(one.sql)) for one in later)


def _finding(read: AuthoredStatement) -> Finding:
    return read.warning(
        CODE,
        f"The {read.direction} reads rows and sends nothing for them",
        detail=f"{read.quoted} is read, and no statement of the loop that follows was sent: its effect was not seen.",
        advice="Execute what the loop builds (a session has to flush), read the result once, send the last batch as "
        "well; or check it against rows that it is meant for.",
    )
