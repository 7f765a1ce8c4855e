"""Autogenerate still proposes operations after the upgrade: every later migration would repeat them."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import counted, listed
from bot.model import Finding

CODE = "never-settles"
CODES = {
    CODE: "Autogenerate proposes operations again after the upgrade",
    "never-settled": "Autogenerate proposes operations at every run, and did before the change",
}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.unsettled:
        shown = listed(list(facts.unsettled), 5)
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"Autogenerate does not settle: {counted(len(facts.unsettled), 'operation')} proposed again",
            detail=f"After the upgrade, `alembic revision --autogenerate` would write: {shown}",
            advice=_advice(facts),
        )
    if facts.noise:
        yield Finding(
            code="never-settled",
            severity="notice",
            title=f"Autogenerate proposes {counted(len(facts.noise), 'operation')} at every run, and did before",
            detail=f"It would write: {listed(list(facts.noise), 5)}",
            advice="Filter it in env.py (`include_object`), so that later migrations stay clean.",
        )


def _advice(facts: Facts) -> str:
    schemas = {difference.schema for difference in facts.project.declared} - {"", "public"}
    if schemas and any("op.create_table" in text and "schema=" in text for text in facts.unsettled):
        return "Set include_schemas=True in env.py: without it, autogenerate does not see other schemas' tables."
    return "Write it in the models as the server does, or filter it in env.py (`include_object`)."
