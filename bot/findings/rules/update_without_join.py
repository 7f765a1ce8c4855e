"""An UPDATE that reads another table and does not say which of its rows goes with which: all rows get the same one."""

from collections import defaultdict
from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.model import Finding
from bot.schema.objects import is_unique, references
from bot.schema.snapshots import Snapshot
from bot.sqltext.joins import compared_with_values
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import TableName
from bot.sqltext.subselects import subselects

CODE = "update-without-join"
CODES = {CODE: "An UPDATE gives every row the values of one row of another table"}


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        alone = _read_alone(found.sql, facts.old) if facts.old else set()
        unjoined = [effect for effect in found.assignments if effect.is_unjoined or effect.table in alone]
        if unjoined and not _picks_one(found.sql, facts.old):
            columns = [dotted(effect.table.schema, effect.table.name, effect.column) for effect in unjoined]
            yield found.warning(
                CODE,
                f"The {found.direction} gives every row the values of one row: {listed(columns)}",
                detail=f"{found.quoted} does not say which row of the other table goes with which.",
                advice="Join them in WHERE, unless the other table has one row alone.",
            )


def _read_alone(sql: str, schema: Snapshot) -> set[TableName]:
    """Tables that rows of another one refer to, of which a value is made without a word about the row."""
    found: set[TableName] = set()
    for select in subselects(sql):
        inside = {column for table in select.tables.values() for column in _columns(schema, table)}
        around = {column for table in select.others for column in _columns(schema, table)} - inside
        leads_out = any(name.of not in select.tables if name.of else name.column in around for name in select.names())
        if select.before == "=" and inside and not leads_out:
            found |= {table for table in select.others if _is_referred_to(schema, table, {*select.tables.values()})}
    return found


def _is_referred_to(schema: Snapshot, table: TableName, others: set[TableName]) -> bool:
    """Whether a foreign key leads there from one of the others."""
    return any(
        (target := references(attributes)) is not None
        and table.means(*target)
        and any(other.means(key.schema, key.parent) for other in others - {table})
        for key, attributes in schema.of("constraint").items()
    )


def _columns(schema: Snapshot, table: TableName) -> set[str]:
    return {key.name for key in schema.of("column") if table.means(key.schema, key.parent)}


def _picks_one(sql: str, schema: Snapshot | None) -> bool:
    """Whether the row is one that the author names by its key."""
    picked: dict[TableName, set[str]] = defaultdict(set)
    for table, column in compared_with_values(sql):
        picked[table].add(column)
    tables = [(key.schema, key.name) for key in schema.of("table")] if schema else []
    return schema is not None and any(
        name.means(*table) and is_unique(schema, table, columns) for name, columns in picked.items() for table in tables
    )
