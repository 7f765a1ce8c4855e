"""Types as they must stand in a migration whose enums and domains are made by statements of their own.

In: a type of the models or of reflection. Out: the same type that creates nothing, and shows it.
"""

import copy
import sys
from typing import Any, Optional

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import NullType, TypeDecorator


class Enum(postgresql.ENUM):
    """Alembic shows types by `repr`, and that of ENUM keeps `create_type` to itself."""

    # The name under which Alembic finds the import.
    __module__ = "sqlalchemy.dialects.postgresql"

    def __repr__(self) -> str:
        labels = [repr(label) for label in self.enums]
        schema = "schema={!r}, ".format(str(self.schema)) if self.schema else ""
        return "ENUM({}, name={!r}, {}create_type=False)".format(", ".join(labels), str(self.name), schema)


class Domain(getattr(postgresql, "DOMAIN", sa.types.TypeEngine)):  # type: ignore[misc]  # since SQLAlchemy 2.0
    """The same for domains, whose `repr` also leaves out where its base type comes from."""

    __module__ = "sqlalchemy.dialects.postgresql"

    def __repr__(self) -> str:
        base = self.data_type
        source = "postgresql" if type(base).__module__.startswith("sqlalchemy.dialects") else "sa"
        schema = "schema={!r}, ".format(str(self.schema)) if self.schema else ""
        return "DOMAIN({!r}, {}.{!r}, {}create_type=False)".format(str(self.name), source, base, schema)


def plain(type_: Any, dialect: Any) -> Any:
    """`type_` without the power to create; itself where it has none."""
    enum = _native_enum(type_, dialect)
    if enum is not None:
        return Enum(*enum.enums, name=enum.name, schema=enum.schema, create_type=False)
    if hasattr(postgresql, "DOMAIN") and isinstance(type_, postgresql.DOMAIN):
        return Domain(type_.name, type_.data_type, schema=type_.schema, create_type=False)
    if isinstance(type_, sa.ARRAY):
        item = plain(type_.item_type, dialect)
        if item is not type_.item_type:
            changed = copy.copy(type_)
            changed.item_type = item
            return changed
    return _exact(type_, dialect)


def _exact(type_: Any, dialect: Any) -> Any:
    """The type, or what it is on the server where its `repr`, which Alembic writes, would make another or none."""
    wanted = _ddl(type_, dialect)
    if wanted is None or _ddl(_again(type_), dialect) == wanted:
        return type_
    others = [type_.load_dialect_impl(dialect)] if isinstance(type_, TypeDecorator) else []
    for actual in (type_.dialect_impl(dialect), *others):
        if _ddl(_again(actual), dialect) == wanted:
            return actual
    return type_


def _ddl(type_: Any, dialect: Any) -> Optional[str]:
    try:
        return None if type_ is None else str(type_.compile(dialect=dialect))
    except Exception:
        return None  # a type that only some dialects know


def _again(type_: Any) -> Any:
    """What a migration would make of the type's `repr`; None when that fails."""
    module = sys.modules.get(type(type_).__module__)
    names = dict(vars(sa), **vars(postgresql))
    if module is not None and not module.__name__.startswith("sqlalchemy."):
        names.update(vars(module))
    try:
        return eval(repr(type_), names)  # noqa: S307  the project's own code in its own process
    except Exception:
        return None


def bare(type_: Any, dialect: Any) -> Any:
    """`plain`, and without the CHECK that ALTER and ADD COLUMN would make: it is an operation of its own."""
    made = plain(type_, dialect)
    if getattr(made, "create_constraint", False):
        made = copy.copy(made)
        made.create_constraint = False
    return made


def _native_enum(type_: Any, dialect: Any) -> Optional[Any]:
    """The native enum behind a type, a decorated one included."""
    actual = type_
    if isinstance(actual, TypeDecorator):
        actual = actual.load_dialect_impl(dialect)
    if hasattr(actual, "with_variant"):
        actual = _variant(actual, dialect)
    if not isinstance(actual, sa.Enum) or not actual.name:
        return None
    return actual if isinstance(actual, postgresql.ENUM) or actual.native_enum else None


def _variant(type_: Any, dialect: Any) -> Any:
    """Variants are kept in the type, or (before SQLAlchemy 2.0) in a type around it."""
    known = getattr(type_, "_variant_mapping", None) or getattr(type_, "mapping", None)
    return known.get(dialect.name, type_) if known and hasattr(known, "get") else type_


def is_unknown(type_: Any) -> bool:
    """Whether reflection did not understand the type (an extension's, say)."""
    item = getattr(type_, "item_type", None)
    return isinstance(type_, NullType) or isinstance(item, NullType)
