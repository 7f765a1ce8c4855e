"""A statement that joins a table by a part of its key: rows that differ in the rest are taken for each other."""

from collections import defaultdict
from collections.abc import Iterator

from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.schema.objects import Table, is_unique, unique_keys
from bot.schema.snapshots import Snapshot
from bot.sqltext.firsts import firsts
from bot.sqltext.joins import of_single_rows
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import TableName
from bot.sqltext.words import unquoted, words_of

CODE = "joined-by-part-of-key"
CODES = {CODE: "A statement joins a table by a part of its key"}


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts) if facts.old is not None else ():
        for table, joined, key, why in _parts(found, facts.old):
            missing = dotted(*(column for column in key if column not in joined))
            yield found.warning(
                CODE,
                f"The {found.direction} joins {dotted(table[1])} by {', '.join(sorted(joined))} alone",
                detail=f"Several rows of {dotted(*table)} may have the same there: {why}"
                f" ({', '.join(key)}). Which of them {found.quoted} takes is left to chance.",
                advice=f"Compare {missing} as well, or say why one row is as good as the other.",
            )


def _parts(
    statement: AuthoredStatement, schema: Snapshot | None
) -> Iterator[tuple[Table, frozenset[str], list[str], str]]:
    """Tables that values are read from, the columns by which their rows are found, and the key that has more, with why
    it is one."""
    set_ = statement.assignments
    # One value for all rows is the same whichever row it is that goes with them.
    written = set() if all(effect.is_constant for effect in set_) else {effect.table for effect in set_}
    found: dict[TableName, set[str]] = defaultdict(set)
    for equality in of_single_rows(statement.sql) if written else ():
        sides = (equality.table, equality.column), (equality.other, equality.other_column)
        for (side, column), other in (sides, sides[::-1]):
            # Of rows that are added up, each has to have one partner, and not the other way round.
            if not (equality.reduced and _is_key(schema, *other)):
                found[side].add(column)
    yield from _firsts(statement, schema, written) if schema is not None else ()
    words = {unquoted(word) for word in words_of(statement.sql)}
    for name, joined in found.items():
        for table in _tables(schema, name) if name not in written and schema is not None else ():
            keys = [list(key["columns"]) for key in unique_keys(schema, table)] if schema is not None else []
            if any({*key} <= joined for key in keys):
                continue
            # A column of the key that the statement speaks of elsewhere may pick the row as well.
            larger = (key for key in keys if joined < {*key} and words.isdisjoint({*key} - joined))
            for key in list(larger)[:1]:
                yield table, frozenset(joined), key, "its key is"
            groups = _groups(schema, table, written) - joined - words if schema is not None and not keys[1:] else set()
            if groups and not any(column == "id" or column.endswith("_id") for column in joined):
                yield (
                    table,
                    frozenset(joined),
                    [*sorted(joined), *sorted(groups)],
                    "rows of both tables are told apart by",
                )


def _firsts(
    statement: AuthoredStatement, schema: Snapshot, written: set[TableName]
) -> Iterator[tuple[Table, frozenset[str], list[str], str]]:
    """The same of rows that are the first of several, where the table that is written has the rest of the key."""
    there = {
        key.name for name in written for place in _tables(schema, name) for key in schema.children("column", *place)
    }
    for name, joined, query in firsts(statement.sql) if written else ():
        words = {unquoted(word) for word in query}
        for table in _tables(schema, name) if name not in written else ():
            for key in (list(found["columns"]) for found in unique_keys(schema, table)):
                rest = {*key} - joined
                if joined < {*key} and rest <= there and words.isdisjoint(rest):
                    yield table, joined, key, "its key is"
                    return


def _groups(schema: Snapshot, table: Table, written: set[TableName]) -> set[str]:
    """Required columns like `tenant_id` that a table has in common with one that is written."""

    def required(place: Table) -> set[str]:
        columns = schema.children("column", *place).items()
        return {key.name for key, attributes in columns if attributes["not_null"] and key.name.endswith("_id")}

    others = [required(place) for name in written for place in _tables(schema, name)]
    return required(table) & set[str]().union(*others)


def _is_key(schema: Snapshot | None, name: TableName, column: str) -> bool:
    return schema is not None and any(is_unique(schema, table, {column}) for table in _tables(schema, name))


def _tables(schema: Snapshot | None, name: TableName) -> Iterator[Table]:
    for key in schema.of("table") if schema is not None else ():
        if name.means(key.schema, key.name):
            yield key.schema, key.name
