"""Tables that triggers make when rows come: nobody's change, but what is in them is not compared."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.model import Finding
from bot.sqltext.names import dotted

CODE = "tables-made-for-rows"
CODES = {CODE: "Triggers make tables for rows, and what is in them was not compared"}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.made_for_rows:
        names = listed([dotted(*table) for table in facts.made_for_rows])
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"Made by triggers for the bot's rows, and not compared: {names}",
            detail="No migration has made them, so none answers for them; rows that went there were not looked at.",
            advice="Try the migration on a copy of a database that has such tables.",
        )
