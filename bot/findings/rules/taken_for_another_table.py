"""A name in a sub-select that is not of the table which it was meant for: SQL looks inside first, and then around."""

from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.schema.snapshots import Snapshot
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import TableName
from bot.sqltext.subselects import Name, Subselect, subselects

CODE = "taken-for-another-table"
CODES = {CODE: "A name in a sub-select is that of another table's column"}


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        said = next((text for one in subselects(found.sql) if (text := _said(facts, one))), None)
        if said:
            yield found.warning(
                CODE,
                said[0],
                detail=f"{said[1]} {found.quoted}",
                advice="Write the table before each column of the sub-select.",
            )


def _said(facts: Facts, select: Subselect) -> tuple[str, str] | None:
    inside = {called: _columns(facts, table) for called, table in select.tables.items()}
    around = {column: table for table in select.others for column in _columns(facts, table)}
    if not inside or not all(inside.values()):
        return None  # a function, or a table that comes and goes
    there = set[str]().union(*inside.values())
    chosen = select.chosen if select.before != "exists" else None
    if chosen and not chosen.of and chosen.column not in there and chosen.column in around:
        tables = " and ".join(table.name for table in select.tables.values())
        owner = dotted(around[chosen.column].name, chosen.column)
        return f"A sub-select of {tables} gives {owner}", f"{tables} has no column {chosen.column}."
    if len(inside) == 1:
        return _with_itself(next(iter(select.tables.items())), there, around, select)
    return None


def _with_itself(
    inner: tuple[str, TableName], columns: set[str], around: dict[str, TableName], select: Subselect
) -> tuple[str, str] | None:
    """A comparison of two columns of the only table, one of which was to be one of the table around it."""
    called, table = inner

    def is_own(name: Name) -> bool:
        return name.of == called or (not name.of and name.column in columns)

    if any(not is_own(name) and (name.of or name.column in around) for name in select.names()):
        return None  # something leads out of it
    for pair in select.compared():
        alone = [name for name in pair if not name.of and name.column in around]
        if all(map(is_own, pair)) and alone and around[alone[0].column] != table:
            one, other = (dotted(table.name, name.column) for name in pair)
            title = f"{one} is compared with " + ("itself" if one == other else other)
            return title, f"{alone[0].column} without its table is {table.name}'s own, in every row."
    return None


def _columns(facts: Facts, table: TableName) -> set[str]:
    schemas: list[Snapshot] = [schema for schema in (facts.old, facts.migrated) if schema is not None]
    return {key.name for schema in schemas for key in schema.of("column") if table.means(key.schema, key.parent)}
