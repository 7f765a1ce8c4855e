"""Typed readers over the attributes that the catalog queries give: one place for each question asked of an object."""

from bot.schema.snapshots import Attributes


def owner(attributes: Attributes) -> tuple[str, str, str] | None:
    """Schema, table and column of the column that owns a sequence."""
    owned_by = attributes.get("owned_by")
    if not owned_by:
        return None
    schema, table, column = owned_by if isinstance(owned_by, list) else owned_by.split(".", 2)
    return schema, table, column


def needs_fill(attributes: Attributes) -> bool:
    """Whether rows that are there would be left with NULL in a column that forbids it."""
    return bool(
        attributes.get("not_null")
        and attributes.get("default") is None
        and attributes.get("generated") is None
        and not attributes.get("identity")
    )
