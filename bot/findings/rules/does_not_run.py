"""A generated migration that does not run even on empty tables."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, Where

CODE = "does-not-run"
CODES = {CODE: "The generated migration does not run, even on empty tables"}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.blocked is None or facts.left_behind:  # of a revision that is gone, its own finding says so
        return
    generated = [m for m in facts.project.migrations if m.origin == "generated"]
    yield Finding(
        code=CODE,
        severity="error",
        title="The generated migration does not run",
        detail=facts.blocked.message,
        advice="Take it as a draft and complete it by hand.",
        where=Where(path=generated[0].path) if generated else None,
    )
