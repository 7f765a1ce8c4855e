"""What authors want to become of the data, and values that a new type cannot hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.migration.planner.change import Column
from bot.model import ObjectKey

Table = tuple[str, str]  # schema, table


@dataclass(frozen=True)
class ExpectedData:
    """What becomes of the data on purpose, by old names.

    `tables` and `columns` give new names; `values` gives, per column, new values for old ones; `converted` are
    columns whose values take another form, `assumed` those of them whose conversion is the bot's own guess, which the
    author is asked about; `filled` are columns in which NULL may become a value.
    """

    tables: Mapping[Table, Table] = field(default_factory=dict)
    columns: Mapping[Column, str] = field(default_factory=dict)
    values: Mapping[Column, Mapping[str, str]] = field(default_factory=dict)
    converted: frozenset[Column] = frozenset()
    assumed: frozenset[Column] = frozenset()
    filled: frozenset[Column] = frozenset()

    def new_table(self, table: Table) -> Table:
        """What a table of the old schema is called in the new one."""
        return self.tables.get(table, table)

    def new_column(self, column: Column) -> Column:
        """What a column of the old schema is called in the new one."""
        return (*self.new_table(column[:2]), self.columns.get(column, column[2]))

    def old_column(self, column: Column) -> Column:
        """What a column of the new schema was called in the old one."""
        table = next((old for old, new in self.tables.items() if new == column[:2]), column[:2])
        named = (old for old, new in self.columns.items() if old[:2] == table and new == column[2])
        return next(named, (*table, column[2]))


@dataclass(frozen=True)
class ChangedValues:
    """`rows` values that the column's new type cannot hold; `value` is one, and `instead` what it became.

    `declared` tells that a statement of the author's says what they become; `alike` are some more values that became
    the same as `value`, or were it before: the downgrade cannot tell them apart.
    """

    old: ObjectKey
    new: ObjectKey
    before_type: str
    after_type: str
    rows: int
    value: str
    instead: str | None
    declared: bool = False
    alike: tuple[str, ...] = ()
