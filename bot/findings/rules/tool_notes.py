"""What the tools did automatically, so that it does not come as a surprise."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import counted, listed, named
from bot.model import MERGE_CONFLICT, Finding

CODES = {
    "baseline-models": "The old database was built from base's models",
    MERGE_CONFLICT: "Head conflicts with base, and was examined alone",
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
    if facts.conflict:
        yield Finding(
            code=MERGE_CONFLICT,
            severity="notice",
            title=facts.conflict,
            detail="What base has newer was not looked at: a revision that it has by now may seem to be the branch's.",
            advice="Merge base into the branch and resolve the conflicts; advice for the rest is good only then.",
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
