"""Operations that Alembic has no object for, or renders less of than is needed.

In: operations. Out: through Alembic's own dispatch, lines of source that stand in the file.
"""

import re
from functools import wraps
from typing import Any, Dict, Iterable, Iterator, List, Optional, Tuple

from alembic.autogenerate import render, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.ddl.impl import DefaultImpl
from alembic.operations import ops
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.types import TypeDecorator

from .names import doubles_percents

# As in SQLAlchemy's `text()`: what it takes for a parameter, and how that is escaped.
_PARAMETER = re.compile(r"(?<![:\w$\\]):(?=[\w$]+(?![:\w$]))")
_ESCAPED = re.compile(r"\\(?=:[\w$]*(?![:\w$]))")
# What the printer of Alembic's templates takes for the beginning of a block.
_LIKE_BLOCK = re.compile(r":[ \t]*(?:#.*)?$")
WIDTH = 100  # characters of a statement on one line


class Statement(ops.ExecuteSQLOp):
    """SQL as it is, in Python that a person would write."""


class Convert(ops.AlterColumnOp):
    """ALTER COLUMN TYPE with USING, or with a new name: autogenerate makes neither, and old versions render neither."""

    using = ""


class Exact(ColumnElement):  # type: ignore[type-arg]  # not generic in SQLAlchemy 1.4
    """SQL that compiles to itself, colons included: `text()` would take the server's own for parameters."""

    inherit_cache = False
    _traverse_internals: List[Any] = []  # noqa: RUF012  SQLAlchemy reads it from the class

    def __init__(self, sql: str) -> None:
        self.sql = sql


@compiles(Exact)
def _exact(element: Any, compiler: Any, **_: Any) -> str:
    text: str = element.sql
    return text.replace("%", "%%") if doubles_percents(compiler.dialect) else text


def install() -> None:
    """Render expressions so that the file gives back the same SQL: Alembic leaves in what is for the driver."""
    implementation: Any = DefaultImpl
    original: Any = getattr(implementation, "render_ddl_sql_expr", None)  # Alembic 1.0.6 and newer

    def exact(self: Any, expression: Any, *arguments: Any, **options: Any) -> str:
        text = original(self, expression, *arguments, **options)
        text = text.replace("%%", "%") if doubles_percents(self.dialect) else text
        # Expressions of indexes go into `literal_column()`, all others into `text()`.
        return text if options.get("is_index") else escaped(text)

    if original is not None:
        implementation.render_ddl_sql_expr = exact
    _keep_secrets()


# Arguments of types that encrypt: a file and a comment are read by many.
_SECRET = re.compile(r"\b\w*(?:key|secret|passw|token|salt|phrase|credential)\w*\s*=(?!\s*None\b)", re.IGNORECASE)


def _keep_secrets() -> None:
    """Show a type that has a secret among its arguments as what it is on the server."""
    module: Any = render
    original = module._repr_type

    @wraps(original)
    def guarded(type_: Any, context: Any, *arguments: Any, **options: Any) -> str:
        if isinstance(type_, TypeDecorator) and _SECRET.search(repr(type_)):
            actual = type_.load_dialect_impl(context.dialect)
            # Dialects have types of their own for what is common, which no file can name.
            type_ = actual.adapt(next(kind for kind in type(actual).__mro__ if not kind.__name__.startswith("_")))
        text: str = original(type_, context, *arguments, **options)
        return text

    module._repr_type = guarded


Place = Tuple[Optional[str], str]  # schema (None is public) and table


class Call(ops.MigrateOperation):
    """An operation on a table that not every Alembic renders, with its arguments as source.

    The table is their second; inside of `batch_alter_table` it is left out, as are options that are None.
    """

    def __init__(self, name: str, arguments: List[str], options: Dict[str, Any], place: Place) -> None:
        self.name = name
        self.arguments = arguments
        self.options = options
        self.schema, self.table_name = place


class Framed(ops.MigrateOperation):
    """An operation with comment lines above it, or outside of the transaction."""

    def __init__(self, operation: Any, comment: str, autocommit: bool) -> None:
        self.operation = operation
        self.comment = comment
        self.autocommit = autocommit


@renderers.dispatch_for(Statement)
def _statement(context: Any, operation: Any) -> str:
    return "{}execute({})".format(_prefix(context), quoted(operation.sqltext))


@renderers.dispatch_for(Convert)
def _convert(context: Any, operation: Any) -> str:
    text: str = renderers.dispatch(ops.AlterColumnOp)(context, operation)
    more = {"postgresql_using": operation.using, "new_column_name": operation.modify_name}
    for name, value in more.items():
        if value and name + "=" not in text:
            text = "{},\n           {}={!r})".format(text[:-1], name, value)
    return text


