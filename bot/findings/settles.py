"""Autogenerate goes on proposing operations after the upgrade: every later migration would repeat them."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.words import listed
from bot.outcome import Finding

CODE = "never-settles"


def check(facts: Facts) -> Iterator[Finding]:
    if not facts.unsettled:
        return
    yield Finding(
        code=CODE,
        severity="warning",
        title=f"Autogenerate does not settle: {len(facts.unsettled)} operation(s) are proposed again",
        detail=f"After the upgrade, `alembic revision --autogenerate` would write: {listed(list(facts.unsettled), 5)}",
        advice="Make the models say it as the server does, or filter it in env.py (include_object).",
    )
