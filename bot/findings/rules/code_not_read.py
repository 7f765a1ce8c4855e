"""Code of a migration that is too long to be read: what it does was tried, and what it may do is not known."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.model import Finding, Where

CODE = "code-not-read"
CODES = {CODE: "Code of a migration is too long to be read"}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.unread and facts.with_rows:
        are = "are" if len(facts.unread) > 1 else "is"
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"{listed([*facts.unread])} {are} too long to be read",
            detail="It was run, but no rows were made for what this code speaks of, and it was not read for mistakes.",
            advice="Keep data in files of their own, as CSV or JSON, and the code that loads them in the migration.",
            where=Where(path=facts.unread[0]),
        )
