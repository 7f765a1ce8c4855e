"""The canonical form of a value, made with the type of its column: the same text for the same value.

Pure. In: a value as the server writes it, and what the catalog says of its column. Out: text. Types that are not
known here keep the server's own text, so that what is not understood is compared and not excused.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from bot.migration.planner.casts import bare
from bot.schema.objects import type_key
from bot.schema.snapshots import Attributes, Snapshot

Value = str | None
Form = Callable[[str], str]

_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision", "oid"})
_MOMENTS = frozenset({"date", "timestamp without time zone", "timestamp with time zone"})


def form_of(snapshot: Snapshot, column: Attributes) -> Form:
    """How values of a column are brought into their canonical form."""
    base = _base(snapshot, column)
    if base.endswith("[]"):
        element = _plain(bare(base))
        return element if element is str else lambda text: _array(text, element)
    return _plain(bare(base))


def _base(snapshot: Snapshot, column: Attributes) -> str:
    """The type that a column's values are stored in; domains are looked through."""
    name: str = column["type"]
    if column.get("type_kind") != "domain":
        return name
    domain = snapshot.objects.get(type_key("domain", column))
    if domain is None:
        return name
    return f"{domain['base']}[]" if column.get("array") else str(domain["base"])


def _plain(type_name: str) -> Form:
    if type_name in _NUMBERS:
        return _number
    if type_name in _MOMENTS:
        return _moment
    if type_name == "boolean":
        return lambda text: {"t": "true", "f": "false"}.get(text, text)
    if type_name == "character":
        return lambda text: text.rstrip(" ")
    if type_name in ("json", "jsonb"):
        return _json
    return str


@lru_cache(maxsize=16384)  # the same numbers stand in many rows, which are read after each step
def _number(text: str) -> str:
    try:
        return f"{Decimal(text).normalize():f}"
    except (InvalidOperation, OverflowError):
        return text


def _moment(text: str) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{text}T00:00:00"
    if not re.match(r"\d{4}-\d\d-\d\d[ T]\d\d:", text):
        return text
    try:
        moment = datetime.fromisoformat(re.sub(r"([+-]\d\d)$", r"\1:00", text))
        if moment.tzinfo:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return text
    return moment.isoformat()


def _json(text: str) -> str:
    def number(digits: str) -> Any:
        return {"number": _number(digits)}

    def mapping(found: dict[str, Any]) -> Any:
        return {"object": found}  # or one with the key "number" would be taken for a number

    try:
        read = json.loads(text, parse_float=number, parse_int=number, object_hook=mapping)
        return json.dumps(read, sort_keys=True)
    except (ValueError, RecursionError):
        return text


_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|[^{},;"]+', re.DOTALL)


def _array(text: str, element: Form) -> str:
    """An array's text with its elements in canonical form; NULL elements are left alone."""

    def item(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0] if match[0] == "NULL" else json.dumps(element(match[0]))
        return json.dumps(element(re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL)))

    return _ITEM.sub(item, text)
