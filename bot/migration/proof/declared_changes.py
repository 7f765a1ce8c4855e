"""What an author's own statements declare of rows: a change that is written down is asked about, not held against them.

In: the statements of a run. Out: the assignments to a column, the deletions from a table and the rows put into it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from bot.migration.intent.expected_data import Table
from bot.migration.planner.change import Column
from bot.sqltext.dml import effects
from bot.sqltext.row_effects import Assignment, Deletion, Effect, Insertion, Renaming, TableName


@dataclass(frozen=True)
class DeclaredChanges:
    """`statements` are the SQL of the author's migrations in one direction; there are none in generated files."""

    statements: tuple[str, ...] = ()

    @cached_property
    def _effects(self) -> list[Effect]:
        return effects(self.statements)

    def assignments(self, *columns: Column) -> list[Assignment]:
        """The values that statements give to a column, under any of its names."""
        found = []
        for effect in self._effects:
            if isinstance(effect, Assignment):
                found += [effect for schema, table, column in columns if self._means(effect, schema, table, column)]
        return list(dict.fromkeys(found))

    def is_renamed_to(self, column: Column) -> bool:
        """Whether another column of the table gets the name of this one."""
        schema, table, name = column
        return any(
            isinstance(effect, Renaming) and effect.column and effect.new_name == name
            for effect in self._effects
            if self._is(effect.table, schema, table)
        )

    def _means(self, effect: Assignment, schema: str, table: str, column: str) -> bool:
        names = {column} | {
            rename.column
            for rename in self._effects
            if isinstance(rename, Renaming) and rename.column and rename.new_name == column
        }
        return effect.column in names and self._is(effect.table, schema, table)

    def _is(self, name: TableName, schema: str, table: str) -> bool:
        former = [
            rename.table.name
            for rename in self._effects
            if isinstance(rename, Renaming) and not rename.column and rename.new_name == table
        ]
        return any(name.means(schema, one) for one in (table, *former))

    def deletions(self, *tables: Table) -> list[Deletion]:
        """The statements that delete rows of a table, under any of its names."""
        return [e for e in self._effects if isinstance(e, Deletion) and self._names(e.table, tables)]

    def insertions(self, *tables: Table) -> list[Insertion]:
        """The statements that put rows into a table, under any of its names."""
        return [e for e in self._effects if isinstance(e, Insertion) and self._names(e.table, tables)]

    def _names(self, name: TableName, tables: Iterable[Table]) -> bool:
        # What filled a table that took the place of an older one is no change that was declared for the older one.
        return any(name.means(schema, table) for schema, table in tables)
