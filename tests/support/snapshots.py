"""Snapshots made by hand, as short as a test needs them."""

from typing import Any

from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot

COLUMN = {"type": "integer", "type_schema": "pg_catalog", "type_name": "int4", "type_kind": "base"}


def snapshot(*objects: tuple[ObjectKey, dict[str, Any]]) -> Snapshot:
    return Snapshot(dict(objects))


def table(name: str, schema: str = "public", **attributes: Any) -> tuple[ObjectKey, dict[str, Any]]:
    return ObjectKey("table", schema, "", name), {"kind": "r", "persistence": "p", **attributes}


def column(of: str, name: str, schema: str = "public", **attributes: Any) -> tuple[ObjectKey, dict[str, Any]]:
    return ObjectKey("column", schema, of, name), {**COLUMN, "position": 1, **attributes}


def foreign_key(of: str, name: str, to: str, columns: list[str], **attributes: Any) -> tuple[ObjectKey, dict[str, Any]]:
    definition = f"FOREIGN KEY ({', '.join(columns)}) REFERENCES {to}(id)"
    return ObjectKey("constraint", "public", of, name), {
        "type": "f",
        "columns": columns,
        "definition": definition,
        "references_schema": "public",
        "references_table": to,
        "references_columns": ["id"],
        **attributes,
    }


def key(of: str, name: str, columns: list[str], kind: str = "p") -> tuple[ObjectKey, dict[str, Any]]:
    word = {"p": "PRIMARY KEY", "u": "UNIQUE"}[kind]
    attributes = {"type": kind, "columns": columns, "definition": f"{word} ({', '.join(columns)})"}
    return ObjectKey("constraint", "public", of, name), attributes


def sequence(name: str, schema: str = "public", **attributes: Any) -> tuple[ObjectKey, dict[str, Any]]:
    usual = {
        "type": "bigint",
        "increment": 1,
        "minimum": 1,
        "maximum": 2**63 - 1,
        "start": 1,
        "cache": 1,
        "cycle": False,
    }
    return ObjectKey("sequence", schema, "", name), {**usual, "persistence": "p", **attributes}
