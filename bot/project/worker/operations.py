"""From the planner's operations to Alembic's, so that the project's own Alembic renders them.

In: `{"op": name, ...}` objects and where definitions come from. Out: objects of
`alembic.operations.ops`. Schema `public` is never written.
"""

from typing import Any, Callable, Dict, List

import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy.sql.elements import conv

from . import columns, indexes, raw
from .column_types import is_unknown
from .columns import schema_of
from .originals import Originals
from .problems import Problem
from .rendering import Call, Exact, Framed, Place, Statement, quoted

Op = Dict[str, Any]


class Sides:
    """Where definitions come from: `after` this direction of the migration, and `before` it."""

    def __init__(self, after: Originals, before: Originals, dialect: Any) -> None:
        self.after = after
        self.before = before
        self.dialect = dialect


def build(operations: List[Op], sides: Sides) -> List[Any]:
    """All operations of one direction; raises `Problem` for one that is not known."""
    found: List[Any] = []
    for op in operations:
        maker = _MAKERS.get(op["op"])
        if maker is None:
            raise Problem("operation", "unknown operation {!r}".format(op["op"]))
        made = maker(op, sides)
        framed = op.get("comment") or op.get("autocommit")
        found.append(Framed(made, op.get("comment") or "", bool(op.get("autocommit"))) if framed else made)
    return found


def _create_table(op: Op, sides: Sides) -> Any:
    schema, name = op.get("schema") or "public", op["table"]
    without = op.get("without_constraints") or []
    declared = sides.after.declared(schema, name)
    table = sides.after.reflected(schema, name) if declared is None else declared
    if table is None:
        raise Problem("operation", "table {}.{} is neither in the models nor in the database".format(schema, name))
    connection = sides.after.connection
    unknown = any(is_unknown(column.type) for column in table.columns)
    if unknown or (declared is None and raw.is_special(connection, schema, name)):
        return Statement(raw.create_table(connection, schema, name, without))
    made: Any = ops.CreateTableOp.from_table(table)
    later = [keys for key, keys in sides.after.foreign_key_columns(schema, name).items() if key in without]
    made.columns = [_part(item, sides) for item in made.columns if not _is_postponed(item, later, without)]
    made.schema = schema_of(op)
    return made


def _is_postponed(item: Any, later: List[List[str]], without: List[str]) -> bool:
    """Models often leave foreign keys without a name: their columns tell which they are."""
    if isinstance(item, sa.ForeignKeyConstraint) and [key.parent.name for key in item.elements] in later:
        return True
    return isinstance(item, sa.Constraint) and str(item.name) in without


def _part(item: Any, sides: Sides) -> Any:
    if isinstance(item, sa.Column):
        return columns.adapted(item, sides.dialect)
    if isinstance(item, sa.CheckConstraint) and sides.after.is_reflected(item.table):
        made: Any = sa.CheckConstraint("", name=item.name)
        made.sqltext = Exact(getattr(item.sqltext, "text", str(item.sqltext)))
        return made
    return item


def _drop_constraint(op: Op, sides: Sides) -> Any:
    kind = {"foreign_key": "foreignkey", "primary_key": "primary"}.get(op["type_"], op["type_"])
    return ops.DropConstraintOp(_name(op, sides), op["table"], type_=kind, schema=schema_of(op))


def _unique(op: Op, sides: Sides) -> Any:
    options = {key: op[key] for key in ("deferrable", "initially") if op.get(key)}
    return ops.CreateUniqueConstraintOp(_name(op, sides), op["table"], op["columns"], schema=schema_of(op), **options)


def _name(op: Op, sides: Sides) -> Any:
    """A name that the naming convention of the models must not be put before another time."""
    return conv(op["name"]) if sides.after.has_convention() else op["name"]


def _shown_name(op: Op, sides: Sides) -> str:
    return "{op}f(%r)" % op["name"] if sides.after.has_convention() else repr(op["name"])


def _primary_key(op: Op, sides: Sides) -> Any:
    return Call(
        "create_primary_key", [_shown_name(op, sides), repr(op["table"]), repr(op["columns"])], _where(op), _place(op)
    )


def _check(op: Op, sides: Sides) -> Any:
    parts = [_shown_name(op, sides), repr(op["table"]), quoted(op["condition"])]
    return Call("create_check_constraint", parts, _where(op), _place(op))


def _foreign_key(op: Op, sides: Sides) -> Any:
    options = {"source_schema": schema_of(op), "referent_schema": schema_of(op, "ref_schema")}
    options.update({key: op.get(key) for key in ("onupdate", "ondelete", "deferrable", "initially", "match")})
    parts = [
        _shown_name(op, sides),
        *(repr(op[key]) for key in ("table", "ref_table", "columns", "ref_columns")),
    ]
    return Call("create_foreign_key", parts, options, _place(op))


def _rename_table(op: Op, _sides: Sides) -> Any:
    return Call("rename_table", [repr(op["table"]), repr(op["new_name"])], _where(op), _place(op))


def _place(op: Op) -> Place:
    return schema_of(op), op["table"]


def _where(op: Op) -> Dict[str, Any]:
    return {"schema": schema_of(op)}


_MAKERS: Dict[str, Callable[[Op, Any], Any]] = {
    "create_table": _create_table,
    "drop_table": lambda op, _: ops.DropTableOp(op["table"], schema=schema_of(op)),
    "rename_table": _rename_table,
    "create_table_comment": lambda op, _: ops.CreateTableCommentOp(
        op["table"], op["comment_text"], schema=schema_of(op)
    ),
    "drop_table_comment": lambda op, _: ops.DropTableCommentOp(op["table"], schema=schema_of(op)),
    "add_column": columns.add,
    "drop_column": lambda op, _: ops.DropColumnOp(op["table"], op["column"], schema=schema_of(op)),
    "alter_column": columns.alter,
    "create_index": indexes.create,
    "drop_index": lambda op, _: ops.DropIndexOp(op["name"], table_name=op["table"], schema=schema_of(op)),
    "create_unique_constraint": _unique,
    "create_primary_key": _primary_key,
    "create_check_constraint": _check,
    "create_foreign_key": _foreign_key,
    "drop_constraint": _drop_constraint,
    "execute": lambda op, _: Statement(op["sql"]),
}
