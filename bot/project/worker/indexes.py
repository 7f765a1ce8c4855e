"""Indexes: the models' own, else what the server's definition of them says."""

import re
from typing import Any, Dict

from alembic.operations import ops

from .columns import schema_of
from .problems import Problem
from .rendering import Exact, Statement

_NAME = r'(?:[a-z_][a-z0-9_$]*|"(?:[^"]|"")+")'
_PLAIN = re.compile(
    r"CREATE (?P<unique>UNIQUE )?INDEX (?:CONCURRENTLY )?\S+ ON (?:ONLY )?\S+ USING (?P<method>\w+)"
    r" \((?P<columns>" + _NAME + "(?:, " + _NAME + r")*)\)(?: WHERE (?P<where>.+))?\Z",
    re.DOTALL,
)


def create(op: Dict[str, Any], sides: Any) -> Any:
    """CREATE INDEX, from the models if they have it."""
    declared = sides.after.declared(op.get("schema") or "public", op["table"])
    for index in () if declared is None else declared.indexes:
        if index.name == op["name"]:
            made: Any = ops.CreateIndexOp.from_index(index)
            made.schema = schema_of(op)
            if op.get("concurrently"):
                made.kw["postgresql_concurrently"] = True
            return made
    definition = op.get("definition")
    if not definition:
        raise Problem("operation", "index {} of {} is not in the models".format(op["name"], op["table"]))
    match = _PLAIN.match(definition)
    if op.get("concurrently") and match is None:
        definition = re.sub(r"\ACREATE (UNIQUE )?INDEX ", r"CREATE \1INDEX CONCURRENTLY ", definition)
    return Statement(definition) if match is None else _from_definition(op, match)


def _from_definition(op: Dict[str, Any], match: Any) -> Any:
    """An index of plain columns; any other is left to its definition."""
    names = [name.strip('"').replace('""', '"') for name in re.findall(_NAME, match["columns"])]
    options: Dict[str, Any] = {} if match["method"] == "btree" else {"postgresql_using": match["method"]}
    if match["where"]:
        options["postgresql_where"] = Exact(match["where"])
    if op.get("autocommit"):
        options["postgresql_concurrently"] = True
    unique = bool(match["unique"])
    return ops.CreateIndexOp(op["name"], op["table"], names, schema=schema_of(op), unique=unique, **options)
