"""A schema as a project's `models.py`."""

from collections.abc import Iterator

from benchmarks.pairs.shape import Column, Index, Schema, Table

HEAD = '''\
"""Made by chance."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    metadata = sa.MetaData({convention})


metadata = Base.metadata
ALEMBIC = {{"include_schemas": True}}
'''
CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def source(schema: Schema) -> str:
    """The file."""
    lines = [HEAD.format(convention=f"naming_convention={CONVENTION!r}" if schema.convention else "")]
    for name in sorted(({table.schema for table in schema.tables} | {enum.schema for enum in schema.enums}) - {""}):
        statement = f"CREATE SCHEMA IF NOT EXISTS {quoted(name)}"
        lines.append(f'sa.event.listen(metadata, "before_create", sa.DDL({statement!r}))')
    for enum in schema.enums:
        labels = ", ".join(map(repr, enum.labels))
        where = f", schema={enum.schema!r}" if enum.schema else ""
        lines.append(f"enum_{enum.number} = sa.Enum({labels}, name={enum.name!r}{where}, metadata=metadata)")
    for sequence in schema.sequences:
        numbers = f"start={sequence.start}, increment={sequence.increment}"
        lines.append(f"sa.Sequence({sequence.name!r}, {numbers}, metadata=metadata)")
    for table in schema.tables:
        lines += ["sa.Table(", *(f"    {part}," for part in _parts(schema, table)), ")"]
    return "\n".join(lines) + "\n"


def _parts(schema: Schema, table: Table) -> Iterator[str]:
    yield f"{table.name!r}, metadata"
    for column in table.columns:
        yield _column(schema, table, column)
    for check in table.checks:
        yield f"sa.CheckConstraint({_sql(check.sql.replace('{}', quoted(check.column)))!r}, name={check.name!r})"
    for unique in table.uniques:
        options = ", deferrable=True, initially='DEFERRED'" if unique.deferrable else ""
        options += ", postgresql_nulls_not_distinct=True" if unique.one_null else ""
        yield f"sa.UniqueConstraint({_names(unique.columns)}{_name(unique.name)}{options})"
    for index in table.indexes:
        yield _index(index)
    if table.schema:
        yield f"schema={table.schema!r}"
    if table.comment:
        yield f"comment={table.comment!r}"


def _column(schema: Schema, table: Table, column: Column) -> str:
    kind = f"enum_{column.type.split()[1]}" if column.type.startswith("enum ") else column.type
    words = [repr(column.name), kind]
    if column.reference is not None:
        words.append(_reference(schema, column))
    if column.identity and column.identity != "serial":
        words.append(f"sa.Identity(always={column.identity == 'always'})")
    if column.computed:
        words.append(f"sa.Computed({_sql(column.computed)!r}, persisted=True)")
    if column.name in table.primary:
        words.append("primary_key=True, autoincrement=False" if not column.identity else "primary_key=True")
    elif not column.computed:
        words.append(f"nullable={column.nullable}")
    if column.default:
        words.append(f"server_default=sa.text({_sql(column.default)!r})")
    if column.comment:
        words.append(f"comment={column.comment!r}")
    return f"sa.Column({', '.join(words)})"


def _reference(schema: Schema, column: Column) -> str:
    assert column.reference is not None
    target = schema.table(column.reference.table)
    assert target is not None
    path = f"{target.path}.{target.primary[0]}"
    options = f", ondelete={column.reference.ondelete!r}" if column.reference.ondelete else ""
    options += ", deferrable=True, initially='DEFERRED'" if column.reference.deferrable else ""
    return f"sa.ForeignKey({path!r}{options})"


def _index(index: Index) -> str:
    first = quoted(index.columns[0])
    on = f"sa.text({_sql(index.expression.replace('{}', first))!r})" if index.expression else _names(index.columns)
    options = ", unique=True" if index.unique else ""
    options += f", postgresql_where=sa.text({_sql(index.where.replace('{}', first))!r})" if index.where else ""
    options += f", postgresql_using={index.method!r}" if index.method else ""
    options += f", postgresql_include={list(index.include)!r}" if index.include else ""
    return f"sa.Index({index.name!r}, {on}{options})"


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(map(repr, columns))


def _name(name: str) -> str:
    return f", name={name!r}" if name else ""


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def _sql(text: str) -> str:
    """As `sa.text` wants it: colons would begin a parameter."""
    return text.replace(":", "\\:")
