"""How the pull request's own migration would have to read to be right, or to let the application go on."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding

CODE = "mended"
SAFER = "safer-form"
CODES = {
    CODE: "How the pull request's migration would be right",
    SAFER: "The pull request's migration in steps that let the application go on",
}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.mended:
        yield Finding(
            code=CODE,
            severity="notice",
            title="The pull request's migration would be right with these lines",
            detail=facts.mended,
        )
    if facts.safer:
        yield Finding(
            code=SAFER,
            severity="notice",
            title="The same change in steps that let the application go on",
            detail=facts.safer,
        )
