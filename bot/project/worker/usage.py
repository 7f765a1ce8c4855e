"""What an application does with its tables, tried on a database: reads, inserts, updates, deletes by the models.

In: tables. Out: what became of each attempt. Each is undone by a savepoint, unless the rows are to stay. Rows that are
found at home, where the models belong, are remembered by the process: their values are what the models can write.
"""

from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

import sqlalchemy as sa

from . import environment, usage_values
from .usage_values import Row

MOST_ROWS = 50  # that are read
_LONGEST = 300  # characters of an error
_TIMEOUT = "SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '5s'"
_DEFERRED = "SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE condeferred)"

Attempt = Tuple[str, str, Callable[[Any], Any]]  # what is done, the column, how
_home: Dict[Tuple[str, str], Row] = {}


def use(
    spec: Dict[str, Any], tables: List[List[str]], home: bool = False, stay: bool = False, read: bool = False
) -> List[Dict[str, Any]]:
    """Try what the models of these tables stand for; `stay` only writes, and that stays; `read` only reads."""
    wanted = {(schema, name) for schema, name in tables}
    found: List[Dict[str, Any]] = []

    def act(_revision: Any, context: Any) -> List[Any]:
        target = context.opts.get("target_metadata")
        metadata = [item for item in (target if isinstance(target, (list, tuple)) else [target]) if item is not None]
        declared = [table for item in metadata for table in item.sorted_tables]
        chosen = [table for table in declared if _key(table) in wanted]
        found.extend(attempts(context.connection, chosen, _home, home=home, stay=stay, read=read))
        if stay:
            context.connection.connection.commit()
        return []

    environment.run(spec, act, dont_mutate=True)
    return found


def attempts(
    connection: Any,
    tables: List[Any],
    rows: Dict[Tuple[str, str], Row],
    home: bool = False,
    stay: bool = False,
    read: bool = False,
) -> List[Dict[str, Any]]:
    """What became of each attempt; at home, `rows` gets one row of each table."""
    whole = connection.begin_nested()
    try:
        connection.exec_driver_sql(_TIMEOUT)
        if home:
            rows.update({_key(table): _first_row(connection, table) for table in tables})
        kinds = _inserts if stay else _reads if read else _attempts
        at_end = bool(connection.exec_driver_sql(_DEFERRED).scalar())
        found = [
            tried
            for table in tables
            for tried in _tried(connection, table, kinds(table, rows.get(_key(table), {})), stay, at_end)
        ]
    except BaseException:
        whole.rollback()
        raise
    if stay:
        whole.commit()
    else:
        whole.rollback()
    return found


def _key(table: Any) -> Tuple[str, str]:
    return table.schema or "public", table.name


def _first_row(connection: Any, table: Any) -> Row:
    """One row as the models read it; nothing where there is none, or it cannot be read."""
    try:
        with connection.begin_nested():
            row = connection.execute(table.select().limit(1)).first()
    except Exception:
        return {}
    return {} if row is None else {column.key: row._mapping[column] for column in table.columns}


def _tried(
    connection: Any, table: Any, attempts: Iterable[Attempt], stay: bool, at_end: bool
) -> Iterator[Dict[str, Any]]:
    schema = table.schema or "public"
    for action, column, act in attempts:
        error, read = _outcome(connection, act, stay, at_end)
        yield {
            "schema": schema,
            "table": table.name,
            "action": action,
            "column": column,
            "error": error,
            "read": read if isinstance(read, dict) else {},
        }


def _outcome(connection: Any, act: Callable[[Any], Any], stay: bool, at_end: bool) -> Tuple[Optional[str], Any]:
    """`at_end`: there is something that would be refused at the end of the application's transaction."""
    savepoint = connection.begin_nested()
    try:
        result = act(connection)
        if at_end:
            connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    except Exception as error:
        savepoint.rollback()
        lines = str(getattr(error, "orig", None) or error).strip().splitlines() or [""]
        return "{}: {}".format(type(error).__name__, lines[0])[:_LONGEST], None
    if stay:
        savepoint.commit()
    else:
        savepoint.rollback()
    return None, result


