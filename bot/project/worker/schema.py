"""Builds what the models declare, in place of the migrations, and says what they are.

In: a database. Out: what the client calls `Models`. It runs outside any transaction, as CREATE
INDEX CONCURRENTLY and others want it, on env.py's own connection: with its search_path and its listeners.
"""

from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Dict, Iterator, List, Tuple

from sqlalchemy import Enum, MetaData, Table, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchTableError

from . import comparators, defaults, environment, names, rendering, sources, values_written
from .problems import Problem


def create_all(spec: Dict[str, Any], over: bool = False) -> Dict[str, Any]:
    """Create all tables of all metadata that env.py hands to Alembic, `over` what a history has left of theirs."""
    found: Dict[str, Any] = {"tables": [], "excluded": [], "version_tables": [], "tenants": []}

    def build(_revision: Any, context: Any) -> List[Any]:
        metadata = environment.metadata_of(context)
        with _autocommit(context.connection) as connection:
            for schema in _schemas(metadata, _translated(context)):
                quoted = names.in_quotes(context.dialect, schema)
                connection.execute(text(rendering.escaped("CREATE SCHEMA IF NOT EXISTS {}".format(quoted))))
            for item in metadata:
                if over:
                    _drop_own(connection, item)
                _create_forgotten(connection, item)
                item.create_all(connection)
        said = dict(_describe(spec, context, metadata), comparator_failure=_create_others(context) if metadata else "")
        schemas = {table["schema"] or "public" for table in said["tables"]}
        found["tenants"] += sorted(schemas - {table["schema"] or "public" for table in found["tables"]})
        if not found["tables"]:
            found["tenants"] = []  # the first one's are no others
        for name in ("tables", "excluded", "version_tables"):  # of each tenant, if there are any
            found[name] += [item for item in said.pop(name) if item not in found[name]]
        found.update(said)
        return []

    configured = environment.run(spec, build, dont_mutate=True)
    if spec.get("database") is None and configured.databases:
        raise Problem("databases", "env.py has several databases", configured.databases)
    found["concurrently"] = _concurrent(configured.metadata)
    found["elsewhere"] = configured.elsewhere
    return found


def _create_forgotten(connection: Any, metadata: Any) -> None:
    """Create enum types that no table makes: SQLModel shares columns among classes, which lose their events."""
    for table in metadata.tables.values():
        for type_ in (column.type for column in table.columns if isinstance(column.type, Enum)):
            heard = any(getattr(listener, "target", None) is type_ for listener in table.dispatch.before_create)
            of_table = (
                type_.native_enum and type_.name and type_.metadata is None and getattr(type_, "create_type", True)
            )
            if of_table and not heard and getattr(type_, "_create_events", True):
                type_.create(connection, checkfirst=True)


def _drop_own(connection: Any, metadata: Any) -> None:
    """Drop types and sequences that the metadata makes itself, unless something that stays depends on them."""
    found = list(getattr(metadata, "_sequences", {}).values())
    for table in metadata.tables.values():
        types = [column.type for column in table.columns]
        types += [type_.item_type for type_ in types if hasattr(type_, "item_type")]
        types += [type_.impl for type_ in types if hasattr(type_, "impl")]
        found += [type_ for type_ in types if hasattr(type_, "drop") and getattr(type_, "create_type", True)]
    for item in found:
        with suppress(DBAPIError):
            item.drop(connection, checkfirst=True)


Schemas = Dict[Any, Any]


def _translated(context: Any) -> Schemas:
    """Schemas that the connection puts in place of the models', as for tenants."""
    options = context.connection.get_execution_options()
    return dict(options.get("schema_translate_map") or {})


def schemas_of(context: Any) -> Schemas:
    """The same, with the schema that a table is made in which has none; None stands for `public`."""
    found = _translated(context)
    usual = _current_schema(context.connection)
    found[None] = found.get(None) or (None if usual == "public" else usual)
    return found


def _create_others(context: Any) -> str:
    """What only the project's own comparators know of; why they failed, if they did."""
    raw = context.connection.connection
    try:
        comparators.create(context)
    except Exception as error:
        raw.rollback()
        return "{}: {}".format(type(error).__name__, error)
    raw.commit()
    return ""


@contextmanager
def _autocommit(connection: Any) -> Iterator[Any]:
    """Below SQLAlchemy, which would refuse it inside a transaction that env.py has begun."""
    raw = connection.connection
    driver = getattr(raw, "dbapi_connection", None) or raw.connection
    raw.commit()
    try:
        connection.dialect.set_isolation_level(driver, "AUTOCOMMIT")
        reset = partial(connection.dialect.reset_isolation_level, driver)
    except ArgumentError:  # SQLAlchemy 1.3 does not know that PyGreSQL can
        driver.autocommit = True
        reset = partial(setattr, driver, "autocommit", False)
    try:
        yield connection
    finally:
        reset()


def _schemas(metadata: List[Any], translated: Schemas) -> List[str]:
    """Schemas of tables, sequences and types, in order of appearance."""
    names: List[str] = []
    for item in metadata:
        objects = [*item.tables.values(), *getattr(item, "_sequences", {}).values()]
        objects += [column.type for table in item.tables.values() for column in table.columns]
        given = [getattr(each, "schema", None) for each in objects]
        names += [translated.get(schema, schema) or "public" for schema in given]
    return [name for name in dict.fromkeys(names) if name != "public"]


