"""Columns in a migration: how they are defined where they come, and what changes in those that stay."""

from typing import Any, Dict, Optional

import sqlalchemy as sa
from alembic.operations import ops

from . import names
from .column_types import bare, is_unknown, plain
from .rendering import Convert, Exact, Statement

_UNCHANGED = object()


def schema_of(op: Dict[str, Any], key: str = "schema") -> Optional[str]:
    """The schema to write: none for `public`."""
    schema = op.get(key)
    return None if schema in (None, "", "public") else str(schema)


def adapted(column: Any, dialect: Any) -> Any:
    """A copy without its table that makes no type, no index and no constraint, and whose default is exact."""
    copied = column._copy if hasattr(column, "_copy") else column.copy  # SQLAlchemy 1.3 has only the latter
    made = copied()
    made.unique = made.index = None
    made.type = plain(made.type, dialect)
    default = column.server_default
    if isinstance(default, sa.DefaultClause) and default.reflected:
        text: Any = getattr(default.arg, "text", None) or default.arg
        made.server_default = sa.DefaultClause(Exact(str(text)))
    return made


def add(op: Dict[str, Any], sides: Any) -> Any:
    """ADD COLUMN; its constraints are operations of their own."""
    found = sides.after.required(op)
    if is_unknown(found.type):
        return Statement(_add_text(op, sides, found))
    column = adapted(found, sides.dialect)
    column.type = bare(column.type, sides.dialect)
    column.constraints.clear()
    column.foreign_keys.clear()
    if "nullable" in op:
        column.nullable = op["nullable"]
    if "server_default" in op:
        column.server_default = _clause(op["server_default"])
    return ops.AddColumnOp(op["table"], column, schema=schema_of(op))


def _clause(sql: Optional[str]) -> Any:
    return None if sql is None else sa.DefaultClause(Exact(sql))


def _add_text(op: Dict[str, Any], sides: Any, column: Any) -> str:
    """For a type that SQLAlchemy has no object for."""
    words = [_alter(op, sides), "ADD COLUMN", names.quoted(sides.dialect, op["column"]), sides.after.type_text(op)]
    default = op.get("server_default", _UNCHANGED)
    if default is _UNCHANGED and column.server_default is not None:
        default = getattr(getattr(column.server_default, "arg", None), "text", None)
    if isinstance(default, str):
        words.append("DEFAULT " + default)
    if not op.get("nullable", column.nullable):
        words.append("NOT NULL")
    return " ".join(words)


def _alter(op: Dict[str, Any], sides: Any) -> str:
    schema = schema_of(op)
    parts = [op["table"]] if schema is None else [schema, op["table"]]
    return "ALTER TABLE {}".format(".".join(names.quoted(sides.dialect, part) for part in parts))


def alter(op: Dict[str, Any], sides: Any) -> Any:
    """ALTER COLUMN: type, nullability, default, comment, name, as far as the operation mentions them."""
    options: Dict[str, Any] = {"schema": schema_of(op), "existing_type": _existing(op, sides)}
    if op.get("type"):
        found = sides.after.required(op)
        if is_unknown(found.type):
            return Statement(_type_text(op, sides))
        options["modify_type"] = bare(found.type, sides.dialect)
    if "nullable" in op:
        options["modify_nullable"] = op["nullable"]
    if "server_default" in op:
        options["modify_server_default"] = _clause(op["server_default"])
    if "comment_text" in op:
        options["modify_comment"] = op["comment_text"]
    if op.get("new_name"):
        options["modify_name"] = op["new_name"]
    if not op.get("using") and not op.get("new_name"):
        return ops.AlterColumnOp(op["table"], op["column"], **options)
    made = Convert(op["table"], op["column"], **options)
    made.using = op.get("using") or ""
    return made


def _existing(op: Dict[str, Any], sides: Any) -> Any:
    """The type before; where the column had another name then, the one that it has after."""
    for side in (sides.before, sides.after):
        found = side.column(op)
        if found is not None and not is_unknown(found.type):
            return bare(found.type, sides.dialect)
    return None


def _type_text(op: Dict[str, Any], sides: Any) -> str:
    column, type_ = names.quoted(sides.dialect, op["column"]), sides.after.type_text(op)
    using = " USING {}".format(op["using"]) if op.get("using") else ""
    return "{} ALTER COLUMN {} TYPE {}{}".format(_alter(op, sides), column, type_, using)
