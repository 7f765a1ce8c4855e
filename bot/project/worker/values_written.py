"""What the models write where the server's type does not say it: labels, words of the project's own types, identities.

In: columns and mappers. Out: per column what becomes of sample values, per table what distinguishes the classes of its
rows. The types are the project's code: each is tried with a few values, and what it refuses is left out.
"""

import datetime
import decimal
import enum
import hashlib
import json
import time
import uuid
from contextlib import suppress
from typing import Any, Callable, Dict, Iterator, List, Tuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.types import TypeDecorator

from . import sources

_DIALECT: Any = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]
_LONGEST = 60  # characters of a value
_MOST = 200  # labels of an enum
_SECONDS = 2.0  # for all columns of all models: a type may ask a server that is not there
_UTC = datetime.timezone.utc
_SAMPLES: Tuple[Tuple[str, Any], ...] = (
    ("True", True),
    ("False", False),
    ("1", 1),
    ("7", 7),
    ("1.5", 1.5),
    ("'Ab c'", "Ab c"),
    ("'7'", "7"),
    ("b'Ab'", b"Ab"),
    ("['a', 'b']", ["a", "b"]),
    ("{'a': 1}", {"a": 1}),
    ("Decimal('12.34')", decimal.Decimal("12.34")),
    ("date(2024, 2, 29)", datetime.date(2024, 2, 29)),
    ("2024-02-29 12:30 UTC", datetime.datetime(2024, 2, 29, 12, 30, tzinfo=_UTC)),
    ("timedelta(seconds=90)", datetime.timedelta(seconds=90)),
    ("UUID(int=7)", uuid.UUID(int=7)),
)
Written = Dict[str, List[str]]


class Writing:
    """All columns of one answer: they share the time that types of the project's own may take."""

    def __init__(self) -> None:
        self.until = time.monotonic() + _SECONDS

    def of(self, type_: Any) -> Dict[str, Any]:
        """What values are written as, by how Python shows them; nothing for the types whose values are their own.

        `guarded` says that the server itself refuses other labels, `kind` names a class of the project's,
        which `disguises` texts that it gives back as they were.
        """
        item = getattr(type_, "item_type", type_)
        if isinstance(item, sa.Enum):
            native = bool(getattr(item, "native_enum", True))
            return {"writes": _labels(item), "guarded": native or bool(getattr(item, "create_constraint", False))}
        if type(item).__module__.startswith("sqlalchemy.") and not isinstance(item, TypeDecorator):
            return {}
        if not self._there_is_time():
            return {}
        try:
            actual = item.dialect_impl(_DIALECT)
            write = actual.bind_processor(_DIALECT)
            read = actual.result_processor(_DIALECT, None) or _as_it_is
        except Exception:
            return {}
        if write is None:
            return {}
        writes = {name: form for name, value in [*_SAMPLES, *_members(item)] for form in self._tried(write, value)}
        return {
            "writes": writes,
            "kind": type(item).__name__,
            "disguises": any(_disguises(write, read, value) for name, value in _SAMPLES if name in writes),
        }

    def _tried(self, write: Callable[[Any], Any], value: Any) -> Iterator[List[str]]:
        """What a value is written as; nothing where the type refuses it."""
        with suppress(Exception):
            if self._there_is_time():
                once, again = _form(write(value)), _form(write(value))
                yield once if once == again else ["varies", ""]

    def _there_is_time(self) -> bool:
        return time.monotonic() < self.until


def _as_it_is(value: Any) -> Any:
    return value


def _disguises(write: Callable[[Any], Any], read: Callable[[Any], Any], value: Any) -> bool:
    """Whether a text, or bytes, come back as they went in and are other on the server: not as JSON, which may have been
    written by hand before."""
    if not isinstance(value, (str, bytes)):
        return False
    try:
        written = write(value)
        other = _form(written) != _form(value) and (isinstance(value, bytes) or written != json.dumps(value))
        return other and bool(read(written) == value)
    except Exception:
        return False


def _labels(type_: Any) -> Written:
    lookup = getattr(type_, "_valid_lookup", {})
    members = getattr(type_, "enum_class", None)
    if members is None:
        return {str(label): ["text", str(label)] for label in type_.enums[:_MOST]}
    return {member.name: ["text", str(lookup[member])] for member in list(members)[:_MOST] if member in lookup}


def _members(type_: Any) -> List[Tuple[str, Any]]:
    """Members of the Python enum that a type of the project's is made for, if it keeps one."""
    places = [vars(type_), vars(getattr(type_, "impl", type_))]
    classes = [c for place in places for c in place.values() if isinstance(c, type) and issubclass(c, enum.Enum)]
    return [(member.name, member) for member in list(classes[0])[:_MOST]] if classes else []


def _form(value: Any) -> List[str]:
    """A value as it goes to the driver: its kind, and the value as text."""
    if isinstance(value, enum.Enum) and not isinstance(value, (str, int)):
        return ["other", value.name]
    if value is None or isinstance(value, bool):
        return ["constant", str(value)]
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        value = value.astimezone(_UTC).replace(tzinfo=None)
    if isinstance(value, (int, float, decimal.Decimal)):
        return ["number", _short(format(value, "d") if isinstance(value, int) else str(value))]
    if isinstance(value, (str, uuid.UUID)):
        return ["text", _short(str.__str__(value) if isinstance(value, str) else str(value))]
    if isinstance(value, (bytes, bytearray, memoryview)):
        return ["bytes", _short(bytes(value).hex())]
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        return ["moment", str(value)]
    if isinstance(value, (list, tuple, dict)):
        return ["other", _short(repr(value))]
    return ["other", type(value).__name__]  # what the driver makes of it is the driver's affair


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return text[:20] + " ... " + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def identities() -> Dict[int, Dict[str, Any]]:
    """By the identity of a table: the column that says of which class a row is, and what each class writes there."""
    found: Dict[int, Dict[str, Any]] = {}
    for mapper in sources.mappers():
        column = getattr(mapper, "polymorphic_on", None)
        identity = getattr(mapper, "polymorphic_identity", None)
        table = getattr(column, "table", None)
        if not isinstance(column, sa.Column) or table is None or identity is None:
            continue
        place = found.setdefault(id(table), {"discriminator": column.name, "identities": {}})
        place["identities"].setdefault(mapper.class_.__name__, _written(identity, column.type))
    return found


def _written(identity: Any, type_: Any) -> List[str]:
    """A member of an enum has the label that its column writes."""
    if isinstance(identity, enum.Enum) and isinstance(type_, sa.Enum):
        return _labels(type_).get(identity.name, ["other", identity.name])
    return _form(identity)