@renderers.dispatch_for(Call)
def _call(context: Any, operation: Any) -> str:
    arguments, given = list(operation.arguments), dict(operation.options)
    if context._has_batch:
        del arguments[1]
        given = {name: value for name, value in given.items() if name not in ("schema", "source_schema")}
    options = ["{}={!r}".format(name, value) for name, value in given.items() if value is not None]
    arguments = [argument.replace("{op}", _prefix(context), 1) for argument in arguments]
    return "{}{}({})".format(_prefix(context), operation.name, ", ".join(arguments + options))


@renderers.dispatch_for(Framed)
def _framed(context: Any, operation: Any) -> List[str]:
    lines = ["# " + line.lstrip("# ") for line in operation.comment.splitlines() if line.strip("# ")]
    inner = render.render_op(context, operation.operation)
    if not operation.autocommit:
        return lines + inner
    body = ["    " + line for text in inner for line in text.split("\n")]
    return [*lines, "\n".join(["with {}get_context().autocommit_block():".format(_prefix(context)), *body])]


def _prefix(context: Any) -> str:
    if context._has_batch:
        return "batch_op."
    prefix: str = context.opts["alembic_module_prefix"] or ""
    return prefix


def escaped(sql: str) -> str:
    """SQL such that `text()` gives back exactly this."""
    return _PARAMETER.sub(r"\\:", _ESCAPED.sub(r"\\\\", sql))


def quoted(sql: str) -> str:
    """A Python expression for SQL: one line, or one string per line.

    Not triple quotes: the lines of a function's body would be indented with the file.
    """
    text = escaped(sql)
    literal = _literal(text)
    if "\n" not in text and len(literal) <= WIDTH and not _LIKE_BLOCK.search(literal + ")"):
        return literal
    lines = text.splitlines(keepends=True) if "\n" in text else _folded(text)
    return "\n".join(["", *("    " + _literal(line) for line in lines), ""])


def _literal(text: str) -> str:
    """In double quotes where that needs no escapes: SQL is full of single ones."""
    if '"' not in text and "\\" not in text and text.isprintable():
        return '"{}"'.format(text)
    return repr(text)


def _folded(text: str) -> List[str]:
    """A long line at its spaces."""
    lines, line = [], ""
    for word in re.findall(r"\S+\s*|\s+", text):
        if line and len(line) + len(word) > WIDTH - 10:
            lines.append(line)
            line = ""
        line += word
    return [*lines, line] if line else lines


_BATCHED = (
    *(ops.AddColumnOp, ops.DropColumnOp, ops.AlterColumnOp, ops.CreateIndexOp, ops.DropIndexOp),
    *(ops.CreateUniqueConstraintOp, ops.DropConstraintOp),
    # Alembic 1.0.5 and older know no comments.
    *(getattr(ops, name) for name in ("CreateTableCommentOp", "DropTableCommentOp") if hasattr(ops, name)),
)


def batched(operations: List[Any]) -> List[Any]:
    """Operations that follow each other on one table, grouped as for `render_as_batch`."""
    found: List[Any] = []
    for operation in operations:
        place = _place(operation)
        if place is None:
            found.append(operation)
        elif found and isinstance(found[-1], ops.ModifyTableOps) and place == (found[-1].schema, found[-1].table_name):
            found[-1].ops.append(operation)
        else:
            found.append(ops.ModifyTableOps(place[1], [operation], schema=place[0]))
    return found


def _place(operation: Any) -> Optional[Place]:
    """Where an operation is made that can stand in `batch_alter_table`."""
    if isinstance(operation, Framed):
        return None if operation.autocommit else _place(operation.operation)
    if isinstance(operation, Call) and operation.name != "rename_table":
        return operation.schema, operation.table_name
    return (operation.schema, str(operation.table_name)) if isinstance(operation, _BATCHED) else None


def flat(operations: Iterable[Any]) -> Iterator[Any]:
    """Single operations, out of the groups by table that Alembic makes."""
    for operation in operations:
        if hasattr(operation, "ops"):
            yield from flat(operation.ops)
        else:
            yield operation


def texts(migration_context: Any, operations: Iterable[Any]) -> List[str]:
    """Each operation as it would stand in the file."""
    return [text_of(migration_context, operation) for operation in flat(operations)]


def text_of(migration_context: Any, operation: Any) -> str:
    """One operation as it would stand in the file."""
    context = AutogenContext(migration_context, autogenerate=False)
    return "\n".join(render.render_op(context, operation))
