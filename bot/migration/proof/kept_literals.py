"""Texts that are the server's own literals of another type, and JSON that became a string of JSON.

Pure. In: the rows before and after the upgrade, with their catalogs. Out: converted and new columns that hold
`\\x616263` for bytes, `{a,b}` for an array, `"text"` for JSON: a program that reads texts expects something else. Types
whose literal is what people write anyway (numbers, dates, uuid, network addresses, labels, XML …) are none of these.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.migration.intent.expected_data import ExpectedData
from bot.migration.planner.casts import bare, family
from bot.migration.planner.change import Column
from bot.migration.proof.rows import RowSnapshot
from bot.model import ObjectKey
from bot.schema.objects import type_key
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext import quote

_LITERAL = frozenset({"array", "bytea", "money", "json", "composite", "range", "multirange", "hstore"})
_TRIVIAL = frozenset({"", "{}", "\\x", '""', "empty", "(,)"})  # which other columns hold as well
# What the author probably means, by the kind of the old column.
_MEANT = {
    "bytea": "convert_from({old}, 'UTF8')",
    "array": "array_to_string({old}, ',')",
    "money": "{old}::numeric::text",
    "json": "{old} #>> '{{}}'",
    "hstore": "hstore_to_json({old})::text",
    "range": "concat_ws(' - ', lower({old}), upper({old}))",
    "text": "{old}::{new}",
}


@dataclass(frozen=True)
class KeptLiteral:
    """`rows` values of `new` that are literals of `old`, a column of `kind`; `value` is one of them."""

    old: Column
    new: Column
    kind: str
    type: str
    rows: int
    value: str

    @property
    def meant(self) -> str:
        """SQL that makes a plain value of the old one; empty where there is no such expression for all."""
        return _MEANT.get(self.kind, "").format(old=quote.name(self.old[2]), new=self.type)


def kept(
    before: RowSnapshot, after: RowSnapshot, schemas: tuple[Snapshot, Snapshot], expected: ExpectedData
) -> Iterator[KeptLiteral]:
    """Columns that are converted, and new ones, beside the old columns that their values are literals of."""
    old, new = schemas
    sources = {_column(key): _kind(old, attributes) for key, attributes in old.of("column").items()}
    if not any(kind in _LITERAL for kind in sources.values()) and "text" not in sources.values():
        return
    for key, attributes in new.of("column").items():
        column, kind = _column(key), _kind(new, attributes)
        wanted = _LITERAL if kind == "text" else {"text"} if kind == "json" else frozenset[str]()
        origin = expected.old_column(column)
        candidates = [origin] if origin in sources else sources
        for source in candidates if wanted and sources.get(origin) != kind else ():
            if sources[source] in wanted:
                literals = _literals(before, source, sources[source])
                found = [value for value in _values(after, column) if value in literals]
                if found:
                    yield KeptLiteral(source, column, sources[source], attributes["type"], len(found), found[0])
                    break


def _column(key: ObjectKey) -> Column:
    return key.schema, key.parent, key.name


def _kind(snapshot: Snapshot, attributes: Attributes) -> str:
    """A word for what matters of a type here; domains are looked through."""
    name, kind = str(attributes["type"]), attributes.get("type_kind", "base")
    if kind == "domain":
        domain = snapshot.objects.get(type_key("domain", attributes))
        name = str(domain["base"]) if domain else name
    if attributes.get("array") or name.endswith("[]"):
        return "array"
    return kind if kind in _LITERAL else family(bare(name))


def _literals(rows: RowSnapshot, column: Column, kind: str) -> Collection[str]:
    """What stands in the new column where the values of the old one were not made plain."""
    values = {value for value in _values(rows, column) if value not in _TRIVIAL}
    if kind == "json":
        return {value for value in values if value.startswith('"')}  # other JSON is a text as good as any
    return {json.dumps(value, ensure_ascii=False) for value in values if _is_json(value)} if kind == "text" else values


def _is_json(text: str) -> bool:
    try:
        return text[:1] in "{[" and isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _values(rows: RowSnapshot, column: Column) -> Iterator[str]:
    there = rows.tables.get(column[:2])
    if there is not None and column[2] in there.columns:
        place = there.columns.index(column[2])
        yield from (value for row in there.rows if (value := row[place]) is not None)
