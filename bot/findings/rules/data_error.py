"""Rows that stop an upgrade or a downgrade, unless an open question already covers them."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding

CODE = "stopped-by-rows"
CODES = {CODE: "The migration stops on rows that a table can have"}


def check(facts: Facts) -> Iterator[Finding]:
    step = facts.stopped
    asked = any(decision.decided == "open" for decision in facts.project.decisions)
    if step is None or step.error is None or (not facts.authored and step.name == "upgrade" and asked):
        return  # what stops a generated upgrade becomes a question to the author where possible
    # A NOT NULL violation of a new column needs any row at all, unless ordinary rows came through: a fill left some
    # out. Other constraints may hold for real rows.
    text = f"{step.error.type} {step.error.message}"
    null = step.name == "upgrade" and "null" in text.lower() and "NotNull" in text
    always = null and not facts.with_rows
    yield Finding(
        code=CODE,
        severity="error" if always else "warning",
        title=f"The {step.name} stops {'as soon as there is a row' if always else 'on some rows'}",
        detail=step.error.message,
        advice=(
            "Add the column as nullable, fill it, and set NOT NULL after that."
            if always
            else "Fill what is still NULL in such rows before it sets NOT NULL."
            if null
            else "Change or remove such rows in the migration before it adds the constraint or changes the type."
        ),
    )
