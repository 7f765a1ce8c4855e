"""Keys that the next rows cannot get, because they are taken: a sequence begins, or stays, behind them."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.words import listed
from bot.migration import sql
from bot.outcome import Finding
from bot.request.names import dotted
from bot.schema.snapshots import ObjectKey

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
    table, column = sql.qualified(key.schema, key.parent), sql.name(key.name)
    sequence = f"pg_get_serial_sequence({sql.literal(table)}, {sql.literal(key.name)})"
    return f"SELECT setval({sequence}, max({column})) FROM {table}"
