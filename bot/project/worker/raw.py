"""Tables as SQL text, for what SQLAlchemy's reflection does not see.

In: a database that has the table. Out: a CREATE TABLE statement as the server's catalog tells it.
"""

from typing import Any, Dict, List, Sequence

from sqlalchemy import text

from . import names

_TABLE = """
SELECT c.oid::bigint AS oid, c.relkind::text AS kind, c.relpersistence::text AS persistence,
       c.reloptions AS options, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound,
       pg_catalog.pg_get_partkeydef(c.oid) AS partitioning,
       ARRAY(SELECT i.inhparent::pg_catalog.regclass::text FROM pg_catalog.pg_inherits i
             WHERE i.inhrelid = c.oid ORDER BY i.inhseqno) AS parents
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relname = :name
"""
_COLUMNS = """
SELECT pg_catalog.quote_ident(a.attname) AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       a.attnotnull AS required, a.attidentity::text AS identity, a.attgenerated::text AS computed,
       pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS value,
       CASE WHEN a.attcollation <> t.typcollation
            THEN a.attcollation::pg_catalog.regcollation::text END AS collation,
       pg_catalog.pg_get_serial_sequence(:relation, a.attname) AS sequence
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = :oid AND a.attnum > 0 AND NOT a.attisdropped AND (a.attislocal OR a.attinhcount = 0)
ORDER BY a.attnum
"""
_CONSTRAINTS = """
SELECT pg_catalog.quote_ident(conname) AS quoted, conname AS name,
       pg_catalog.pg_get_constraintdef(oid) AS definition
FROM pg_catalog.pg_constraint
WHERE conrelid = :oid AND contype IN ('p', 'u', 'c', 'x', 'f') AND conislocal AND conparentid = 0
ORDER BY contype = 'f', conname
"""
_SERIAL = {"integer": "SERIAL", "bigint": "BIGSERIAL", "smallint": "SMALLSERIAL"}


def is_special(connection: Any, schema: str, name: str) -> bool:
    """Whether there is more to it than reflection shows: partitions, inheritance, persistence, options."""
    row = _row(connection, schema, name)
    return bool(row and (row["kind"] == "p" or row["persistence"] != "p" or row["options"] or row["parents"]))


def create_table(connection: Any, schema: str, name: str, without: Sequence[str]) -> str:
    """The statement, less the constraints named in `without`."""
    row = _row(connection, schema, name)
    given = {"oid": row["oid"], "relation": _quoted(connection, schema, name)}
    columns = [_column(item) for item in _rows(connection, _COLUMNS, given)]
    constraints = [
        "CONSTRAINT {quoted} {definition}".format(**item)
        for item in _rows(connection, _CONSTRAINTS, {"oid": row["oid"]})
        if item["name"] not in without
    ]
    word = "CREATE UNLOGGED TABLE" if row["persistence"] == "u" else "CREATE TABLE"
    head = "{} {}".format(word, _shown(connection, schema, name))
    if row["bound"]:
        body = " (\n  {}\n)".format(",\n  ".join(constraints)) if constraints else ""
        head = "{} PARTITION OF {}{} {}".format(head, row["parents"][0], body, row["bound"])
    else:
        head = "{} (\n  {}\n)".format(head, ",\n  ".join(columns + constraints))
        if row["parents"]:
            head += " INHERITS ({})".format(", ".join(row["parents"]))
    if row["partitioning"]:
        head += " PARTITION BY {}".format(row["partitioning"])
    return head + (" WITH ({})".format(", ".join(row["options"])) if row["options"] else "")


def _column(item: Dict[str, Any]) -> str:
    words = [item["name"], item["type"]]
    if item["sequence"] and not item["identity"] and item["type"] in _SERIAL:
        return " ".join([item["name"], _SERIAL[item["type"]]])
    if item["collation"]:
        words.append("COLLATE " + item["collation"])
    if item["identity"]:
        words.append("GENERATED {} AS IDENTITY".format("ALWAYS" if item["identity"] == "a" else "BY DEFAULT"))
    elif item["computed"]:
        words.append(
            "GENERATED ALWAYS AS ({}) {}".format(item["value"], "STORED" if item["computed"] == "s" else "VIRTUAL")
        )
    elif item["value"] is not None:
        words.append("DEFAULT " + item["value"])
    return " ".join(words + (["NOT NULL"] if item["required"] else []))


def _row(connection: Any, schema: str, name: str) -> Dict[str, Any]:
    rows = _rows(connection, _TABLE, {"schema": schema, "name": name})
    return rows[0] if rows else {}


def _rows(connection: Any, query: str, given: Dict[str, Any]) -> List[Dict[str, Any]]:
    # `text()` would take the casts' second colon for nothing, but a parameter after one for text.
    return [dict(row._mapping) for row in connection.execute(text(query), given)]


def _quoted(connection: Any, schema: str, name: str) -> str:
    return "{}.{}".format(*(names.in_quotes(connection.dialect, part) for part in (schema, name)))


def _shown(connection: Any, schema: str, name: str) -> str:
    parts = [name] if schema == "public" else [schema, name]
    return ".".join(names.quoted(connection.dialect, part) for part in parts)
