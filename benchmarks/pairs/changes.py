"""Changes of a schema, as an author makes them. In: a schema. Out: another one, in which nothing dangles."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from benchmarks.pairs.columns import (
    COMMENTS,
    COMPUTED,
    KINDS,
    LABELS,
    METHODS,
    NAMES,
    TABLES,
    columns,
    default_of,
    kind_of,
)
from benchmarks.pairs.schemas import ADDITIONS, tables
from benchmarks.pairs.shape import Check, Column, Enum, Index, Schema, Sequence, Table, Unique
from benchmarks.pairs.source import quoted

Change = Callable[[st.DrawFn, Schema], Schema]
# What a type can become without anybody being asked, and what only an answer can settle.
WIDER = {
    "sa.SmallInteger()": ["sa.Integer()", "sa.BigInteger()", "sa.Text()"],
    "sa.Integer()": ["sa.BigInteger()", "sa.Numeric(14, 4)", "sa.Text()", "sa.SmallInteger()"],
    "sa.BigInteger()": ["sa.Text()", "sa.Integer()"],
    "sa.Numeric(10, 2)": ["sa.Numeric(14, 4)", "sa.Double()", "sa.Text()"],
    "sa.String(60)": ["sa.String(200)", "sa.Text()", "sa.CHAR(12)"],
    "sa.String(200)": ["sa.Text()", "sa.String(60)"],
    "sa.Text()": ["sa.String(200)", "sa.Integer()", "pg.ARRAY(sa.Text())"],
    "sa.Date()": ["sa.DateTime()", "sa.Text()"],
    "sa.DateTime()": ["sa.DateTime(timezone=True)", "sa.Date()"],
    "sa.JSON()": ["pg.JSONB()", "sa.Text()"],
    "pg.JSONB()": ["sa.JSON()"],
    "sa.Uuid()": ["sa.Text()"],
    "sa.Boolean()": ["sa.Integer()", "sa.Text()"],
    "pg.CIDR()": ["pg.INET()"],
}


def changed(draw: st.DrawFn, schema: Schema) -> Schema:
    """One to four changes."""
    for change in draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=4)):
        schema = tidy(change(draw, schema))
    return schema


def _with(schema: Schema, old: Table, new: Table) -> Schema:
    return replace(schema, tables=tuple(new if table is old else table for table in schema.tables))


def _a_table(draw: st.DrawFn, schema: Schema) -> Table:
    table: Table = draw(st.sampled_from(schema.tables))
    return table


def add_table(draw: st.DrawFn, schema: Schema) -> Schema:
    """A new table, which may point at old ones."""
    names = [name for name in TABLES if name not in {table.name for table in schema.tables}]
    number = max((table.number for table in schema.tables), default=-1) + 1
    made = draw(tables(number, draw(st.sampled_from(names)), schema.tables, schema.enums))
    return replace(schema, tables=(*schema.tables, made))


def drop_table(draw: st.DrawFn, schema: Schema) -> Schema:
    """One table less, with all that points at it; the last one stays."""
    gone = _a_table(draw, schema) if len(schema.tables) > 1 else None
    return replace(schema, tables=tuple(table for table in schema.tables if table is not gone))


def rename_table(draw: st.DrawFn, schema: Schema) -> Schema:
    """The same table under another name, or in another schema."""
    names = [name for name in TABLES if name not in {table.name for table in schema.tables} and "." not in name]
    old = _a_table(draw, schema)
    if draw(st.booleans()):
        return _with(schema, old, replace(old, name=draw(st.sampled_from(names))))
    return _with(schema, old, replace(old, schema="shop" if not old.schema else ""))


def comment_table(draw: st.DrawFn, schema: Schema) -> Schema:
    old = _a_table(draw, schema)
    return _with(schema, old, replace(old, comment=draw(st.sampled_from(COMMENTS))))


def add_column(draw: st.DrawFn, schema: Schema) -> Schema:
    """Anywhere among the others: a database can only have it at the end."""
    old = _a_table(draw, schema)
    names = [name for name in NAMES if name not in {column.name for column in old.columns}]
    made = draw(columns(draw(st.sampled_from(names)), schema.enums))
    at = draw(st.integers(1, len(old.columns)))
    return _with(schema, old, replace(old, columns=(*old.columns[:at], made, *old.columns[at:])))


def add_to_table(draw: st.DrawFn, schema: Schema) -> Schema:
    """A constraint, an index, a foreign key or a computed column."""
    old = _a_table(draw, schema)
    others = tuple(table for table in schema.tables if table.number < old.number)
    return _with(schema, old, draw(st.sampled_from(ADDITIONS))(draw, old, others))


def drop_from_table(draw: st.DrawFn, schema: Schema) -> Schema:
    """A column, constraint or index less."""
    old = _a_table(draw, schema)
    things = [*old.columns[1:], *old.checks, *old.uniques, *old.indexes]
    if not things:
        return schema
    gone = draw(st.sampled_from(things))
    new = replace(
        old,
        columns=tuple(column for column in old.columns if column is not gone),
        checks=tuple(check for check in old.checks if check is not gone),
        uniques=tuple(unique for unique in old.uniques if unique is not gone),
        indexes=tuple(index for index in old.indexes if index is not gone),
    )
    return _with(schema, old, new)


def _change_column(draw: st.DrawFn, schema: Schema, change: Callable[[Column], Column]) -> Schema:
    old = _a_table(draw, schema)
    if len(old.columns) < 2:
        return schema
    column = draw(st.sampled_from(old.columns[1:]))
    new = change(column)
    return _with(schema, old, replace(old, columns=tuple(new if c is column else c for c in old.columns)))


def rename_column(draw: st.DrawFn, schema: Schema) -> Schema:
    """Nothing tells it from a drop and an add."""
    names = [n for n in NAMES if all(n != column.name for table in schema.tables for column in table.columns)]
    if not names:
        return schema
    old = _a_table(draw, schema)
    column, name = draw(st.sampled_from(old.columns)), draw(st.sampled_from(names))
    return _with(schema, old, _renamed(old, column.name, name)) if column is not old.columns[0] else schema


def _renamed(table: Table, old: str, new: str) -> Table:
    def all_of(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if name == old else name for name in names)

    def computed(sql: str) -> str:
        return sql.replace(quoted(old), quoted(new))

    return replace(
        table,
        primary=all_of(table.primary),
        columns=tuple(
            replace(c, name=new if c.name == old else c.name, computed=computed(c.computed)) for c in table.columns
        ),
        checks=tuple(replace(c, column=all_of((c.column,))[0]) for c in table.checks),
        uniques=tuple(replace(u, columns=all_of(u.columns)) for u in table.uniques),
        indexes=tuple(replace(i, columns=all_of(i.columns), include=all_of(i.include)) for i in table.indexes),
    )


def change_type(draw: st.DrawFn, schema: Schema) -> Schema:
    """To a type that the old one converts to, mostly; its default goes unless it fits."""

    def other(column: Column) -> Column:
        if column.reference or column.computed:
            return column
        choices = WIDER.get(column.type, ["sa.Text()"]) if draw(st.integers(0, 5)) else list(KINDS)
        kind = draw(st.sampled_from(choices))
        return replace(column, type=kind, default=default_of(draw, kind, ()) if column.default else "")

    return _change_column(draw, schema, other)


def change_null(draw: st.DrawFn, schema: Schema) -> Schema:
    return _change_column(draw, schema, lambda column: replace(column, nullable=not column.nullable))


def change_default(draw: st.DrawFn, schema: Schema) -> Schema:
    """Another default, a first one, or none."""

    def other(column: Column) -> Column:
        if column.computed or column.reference:
            return column
        return replace(column, default=draw(st.sampled_from(["", default_of(draw, column.type, schema.enums)])))

    return _change_column(draw, schema, other)


def comment_column(draw: st.DrawFn, schema: Schema) -> Schema:
    comment = draw(st.sampled_from(COMMENTS))
    return _change_column(draw, schema, lambda column: replace(column, comment=comment))


def change_identity(draw: st.DrawFn, schema: Schema) -> Schema:
    """How the key gets its values."""
    old = _a_table(draw, schema)
    key = old.columns[0]
    if "Integer" not in key.type:
        return schema
    new = replace(key, identity=draw(st.sampled_from(["", "always", "by default", "serial"])))
    return _with(schema, old, replace(old, columns=(new, *old.columns[1:])))


def change_reference(draw: st.DrawFn, schema: Schema) -> Schema:
    """What happens to rows when what they point at goes; or no foreign key any more."""

    def other(column: Column) -> Column:
        if column.reference is None:
            return column
        ondelete = draw(st.sampled_from(["", "CASCADE", "SET NULL", "RESTRICT"]))
        changed_one = replace(column.reference, ondelete=ondelete, deferrable=draw(st.booleans()))
        return replace(column, reference=draw(st.sampled_from([None, changed_one])))

    return _change_column(draw, schema, other)


def change_enum(draw: st.DrawFn, schema: Schema) -> Schema:
    """Another label, one less, another order, or a new type."""
    if not schema.enums:
        return replace(schema, enums=(Enum(0, "level", ("low", "high")),))
    old: Enum = draw(st.sampled_from(schema.enums))
    labels = tuple(draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=3, unique=True)))
    more = tuple(label for label in labels if label not in old.labels)
    new = draw(st.sampled_from([(*old.labels, *more), (*more, *old.labels), old.labels[1:] or old.labels, labels]))
    return replace(schema, enums=tuple(replace(e, labels=new) if e is old else e for e in schema.enums))


def change_sequences(draw: st.DrawFn, schema: Schema) -> Schema:
    made = draw(st.sampled_from([(), (Sequence("numbers_0", 5, 3),), (Sequence("numbers_1"),)]))
    return replace(schema, sequences=made)


def change_convention(_draw: st.DrawFn, schema: Schema) -> Schema:
    """Constraints without names get others."""
    return replace(schema, convention=not schema.convention)


CHANGES: list[Change] = [
    *(add_table, drop_table, rename_table, comment_table, add_column, add_column, add_to_table, add_to_table),
    *(drop_from_table, drop_from_table, rename_column, change_type, change_type, change_null, change_default),
    *(comment_column, change_identity, change_reference, change_enum, change_sequences, change_convention),
]


def tidy(schema: Schema) -> Schema:
    """Without anything that speaks of what is gone, or does not fit any more."""
    numbers = {table.number: table for table in schema.tables}
    made = tuple(_tidy_table(table, numbers, schema.enums) for table in schema.tables)
    return replace(schema, tables=made)


def _tidy_table(table: Table, tables_by_number: dict[int, Table], enums: tuple[Enum, ...]) -> Table:
    kept = [_tidy_column(column, tables_by_number, enums) for column in table.columns]
    kept = [column for column in kept if _source_is_there(column, kept)]
    names = {column.name: column for column in kept}

    def comparable(columns_of: tuple[str, ...]) -> bool:
        return all(name in names and kind_of(names[name]).ordered for name in columns_of)

    def fits(check: Check) -> bool:
        return check.column in names and check.sql in kind_of(names[check.column]).checks

    def right(index: Index) -> bool:
        kind = kind_of(names[index.columns[0]]) if index.columns[0] in names else None
        wanted = kind is not None and index.expression in ("", kind.expression) and (kind.distinct or not index.unique)
        wanted = wanted and index.method in ("", METHODS.get(names[index.columns[0]].type))
        return wanted and comparable(index.columns) and all(name in names for name in index.include)

    def unique(one: Unique) -> bool:
        return comparable(one.columns) and all(kind_of(names[name]).distinct for name in one.columns)

    return replace(
        table,
        columns=tuple(kept),
        primary=tuple(name for name in table.primary if unique(Unique("", (name,))) and not names[name].computed),
        checks=tuple(filter(fits, table.checks)),
        uniques=tuple(filter(unique, table.uniques)),
        indexes=tuple(filter(right, table.indexes)),
    )


def _tidy_column(column: Column, tables_by_number: dict[int, Table], enums: tuple[Enum, ...]) -> Column:
    if column.reference is not None:
        target = tables_by_number.get(column.reference.table)
        same = target is not None and target.columns[0].type == column.type and len(target.primary) == 1
        if target is None or not same or "." in target.name:
            column = replace(column, reference=None)
    if column.type.startswith("enum "):
        enum = next((enum for enum in enums if str(enum.number) == column.type.split()[1]), None)
        label = column.default.strip("'").replace("''", "'")
        if enum is None or (column.default and label not in enum.labels):
            column = replace(column, default="", type=column.type if enum else "sa.Text()")
    return column


def _source_is_there(column: Column, kept: list[Column]) -> bool:
    if not column.computed:
        return True
    sources = {COMPUTED[c.type].replace("{}", quoted(c.name)) for c in kept if c.type in COMPUTED and not c.computed}
    return column.computed in sources