def _describe(spec: Dict[str, Any], context: Any, metadata: List[Any]) -> Dict[str, Any]:
    options = context.opts
    tables = [table for item in metadata for table in item.tables.values()]
    places, identities, writing = (
        sources.places(spec["checkout"]),
        values_written.identities(),
        values_written.Writing(),
    )
    schemas = schemas_of(context)
    usual = _current_schema(context.connection)
    version_schema = options.get("version_table_schema")
    return {
        "tables": [
            dict(
                _table(table, schemas, context.dialect, writing),
                **places.get(id(table), {}),
                **identities.get(id(table), {}),
            )
            for table in tables
        ],
        "version_tables": [[version_schema or usual, options.get("version_table") or "alembic_version"]],
        "version_table": options.get("version_table") or "alembic_version",
        "version_table_schema": version_schema,
        "include_schemas": bool(options.get("include_schemas")),
        "compare_server_default": bool(options.get("compare_server_default")),
        "naming_convention": any(set(item.naming_convention) - {"ix"} for item in metadata),
        "metadata_empty": not tables,
        "excluded": _excluded(options, tables, schemas),
        "dialect": context.dialect.name,
        "driver": context.dialect.driver,
    }


def _current_schema(connection: Any) -> str:
    """Where a table without a schema is made: search_path often distinguishes tenants."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute("SELECT pg_catalog.current_schema()")
        return str(cursor.fetchone()[0] or "public")
    finally:
        cursor.close()


def _table(table: Any, schemas: Schemas, dialect: Any, writing: values_written.Writing) -> Dict[str, Any]:
    return {
        "schema": schemas.get(table.schema, table.schema),
        "name": table.name,
        "columns": [dict(_column(column, dialect), **writing.of(column.type)) for column in table.columns],
    }


def _column(column: Any, dialect: Any) -> Dict[str, Any]:
    default, callable_name = defaults.of(column)
    return {
        "name": column.name,
        "default": default,
        "callable_name": callable_name,
        "nullable": bool(column.nullable),
        "server_default": column.server_default is not None,
        "type": _shown(column.type, dialect),
    }


def _shown(type_: Any, dialect: Any) -> str:
    try:
        return str(type_.compile(dialect=dialect))
    except Exception:
        return repr(type_)  # a type that only some dialects know


def _concurrent(metadata: List[Any]) -> List[str]:
    """Names of indexes that the models want built without locking the table."""
    return sorted(
        index.name
        for item in metadata
        for table in item.tables.values()
        for index in table.indexes
        if index.name and index.dialect_options["postgresql"].get("concurrently")
    )


Key = Tuple[str, str, str, str]


def _excluded(options: Dict[str, Any], tables: List[Any], schemas: Schemas) -> List[Key]:
    """What env.py's filters keep from autogenerate, as (kind, schema, table, name)."""
    by_object, by_name = options.get("include_object"), options.get("include_name")
    found: List[Key] = []
    for table in tables:
        schema = schemas.get(table.schema, table.schema) or "public"
        parents = {"schema_name": table.schema, "schema_qualified_table_name": table.fullname}
        if _says_no(by_name, table.name, "table", parents) or _says_no(
            by_object, table, table.name, "table", False, None
        ):
            found.append(("table", schema, table.name, table.name))
            continue
        inside = [("column", column) for column in table.columns]
        inside += [("index", index) for index in table.indexes]
        parents = dict(parents, table_name=table.name)
        for kind, item in inside:
            if _says_no(by_name, item.name, kind, parents) or _says_no(by_object, item, item.name, kind, False, None):
                found.append((kind, schema, table.name, str(item.name)))
    return found


def left_out(spec: Dict[str, Any], objects: List[List[str]]) -> List[Key]:
    """Which of these objects of the database, as (kind, schema, table, name), env.py keeps from autogenerate."""
    found: List[Key] = []

    def look(_revision: Any, context: Any) -> List[Any]:
        reflected: Dict[Tuple[str, str], Any] = {}
        for kind, schema, parent, name in objects:
            key = (schema, parent or name)
            if key not in reflected:
                reflected[key] = _reflect(context, *key)
            if reflected[key] is not None and _leaves_out(context.opts, reflected[key], kind, name):
                found.append((kind, schema, parent, name))
        return []

    environment.run(spec, look, dont_mutate=True)
    return found


def _reflect(context: Any, schema: str, name: str) -> Any:
    where = None if schema == "public" else schema
    try:
        return Table(name, MetaData(), schema=where, autoload_with=context.connection, resolve_fks=False)
    except NoSuchTableError:
        return None


def _leaves_out(options: Dict[str, Any], table: Any, kind: str, name: str) -> bool:
    if table.schema is not None and not options.get("include_schemas"):
        return True
    by_object, by_name = options.get("include_object"), options.get("include_name")
    parents = {"schema_name": table.schema, "schema_qualified_table_name": table.fullname}
    if _says_no(by_name, table.name, "table", parents) or _says_no(by_object, table, table.name, "table", True, None):
        return True
    items = {"column": table.columns, "index": table.indexes, "constraint": table.constraints}.get(kind, ())
    item = next((item for item in items if str(item.name) == name), None)
    if item is None:
        return False
    word = _FILTERED.get(type(item).__name__, kind)
    parents = dict(parents, table_name=table.name)
    return _says_no(by_name, name, word, parents) or _says_no(by_object, item, name, word, True, None)


# What env.py's filters call the constraints.
_FILTERED = {"UniqueConstraint": "unique_constraint", "ForeignKeyConstraint": "foreign_key_constraint"}


def _says_no(decide: Any, *arguments: Any) -> bool:
    """A filter that fails here is left for autogenerate to report."""
    try:
        return decide is not None and not decide(*arguments)
    except Exception:
        return False
