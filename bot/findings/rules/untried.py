"""Constraints and types, new or tighter, for which no row was found that breaks them: whether such rows stop the
upgrade, or are changed by it, is not known."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.model import Finding

CODES = {"not-tried": "A new constraint or type met no row that breaks it"}


def check(facts: Facts) -> Iterator[Finding]:
    if not facts.untried or not facts.with_rows:
        return
    subjects = [restriction.subject for restriction in facts.untried]
    clean = " ".join(f"--clean {subject}" for subject in subjects[:1])
    yield Finding(
        code="not-tried",
        severity="warning",
        title=f"Not tested with rows that break it: {listed(subjects)}",
        detail="It is new or tighter on a table that may have rows, and the bot could not make a row that breaks it.",
        advice=f"If no row of yours breaks it, confirm that: `{clean}`, or `/migration clean {subjects[0]}`.",
    )
