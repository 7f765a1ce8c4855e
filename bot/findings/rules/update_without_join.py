"""An UPDATE that reads another table and does not say which of its rows goes with which: all rows get the same one."""

from collections import defaultdict
from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.model import Finding
from bot.schema.objects import is_unique
from bot.schema.snapshots import Snapshot
from bot.sqltext.joins import compared_with_values
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import TableName

CODE = "update-without-join"
CODES = {CODE: "An UPDATE gives every row the values of one row of another table"}


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        unjoined = [effect for effect in found.assignments if effect.is_unjoined]
        if unjoined and not _picks_one(found.sql, facts.old):
            columns = [dotted(effect.table.schema, effect.table.name, effect.column) for effect in unjoined]
            yield found.warning(
                CODE,
                f"The {found.direction} gives every row the values of one row: {listed(columns)}",
                detail=f"{found.quoted} has no condition between the two tables.",
                advice="Join them in WHERE, unless the other table has one row alone.",
            )


def _picks_one(sql: str, schema: Snapshot | None) -> bool:
    """Whether the row is one that the author names by its key."""
    picked: dict[TableName, set[str]] = defaultdict(set)
    for table, column in compared_with_values(sql):
        picked[table].add(column)
    tables = [(key.schema, key.name) for key in schema.of("table")] if schema else []
    return schema is not None and any(
        name.means(*table) and is_unique(schema, table, columns) for name, columns in picked.items() for table in tables
    )
