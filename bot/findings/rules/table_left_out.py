"""A migration that needs a table which env.py leaves out and no migration makes: it belongs to somebody else."""

import re
from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding

CODE = "table-left-out"
CODES = {CODE: "The migration needs a table that env.py leaves out"}
_MISSING = re.compile(r"relation \"([^\"]+)\" does not exist")


def check(facts: Facts) -> Iterator[Finding]:
    messages = [step.error.message for step in facts.project.round_trip.steps if step.error]
    messages += [facts.blocked.message] if facts.blocked else []
    missing = {found[1].rpartition(".")[2] for message in messages for found in [_MISSING.search(message)] if found}
    for name in sorted(missing & facts.excluded):
        yield Finding(
            code=CODE,
            severity="notice",
            title=f"The table {name} is left out by env.py, and no migration makes it",
            detail="The database that the migrations build has no such table, but this change refers to it.",
            advice=f"Make it there before they run: --setup 'CREATE TABLE {name} (…)'.",
        )
