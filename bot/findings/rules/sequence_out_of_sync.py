"""Keys that the next rows cannot get, because they are taken: a sequence begins, or stays, behind them."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.model import Finding, ObjectKey
from bot.sqltext import quote
from bot.sqltext.names import dotted

CODE = "sequence-behind"


def check(facts: Facts) -> Iterator[Finding]:
    if facts.behind:
        columns = [dotted(key.schema, key.parent, key.name) for key in facts.behind]
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"The next rows get keys that are taken: {listed(columns)}",
            detail="After the upgrade, the sequence behind the column has yet to give numbers that rows have already.",
            advice=f"Let the migration end with `{_statement(facts.behind[0])}` for each of them.",
        )


def _statement(key: ObjectKey) -> str:
    table, column = quote.qualified(key.schema, key.parent), quote.name(key.name)
    sequence = f"pg_get_serial_sequence({quote.literal(table)}, {quote.literal(key.name)})"
    return f"SELECT setval({sequence}, max({column})) FROM {table}"
