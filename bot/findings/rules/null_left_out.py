"""An UPDATE that leaves out rows whose value is NULL: that is equal to nothing, and different from nothing."""

import re
from collections.abc import Iterator

from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.schema.snapshots import Snapshot
from bot.sqltext.joins import compared_with_itself
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import TableName
from bot.sqltext.words import Words, words_of

CODE = "null-left-out"
_OTHER = re.compile(r"(\w+) (?:< ?>|! ?=|not in\b|not i?like\b)", re.IGNORECASE)
CODES = {CODE: "Rows whose group is NULL are left out"}


def check(facts: Facts) -> Iterator[Finding]:
    schema = facts.migrated
    for found in statements(facts):
        for table, column, filled in _left_out(found, schema) if schema else ():
            if _for_a_new_key(facts, table, column, filled):
                continue
            yield found.warning(
                CODE,
                f"The {found.direction} leaves out the rows of {table.name} whose {column} is NULL",
                detail=f"{found.quoted} compares {column}: NULL is not equal, nor different, so that"
                f" {dotted(table.name, filled)} keeps its default in them.",
                advice="Compare by IS NOT DISTINCT FROM, unless the default is meant for them.",
            )


def _left_out(statement: AuthoredStatement, schema: Snapshot) -> Iterator[tuple[TableName, str, str]]:
    """The table, what its rows are grouped by, and a required column that is filled by group."""
    if statement.direction != "upgrade":
        return
    for effect in statement.assignments:
        if _requires(schema, effect.table, effect.column) is not True:
            continue
        negated = _negated(effect.where) if effect.is_constant else []
        for column in [*compared_with_itself(statement.sql, effect.table), *negated]:
            if _requires(schema, effect.table, column) is False:
                yield effect.table, column, effect.column
                return


def _for_a_new_key(facts: Facts, table: TableName, column: str, filled: str) -> bool:
    """Whether the values make room for a constraint, which takes NULL for different from NULL as well."""
    objects = facts.migrated.objects if facts.migrated else {}
    new = {key: attributes for key, attributes in objects.items() if not facts.old or key not in facts.old.objects}
    return any(
        column in attributes.get("columns", ())
        and (attributes.get("unique") or attributes.get("type") == "u")
        and not attributes.get("nulls_not_distinct")
        and table.means(key.schema, key.parent)
        and (filled in attributes["columns"] or filled in words_of(attributes.get("predicate") or ""))
        for key, attributes in new.items()
    )


def _negated(where: Words) -> Iterator[str]:
    """Columns that a condition wants to be other than something: what is NULL is not."""
    found = _OTHER.findall(" ".join(word for word in where if not word.startswith("'")))
    thought_of = {name for name in found if re.search(rf"\b{re.escape(name)} is\b", " ".join(where), re.IGNORECASE)}
    return (name for name in found if name not in thought_of)


def _requires(schema: Snapshot, table: TableName, column: str) -> bool | None:
    """Whether a column must not be NULL; None where it is not known."""
    for key, attributes in schema.of("column").items():
        if key.name == column and table.means(key.schema, key.parent):
            return bool(attributes["not_null"])
    return None
