"""What the tools did automatically, so that it does not come as a surprise."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import counted, listed, named
from bot.migration.testbed import first_tables
from bot.model import MERGE_CONFLICT, Finding

CODES = {
    "base-does-not-build": "Base's models cannot be built, so that drift from before counts as this change's",
    "baseline-models": "The old database was built from base's models",
    MERGE_CONFLICT: "Head conflicts with base, and was examined alone",
    "note": "What the tools did automatically",
    "older-drift": "Base's migrations and its models differ from before the change",
}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.baseline_reason:
        yield Finding(
            code="baseline-models",
            severity="warning" if facts.baseline_reason == first_tables.THERE_BEFORE else "notice",
            title="The old database was built from base's models",
            detail=f"{facts.baseline_reason}. The tables are as `create_all` makes them, stamped with base's heads.",
            advice="Set `baseline` to `models` if your databases have these tables, to `migrations` if they have not.",
        )
    if facts.conflict:
        yield Finding(
            code=MERGE_CONFLICT,
            severity="notice",
            title=facts.conflict,
            detail="What base has newer was not looked at: a revision that it has by now may seem to be the branch's.",
            advice="Merge base into the branch and resolve the conflicts; advice for the rest is good only then.",
        )
    if facts.base_failure:
        yield Finding(
            code="base-does-not-build",
            severity="warning",
            title="Base's models cannot be built: this change is compared with what base's migrations make",
            detail=f"{facts.base_failure}. What base's migrations and models differed in before counts as this "
            "change's, and whether base's code works on the new schema was not tried.",
            advice="Merge what mends base by itself, if it is more than this change; the next one is compared with it.",
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
