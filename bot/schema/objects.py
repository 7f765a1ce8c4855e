"""Typed readers over the attributes that the catalog queries give: one place for each question asked of an object."""

from collections.abc import Iterable, Iterator

from bot.model import Difference, ObjectKey
from bot.schema.snapshots import Attributes, Snapshot

Table = tuple[str, str]  # schema, name
Column = tuple[str, str, str]  # schema, table, name
_RELATIONS = frozenset({"table", "view", "materialized_view", "sequence", "index", "composite"})
_TYPES = frozenset({"table", "view", "materialized_view", "composite", "enum", "domain", "range"})
_INDEXED = ("p", "u", "x")  # types of constraints that are indexes as well


def owner(attributes: Attributes) -> Column | None:
    """The column that owns a sequence."""
    owned_by = attributes.get("owned_by")
    return (owned_by[0], owned_by[1], owned_by[2]) if owned_by else None


def partitioned(attributes: Attributes) -> Table | None:
    """The partitioned table that a table is a partition of."""
    found = attributes.get("partition_of")
    return (found[0], found[1]) if found else None


def inherited(attributes: Attributes) -> list[Table]:
    """The tables that a table inherits from."""
    return [(schema, name) for schema, name in attributes.get("inherits") or []]


def parents(attributes: Attributes) -> list[Table]:
    """The tables that a table has its columns from: its partitioned table, or those that it inherits from."""
    whole = partitioned(attributes)
    return [*([whole] if whole else []), *inherited(attributes)]


def references(attributes: Attributes) -> Table | None:
    """The table that a foreign key refers to; None for any other constraint."""
    return referenced(attributes) if attributes.get("type") == "f" else None


def referenced(foreign_key: Attributes) -> Table:
    """The table that a foreign key refers to."""
    return foreign_key["references_schema"], foreign_key["references_table"]


def foreign_keys(snapshot: Snapshot, table: Table) -> Iterator[tuple[ObjectKey, Attributes, Table]]:
    """The foreign keys of a table, each with the table that it refers to."""
    for key, attributes in snapshot.children("constraint", *table).items():
        target = references(attributes)
        if target is not None:
            yield key, attributes, target


def foreign_keys_to(snapshot: Snapshot, table: Table) -> Iterator[tuple[ObjectKey, Attributes]]:
    """The foreign keys of any table that refer to this one."""
    for key, attributes in snapshot.of("constraint").items():
        if references(attributes) == table:
            yield key, attributes


def unique_keys(snapshot: Snapshot, table: Table) -> Iterator[Attributes]:
    """The primary keys, unique constraints and unique indexes (partial ones included) of a table."""
    constraints = snapshot.children("constraint", *table).values()
    yield from (attributes for attributes in constraints if attributes.get("type") in ("p", "u"))
    indexes = snapshot.children("index", *table).values()
    yield from (attributes for attributes in indexes if attributes.get("unique"))


def is_unique(snapshot: Snapshot, table: Table, columns: set[str]) -> bool:
    """Whether no two rows of a table have the same in all of these columns (NULL aside)."""
    return any(
        set(attributes["columns"]) <= columns
        for attributes in unique_keys(snapshot, table)
        if not attributes.get("predicate")
    )


def type_of(attributes: Attributes) -> tuple[str, str]:
    """Schema and name of a column's type, or of its elements' type if it is an array."""
    return attributes.get("type_schema") or "", attributes.get("type_name") or ""


def type_key(kind: str, attributes: Attributes) -> ObjectKey:
    """The key of a column's type, if it is of that kind."""
    schema, name = type_of(attributes)
    return ObjectKey(kind, schema, "", name)


def columns_of_type(snapshot: Snapshot, key: ObjectKey) -> Iterator[tuple[ObjectKey, Attributes]]:
    """The columns whose type is this one or an array of it."""
    for column, attributes in snapshot.of("column").items():
        if type_of(attributes) == (key.schema, key.name):
            yield column, attributes


def tables_that_differ(differences: Iterable[Difference], *sides: Snapshot) -> frozenset[Table]:
    """The tables that differ in whatever belongs to them, or in the type of a column; other relations besides."""
    found: set[Table] = set()
    for difference in differences:
        key = difference.key
        found.add((key.schema, key.parent or key.name))
        if key.kind in ("enum", "domain", "composite", "range"):
            found |= {(c.schema, c.parent) for side in sides for c, _ in columns_of_type(side, key)}
    return frozenset(found)


def needs_fill(attributes: Attributes) -> bool:
    """Whether rows that are there would be left with NULL in a column that forbids it."""
    return bool(
        attributes.get("not_null")
        and attributes.get("default") is None
        and attributes.get("generated") is None
        and not attributes.get("identity")
    )


def spaces(key: ObjectKey, attributes: Attributes) -> Iterator[tuple[str, str, str]]:
    """The spaces of names that an object is in, with schema and name.

    Relations share the names of a schema, and so do types, of which each table is one (PostgreSQL manual, "CREATE
    TABLE", Description).
    """
    if key.kind in _RELATIONS or (key.kind == "constraint" and attributes.get("type") in _INDEXED):
        yield "relation", key.schema, key.name
    if key.kind in _TYPES:
        yield "type", key.schema, key.name
