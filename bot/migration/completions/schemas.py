"""Schemas and extensions: created before, dropped after all else."""

from collections.abc import Iterator

from bot.migration import sql
from bot.migration.change import Change
from bot.migration.steps import Phase, Step, execute


def steps(change: Change) -> Iterator[Step]:
    for key in change.new("schema"):
        yield execute(Phase.CREATE_SCHEMA, f"CREATE SCHEMA {sql.name(key.name)}")
    for key in change.gone("schema"):
        yield execute(Phase.DROP_SCHEMA, f"DROP SCHEMA {sql.name(key.name)}")
    for key, attributes in change.new("extension").items():
        schema = attributes.get("in_schema") or "public"
        where = "" if schema == "public" else f" WITH SCHEMA {sql.name(schema)}"
        yield execute(Phase.CREATE_EXTENSION, f"CREATE EXTENSION IF NOT EXISTS {sql.name(key.name)}{where}")
    for key in change.gone("extension"):
        yield execute(Phase.DROP_EXTENSION, f"DROP EXTENSION {sql.name(key.name)}")
    for key, difference in change.changed("extension").items():
        after = (difference.after or {}).get("in_schema")
        if after:
            statement = f"ALTER EXTENSION {sql.name(key.name)} SET SCHEMA {sql.name(after)}"
            yield execute(Phase.CREATE_EXTENSION, statement)
