"""Columns that are filled from others of the same names in another order: an INSERT goes by places, not by names."""

from collections.abc import Iterator

from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.schema.snapshots import Snapshot
from bot.sqltext import insertions
from bot.sqltext.insertions import Insertion
from bot.sqltext.names import dotted

CODE = "columns-crossed"
CODES = {CODE: "An INSERT puts a column's values into another column"}


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        for insertion in insertions.read(found.sql):
            crossed = _crossed(_target(facts, found, insertion), insertion)
            # Rows of the table itself are mirrored on purpose.
            if crossed and insertion.table not in insertion.sources:
                to, column = crossed[0]
                yield found.warning(
                    CODE,
                    f"{dotted(insertion.table.name, to)} gets the values of {column}",
                    detail=f"The values of an INSERT go by their places: {found.quoted}",
                    advice="Name the columns behind the table, in the order of what is selected.",
                )


def _crossed(columns: list[str], insertion: Insertion) -> list[tuple[str, str]]:
    pairs = zip(columns, insertion.selected, strict=False)
    return [(to, column) for to, column in pairs if column and to != column and column in columns]


def _target(facts: Facts, found: AuthoredStatement, insertion: Insertion) -> list[str]:
    """The columns in the order in which the INSERT fills them."""
    if insertion.columns:
        return list(insertion.columns)
    schema: Snapshot | None = facts.migrated if found.direction == "upgrade" else facts.old
    ordered = sorted((schema.of("column") if schema else {}).items(), key=lambda item: item[1]["position"])
    return [key.name for key, _ in ordered if insertion.table.means(key.schema, key.parent)]
