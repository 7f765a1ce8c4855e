"""Tables that cannot be written any more on the new schema, even by the code that was made for it."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding

CODES = {"writes-broken": "A table cannot be written after the upgrade"}


def check(facts: Facts) -> Iterator[Finding]:
    for use in facts.broken:
        first = use.failures[0]
        yield Finding(
            code="writes-broken",
            severity="warning",
            title=f"Rows of {use.table} cannot be written after the upgrade",
            detail=f"{first.action}: {first.message}. The old code could on the old schema.",
            advice="Change the triggers, rules and functions that refer to it in the same migration.",
        )
