"""Autogenerate still proposes operations after the upgrade, which every later migration would repeat, or it stops."""

import re
from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import counted, listed
from bot.model import Finding, StepError

CODE = "never-settles"
CODES = {
    CODE: "Autogenerate proposes operations again after the upgrade",
    "never-settled": "Autogenerate proposes operations at every run, and did before the change",
    "autogenerate-stops": "Autogenerate stops on the upgraded database",
}
# Alembic puts the text of a default between quotes as it stands, and has the server compare it.
_COMPARED_DEFAULTS = re.compile(r"^SQL: SELECT .+ = '.+ AS anon_1$", re.MULTILINE | re.DOTALL)


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
    for step in facts.project.round_trip.steps:
        if step.name == "autogenerate again" and step.error is not None:
            yield _stopped(step.error)


def _stopped(error: StepError) -> Finding:
    defaults = _COMPARED_DEFAULTS.search(error.message)
    return Finding(
        code="autogenerate-stops",
        severity="warning",
        title="Autogenerate stops on the upgraded database, and will write no later migration",
        detail=f"{error.message}\nWhat this migration does was compared without it.",
        advice="Write the default as `server_default=sqlalchemy.literal(...)`: Alembic puts a text between quotes as it"
        " stands, and an apostrophe in it ends them."
        if defaults
        else "Mend what the message names, in the models or in env.py.",
    )


def _advice(facts: Facts) -> str:
    schemas = {difference.schema for difference in facts.project.declared} - {"", "public"}
    if schemas and any("op.create_table" in text and "schema=" in text for text in facts.unsettled):
        return "Set include_schemas=True in env.py: without it, autogenerate does not see other schemas' tables."
    return "Write it in the models as the server does, or filter it in env.py (`include_object`)."
