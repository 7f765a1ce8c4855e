"""What authors want to become of the data, and values that a new type cannot hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model import ObjectKey


@dataclass(frozen=True)
class ExpectedData:
    """What becomes of the data on purpose, by old names.

    `tables`: "schema.table" to its new name; `columns`: "schema.table.column" to the column's new name;
    `values`: per column, old value to new one; `converted`: columns whose values take another form;
    `filled`: columns in which NULL may become a value.
    """

    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    converted: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ChangedValues:
    """`rows` values that the column's new type cannot hold; `value` is one, and `instead` what it became."""

    old: ObjectKey
    new: ObjectKey
    before_type: str
    after_type: str
    rows: int
    value: str
    instead: str | None
