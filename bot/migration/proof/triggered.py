"""Changes that triggers make when an author's statement changes rows: the hour of the last update, a row of a history.

Pure. In: the old schema, what the author's statements declare. Out: the statement behind it.
"""

import re
from collections.abc import Iterator

from bot.migration.intent.expected_data import Table
from bot.migration.proof.declared_changes import DeclaredChanges
from bot.schema.snapshots import Snapshot

_DISABLED = "D"


def statement_behind(old: Snapshot, declared: DeclaredChanges, table: Table) -> str:
    """A statement on which a trigger fires that may change rows of a table; empty where there is none."""
    statements = (sql for fired in _firing(old, table) for sql in declared.touching(fired))
    return next(statements, "")


def _firing(old: Snapshot, table: Table) -> Iterator[Table]:
    """Tables with triggers of their own rows, or whose functions speak of the table."""
    for key, attributes in old.of("trigger").items():
        fired = key.schema, key.parent
        if attributes.get("enabled") != _DISABLED and (
            fired == table or _speaks_of(old, attributes["function"], table)
        ):
            yield fired


def _speaks_of(old: Snapshot, function: str, table: Table) -> bool:
    schema, _, name = function.partition(".")
    name_of_table = re.compile(rf"\b{re.escape(table[1])}\b", re.IGNORECASE)
    return any(
        name_of_table.search(str(attributes.get("definition", "")))
        for key, attributes in old.of("function").items()
        if key.schema == schema and key.name.partition("(")[0] == name
    )
