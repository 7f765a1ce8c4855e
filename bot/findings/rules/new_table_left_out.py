"""A new model whose table env.py keeps from autogenerate: nothing makes it, here or in a fresh installation."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding
from bot.sqltext.names import dotted

CODE = "new-table-left-out"
CODES = {CODE: "A new model's table is left out by env.py, and no migration makes it"}
_RELATIONS = ("table", "view", "materialized_view")


def check(facts: Facts) -> Iterator[Finding]:
    there = {
        (key.schema, key.name)
        for snapshot in (facts.old, facts.migrated)
        if snapshot is not None
        for kind in _RELATIONS
        for key in snapshot.of(kind)
    }
    for schema, name in sorted(facts.hidden - there):
        table = dotted(schema, name)
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"The table {table} of a new model is left out by env.py, and no migration makes it",
            detail="Its `include_object` or `include_name` keeps it from autogenerate.",
            advice="Create it in a migration, let env.py include it, or keep the model out of target_metadata.",
        )