def _reads(table: Any, _row: Row) -> Iterator[Attempt]:
    yield "read", "", lambda connection: _read(connection, table)


def _attempts(table: Any, row: Row) -> Iterator[Attempt]:
    yield from _reads(table, row)
    yield from _inserts(table, row)
    there: List[bool] = []  # whether the row is there: each attempt finds the database as the one before it
    for column in table.columns:
        if column.primary_key or column.computed is not None or column.key not in row:
            continue
        value = usage_values.ordinary(column, row)
        if value is not None:
            yield "update", column.name, _update(table, row, column, value, there)
        if column.nullable:
            yield "update to NULL", column.name, _update(table, row, column, None, there)
    if row:
        yield "delete", "", lambda connection: _touch(connection, table, row, table.delete(), there)


def _inserts(table: Any, row: Row) -> Iterator[Attempt]:
    for action, make in usage_values.VARIANTS.items():
        yield action, "", _insert(table, [make(table, row)])
    yield "insert the same values twice", "", _insert(table, usage_values.twice(table, row))


def _insert(table: Any, rows: List[Row]) -> Callable[[Any], Any]:
    def act(connection: Any) -> None:
        for values in rows:
            connection.execute(table.insert().values({table.c[key]: value for key, value in values.items()}))

    return act


def _update(table: Any, row: Row, column: Any, value: Any, there: List[bool]) -> Callable[[Any], Any]:
    return lambda connection: _touch(connection, table, row, table.update().values({column: value}), there)


class UntouchedError(Exception):
    """Named in the report where a rule or a trigger swallows a statement."""


def _touch(connection: Any, table: Any, row: Row, statement: Any, there: List[bool]) -> None:
    """Change or delete the row that was found at home, if it is there; it is read first, until that succeeds once."""
    if not there:
        there.append(connection.execute(_where(table.select(), table, row)).first() is not None)
    if connection.execute(_where(statement, table, row)).rowcount == 0 and there[0]:
        raise UntouchedError("no row was touched")


def _where(statement: Any, table: Any, row: Row) -> Any:
    """The row that was found at home."""
    for column in table.primary_key:
        statement = statement.where(column == row[column.key])
    return statement


def _read(connection: Any, table: Any) -> Dict[str, List[str]]:
    """The types of the values that each column gives; `None` counts where the models say that it never comes."""
    rows = connection.execute(sa.select(*_columns(table)).limit(MOST_ROWS)).fetchall()
    found: Dict[str, List[str]] = {}
    for column in table.columns:
        kinds = {type(row._mapping[column]).__name__ for row in rows}
        found[column.name] = sorted(kinds - ({"NoneType"} if column.nullable else set()))
        if rows and isinstance(column.type, (sa.ARRAY, sa.JSON)):
            found[column.name] = _stored(connection, table, column) or found[column.name]
    return found


def _stored(connection: Any, table: Any, column: Any) -> List[str]:
    """The server's type where the models take it for an array or for JSON, and it is none.

    SQLAlchemy makes a list of the characters of a text, and leaves a text that stands for JSON as it is.
    """
    kind = sa.cast(sa.func.pg_typeof(column), sa.Text)
    name = str(connection.execute(sa.select(*_given(kind)).select_from(table).limit(1)).scalar())
    fits = name.endswith("[]") if isinstance(column.type, sa.ARRAY) else name in ("json", "jsonb")
    return [] if fits else [name]


def _columns(table: Any) -> Any:
    return _given(*table.columns)


def _given(*columns: Any) -> Any:
    """As SQLAlchemy 1.3 wants them, and later ones."""
    return columns if sa.__version__ >= "1.4" else [list(columns)]
