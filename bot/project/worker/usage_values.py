"""Values that an application could write into a table of its models: the least, the longest, the smallest.

In: a table, and a row of it that was found. Out: values by the column's key. What the row has is taken where a value
has to be one that the database knows, or that only the project can make.
"""

import datetime
import decimal
import uuid
from typing import Any, Callable, Dict, List, Optional

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

Row = Dict[str, Any]


def least(table: Any, row: Row) -> Row:
    """What has to be there; NULL for the rest, as the ORM sends it."""
    made: Row = {}
    for column in _written(table):
        if column.default is not None or column.server_default is not None:
            continue
        if column.nullable and not column.primary_key:
            made[column.key] = None
        else:
            _put(made, column, ordinary(column, row, fresh=1))
    return made


def longest(table: Any, row: Row) -> Row:
    """Everything, as long and as great as the models allow."""
    return _all(table, row, 2, great=True)


def smallest(table: Any, row: Row) -> Row:
    """Everything, as short and as small as it can be."""
    return _all(table, row, 3, great=False)


def empty(table: Any, row: Row) -> Row:
    """As what was found, with texts that have nothing in them."""
    made: Row = {}
    for column in _written(table):
        text = isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum) and not column.foreign_keys
        _put(made, column, "" if text else ordinary(column, row, 6))
    return made


VARIANTS: Dict[str, Callable[[Any, Row], Row]] = {
    "insert with the least": least,
    "insert with the longest values": longest,
    "insert with the smallest values": smallest,
    "insert with empty texts": empty,
}


def twice(table: Any, row: Row) -> List[Row]:
    """Two rows that have the same values wherever the models allow it."""
    first: Row = {}
    second: Row = {}
    for column in _written(table):
        for number, made in ((4, first), (5, second)):
            _put(made, column, ordinary(column, row, fresh=number))
    return [first, second]


def ordinary(column: Any, row: Row, fresh: int = 0) -> Any:
    """A value of the row that was found; another one where the models allow each only once. None if none is known."""
    if _is_unique(column) and not column.foreign_keys and fresh:
        return _made(column, fresh, great=None)
    found = row.get(column.key)
    return found if found is not None else _made(column, fresh, great=None)


def _all(table: Any, row: Row, fresh: int, great: bool) -> Row:
    made: Row = {}
    for column in _written(table):
        value = row.get(column.key) if column.foreign_keys else _made(column, fresh, great=great)
        _put(made, column, ordinary(column, row, fresh) if value is None else value)
    return made


def _put(made: Row, column: Any, value: Any) -> None:
    if value is not None or (column.nullable and not column.primary_key):
        made[column.key] = value


def _written(table: Any) -> List[Any]:
    """The columns that the application writes: not those that the database makes."""
    return [
        column
        for column in table.columns
        if column.computed is None
        and getattr(column, "identity", None) is None
        and not (column is table.autoincrement_column and not column.foreign_keys)
    ]


def _is_unique(column: Any) -> bool:
    """Alone, or with others: a value that is new is right in any case."""
    table = column.table
    return bool(
        column.unique
        or column.primary_key
        or any(column is other for held in _unique_together(table) for other in held.columns)
    )


def _unique_together(table: Any) -> List[Any]:
    constraints = [each for each in table.constraints if isinstance(each, sa.UniqueConstraint)]
    return constraints + [index for index in table.indexes if index.unique]


class _Wanted:
    """A value of a type; `great` asks for a great one or, if it is False, for a small one."""

    def __init__(self, column_type: Any, number: int, great: Optional[bool]) -> None:
        self.type = column_type
        self.number = number
        self.great = great


def _made(column: Any, fresh: int, great: Optional[bool]) -> Any:
    """A value of a type that is known."""
    # What a type of the project's own takes, it alone knows.
    if column.foreign_keys or isinstance(column.type, sa.types.TypeDecorator):
        return None
    wanted = _Wanted(column.type, 900 + fresh, great)
    return next((make(wanted) for kind, make in _MAKERS if isinstance(column.type, kind)), None)


def _text(wanted: _Wanted) -> Any:
    text = "v{}".format(wanted.number)[: wanted.type.length]
    return text.ljust(wanted.type.length or 300, "x") if wanted.great else text


def _label(wanted: _Wanted) -> Any:
    members = list(wanted.type.enum_class) if wanted.type.enum_class else list(wanted.type.enums)
    return members[-1 if wanted.great else 0] if members else None


def _integer(wanted: _Wanted) -> Any:
    if not wanted.great:
        return wanted.number if wanted.great is None else -wanted.number
    if isinstance(wanted.type, sa.SmallInteger):
        return 31000 + wanted.number
    return (2**40 if isinstance(wanted.type, sa.BigInteger) else 2**31 - 5000) + wanted.number


def _numeric(wanted: _Wanted) -> Any:
    whole = min((wanted.type.precision or 20) - (wanted.type.scale or 0), 20)
    number = 10**whole - 1 if wanted.great else wanted.number if wanted.great is None else -wanted.number
    value = decimal.Decimal(number if abs(number) < 10**whole else 1)
    return value if wanted.type.asdecimal else float(value)


def _moment(wanted: _Wanted) -> Any:
    return _TIME.replace(tzinfo=datetime.timezone.utc if wanted.type.timezone else None)


def _uuid(wanted: _Wanted) -> Any:
    made = uuid.UUID(int=wanted.number)
    return made if getattr(wanted.type, "as_uuid", True) else str(made)


_TIME = datetime.datetime(2026, 1, 1, 12)
_MAKERS: List[Any] = [
    (sa.Enum, _label),
    (sa.Boolean, lambda wanted: bool(wanted.great)),
    (sa.Integer, _integer),
    (sa.Float, lambda wanted: float(wanted.number)),
    (sa.Numeric, _numeric),
    (sa.DateTime, _moment),
    (sa.Date, lambda _: _TIME.date()),
    (sa.Time, lambda _: _TIME.time()),
    (sa.Interval, lambda wanted: datetime.timedelta(seconds=wanted.number)),
    (sa.String, _text),
    (sa.LargeBinary, lambda _: b"v"),
    (sa.JSON, lambda wanted: {"v": wanted.number}),
    (getattr(sa, "Uuid", postgresql.UUID), _uuid),
]
