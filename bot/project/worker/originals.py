"""Where the definitions in a migration come from: the models, else a database that has the schema.

In: env.py's metadata and the address of a database. Out: tables and columns as SQLAlchemy objects,
and whatever SQLAlchemy cannot express as SQL text.
"""

from typing import Any, Dict, List, Optional

from sqlalchemy import MetaData, Table, create_engine, inspect, text
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.elements import conv

from .connection import redirect
from .problems import Problem

_FORMAT_TYPE = """
SELECT pg_catalog.format_type(a.atttypid, a.atttypmod)
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relname = :name AND a.attname = :column
"""


class Originals:
    """One side of a migration. `connection` is to a database that has that side's schema."""

    def __init__(self, models: List[Any], connection: Any, impl: Any, use_models: bool) -> None:
        self.connection = connection
        self._metadata = models if use_models else []
        self._convention = any(set(item.naming_convention) - {"ix"} for item in models)
        self._impl = impl
        self._reflected: Dict[Any, Any] = {}
        self._inspector: Optional[Any] = None
        self.schemas: Dict[Any, str] = {}  # the tenant's in place of the models'

    def declared(self, schema: str, name: str) -> Optional[Any]:
        """The models' table."""
        for metadata in self._metadata:
            for table in metadata.tables.values():
                if table.name == name and (table.schema or "public") == schema:
                    return table
        return None

    def column(self, op: Dict[str, Any]) -> Optional[Any]:
        """The column that an operation is about, by its name in the database."""
        for source in (self.declared, self.reflected):
            found = source(op.get("schema") or "public", op["table"])
            for column in () if found is None else found.columns:
                if column.name == op["column"]:
                    return column
        return None

    def required(self, op: Dict[str, Any]) -> Any:
        """The same; raises `Problem` when there is none."""
        found = self.column(op)
        if found is None:
            text = "column {table}.{column} is neither in the models nor in the database".format(**op)
            raise Problem("operation", text)
        return found

    def reflected(self, schema: str, name: str) -> Optional[Any]:
        """The database's table, serial columns as Alembic sees them; None when it has no such table."""
        key = (schema, name)
        if key not in self._reflected:
            self._reflected[key] = self._reflect(schema, name)
        return self._reflected[key]

    def _reflect(self, schema: str, name: str) -> Optional[Any]:
        if self._inspector is None:
            self._inspector = inspect(self.connection)
        where = self.schemas.get(None if schema == "public" else schema, None if schema == "public" else schema)
        # Inspectors of SQLAlchemy 1.3 do not know.
        if not self.connection.dialect.has_table(self.connection, name, schema=where):
            return None
        inspector = self._inspector

        def adjust(_inspector: Any, table: Any, info: Any) -> None:
            self._impl.autogen_column_reflect(inspector, table, info)

        table = Table(
            name,
            MetaData(),
            schema=where,
            autoload_with=self.connection,
            resolve_fks=False,
            listeners=[("column_reflect", adjust)],
        )
        for constraint in table.constraints if self._convention else ():
            constraint.name = conv(str(constraint.name)) if constraint.name else None
        return table

    def is_reflected(self, table: Any) -> bool:
        """Whether a table was read from the database."""
        return any(table is other for other in self._reflected.values())

    def has_convention(self) -> bool:
        """Whether the models' metadata makes names of constraints."""
        return self._convention

    def type_text(self, op: Dict[str, Any]) -> str:
        """The type of an operation's column as the server writes it."""
        schema = op.get("schema") or None
        given = {"schema": self.schemas.get(schema, schema) or "public", "name": op["table"], "column": op["column"]}
        return str(self.connection.execute(text(_FORMAT_TYPE), given).scalar())

    def foreign_key_columns(self, schema: str, table: str) -> Dict[str, List[str]]:
        """Columns of the foreign keys by the names that the database gave them."""
        found = self.reflected(schema, table)
        keys = () if found is None else found.foreign_key_constraints
        return {str(key.name): [element.parent.name for element in key.elements] for key in keys}


def connect(url: Any, address: Dict[str, Any]) -> Any:
    """A connection like env.py's, to another database of the task."""
    redirect.address, before = address, redirect.address
    try:
        return create_engine(url, poolclass=NullPool).connect()
    finally:
        redirect.address = before
