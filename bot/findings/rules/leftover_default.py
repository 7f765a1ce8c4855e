"""A default that filled the rows of a new column and stays in the database, although the model has none."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Difference, Finding
from bot.sqltext.names import dotted

CODE = "default-left"
CODES = {CODE: "A default that filled rows stays in the database, although the model has none"}


def check(facts: Facts) -> Iterator[Finding]:
    for difference in facts.left_defaults:
        default = (difference.before or {}).get("default")
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"Default {default} of {dotted(*difference.key[1:])} stays in the database, the model has none",
            detail="Rows that name no value go on getting it, and a database made from the models would not have it.",
            advice=f"End the upgrade with `{_statement(difference)}`, or give the model this server_default.",
        )


def _statement(difference: Difference) -> str:
    schema = "" if difference.schema == "public" else f", schema={difference.schema!r}"
    return f"op.alter_column({difference.parent!r}, {difference.name!r}, server_default=None{schema})"
