"""A row that the migration looks up by a value: production need not have it."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding

CODES = {"lookup-met-no-row": "The migration looks up a row that a database need not have"}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.lookup_error is not None:
        yield Finding(
            code="lookup-met-no-row",
            severity="warning",
            title="The upgrade stops where the rows that it looks up are not there",
            detail=facts.lookup_error.message,
            advice="Let the migration make the row that it needs, or handle that there is none.",
        )
