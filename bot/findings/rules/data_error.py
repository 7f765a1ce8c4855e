"""Rows that a migration does not pass, up or down, as far as no question tells of them."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding

CODE = "stopped-by-rows"
CODES = {CODE: "The migration stops on rows that a table can have"}


def check(facts: Facts) -> Iterator[Finding]:
    step = facts.stopped
    own = [m for m in facts.project.migrations if m.origin == "pull_request"]
    asked = any(decision.decided == "open" for decision in facts.project.decisions)
    if step is None or step.error is None or (not own and step.name == "upgrade" and asked):
        return  # what a generated upgrade cannot pass is a question to the author, where one can be put
    # Whatever the rows are: one is enough. Other constraints may hold for the real ones.
    told = f"{step.error.type} {step.error.message}"
    always = step.name == "upgrade" and "null" in told.lower() and "NotNull" in told
    yield Finding(
        code=CODE,
        severity="error" if always else "warning",
        title=f"The {step.name} stops {'as soon as there is a row' if always else 'on some rows'}",
        detail=step.error.message,
        advice=(
            "Add the column as nullable, fill it, and set NOT NULL after that."
            if always
            else "Change or remove such rows in the migration, before the constraint or the type comes."
        ),
    )
