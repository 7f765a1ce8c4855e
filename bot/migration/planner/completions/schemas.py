"""Schemas and extensions: created before, dropped after all else."""

from collections.abc import Iterator

from bot.migration.planner.change import Change
from bot.migration.planner.operations import Phase, PlannedOperation, execute
from bot.sqltext import quote


def operations(change: Change) -> Iterator[PlannedOperation]:
    for key in change.new("schema"):
        yield execute(Phase.CREATE_SCHEMA, f"CREATE SCHEMA {quote.name(key.name)}")
    for key in change.gone("schema"):
        yield execute(Phase.DROP_SCHEMA, f"DROP SCHEMA {quote.name(key.name)}")
    for key, attributes in change.new("extension").items():
        schema = attributes.get("in_schema") or "public"
        where = "" if schema == "public" else f" WITH SCHEMA {quote.name(schema)}"
        yield execute(Phase.CREATE_EXTENSION, f"CREATE EXTENSION IF NOT EXISTS {quote.name(key.name)}{where}")
    for key in change.gone("extension"):
        yield execute(Phase.DROP_EXTENSION, f"DROP EXTENSION {quote.name(key.name)}")
    for key, difference in change.changed("extension").items():
        after = (difference.after or {}).get("in_schema")
        if after:
            statement = f"ALTER EXTENSION {quote.name(key.name)} SET SCHEMA {quote.name(after)}"
            yield execute(Phase.CREATE_EXTENSION, statement)
