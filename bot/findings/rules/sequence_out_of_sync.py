"""Sequences out of sync with their columns: behind existing keys, or started over."""

from collections.abc import Iterator
from itertools import groupby

from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.migration.proof.proof import OutOfSync
from bot.model import Finding, ObjectKey
from bot.sqltext import quote
from bot.sqltext.names import dotted

CODE = "sequence-behind"
CODES = {CODE: "A sequence returns values that rows already have"}


def check(facts: Facts) -> Iterator[Finding]:
    for step, group in groupby(facts.out_of_sync, key=lambda found: found.step):
        found = list(group)
        columns = [one.key for one in found if one.key.kind == "column"]
        if columns:
            yield Finding(
                code=CODE,
                severity="warning",
                title=f"The next rows get keys that already exist: {listed([_named(key) for key in columns])}",
                detail=f"After the {step}, the sequence of the column is behind keys that rows already have.",
                advice=f"Let the migration end with `{_statement(columns[0])}` for each of them.",
            )
        yield from _started_over(step, [one for one in found if one.key.kind == "sequence"])


def _started_over(step: str, found: list[OutOfSync]) -> Iterator[Finding]:
    if found:
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"Sequence values are reused: {listed([_named(one.key) for one in found])}",
            detail=f"After the {step}, the sequence returns values that it has returned before.",
            advice="Alter the sequence instead of creating a new one, or set the new one to where the old one was.",
        )


def _named(key: ObjectKey) -> str:
    return dotted(key.schema, key.parent, key.name)


def _statement(key: ObjectKey) -> str:
    table, column = quote.qualified(key.schema, key.parent), quote.name(key.name)
    sequence = f"pg_get_serial_sequence({quote.literal(table)}, {quote.literal(key.name)})"
    return f"SELECT setval({sequence}, max({column})) FROM {table}"
