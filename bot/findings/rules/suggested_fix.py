"""How the pull request's own migration would have to read."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding

CODE = "mended"
CODES = {CODE: "How the pull request's migration would be right"}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.mended:
        yield Finding(
            code=CODE,
            severity="notice",
            title="The pull request's migration would be right with these lines",
            detail=facts.mended,
        )
