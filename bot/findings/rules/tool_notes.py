"""What the tools did automatically, so that it does not come as a surprise."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import counted, listed, named
from bot.model import Finding

CODES = {
    "baseline-models": "The old database was built from base's models",
    "note": "What the tools did automatically",
    "older-drift": "Base's migrations and its models differ from before the change",
}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.baseline_reason:
        yield Finding(
            code="baseline-models",
            severity="notice",
            title="The old database was built from base's models",
            detail=f"{facts.baseline_reason}. The tables are as `create_all` makes them, stamped with base's heads.",
        )
    for note in facts.notes:
        yield Finding(code="note", severity="notice", title=note, detail="")
    if facts.project.drift:
        items = [named(d) for d in facts.project.drift]
        yield Finding(
            code="older-drift",
            severity="notice",
            title=f"{counted(len(items), 'difference')} between base's migrations and its models from before",
            detail=f"Not charged to this change and not repaired by it: {listed(items)}.",
            advice="To repair them in the same migration, set `include-drift`.",
        )
