"""What an author's own statements declare of rows: a change that is written down is asked about, not held against them.

In: the statements of a run. Out: the assignments to a column, the deletions from a table and the rows put into it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.migration.intent.expected_data import Table
from bot.migration.planner.change import Column
from bot.sqltext.dml import effects
from bot.sqltext.row_effects import Assignment, Deletion, Effect, Insertion, Renaming, TableName


@dataclass(frozen=True)
class DeclaredChanges:
    """`statements` are the SQL of the author's migrations in one direction; there are none in generated files."""

    statements: tuple[str, ...] = ()

    @property
    def _effects(self) -> tuple[Effect, ...]:
        return _effects_of(self.statements)

    @cached_property
    def _assigned(self) -> dict[str, list[Assignment]]:
        """By the column: a loop may have sent thousands of statements, and each column is asked for several times."""
        found: dict[str, list[Assignment]] = defaultdict(list)
        for effect in self._effects:
            if isinstance(effect, Assignment):
                found[effect.column].append(effect)
        return found

    @cached_property
    def _renamings(self) -> list[Renaming]:
        return [effect for effect in self._effects if isinstance(effect, Renaming)]

    def assignments(self, *columns: Column) -> list[Assignment]:
        """The values that statements give to a column, under any of its names."""
        found: dict[Assignment, None] = {}
        for schema, table, column in columns:
            former = (rename.column for rename in self._renamings if rename.column and rename.new_name == column)
            names = self._names_of(table)
            for name in dict.fromkeys((column, *former)):
                given = self._assigned.get(name, ())
                found.update(dict.fromkeys(one for one in given if any(one.table.means(schema, n) for n in names)))
        return list(found)

    def is_renamed_to(self, column: Column) -> bool:
        """Whether another column of the table gets the name of this one."""
        schema, table, name = column
        names = self._names_of(table)
        return any(
            rename.column and rename.new_name == name
            for rename in self._renamings
            if any(rename.table.means(schema, one) for one in names)
        )

    def _names_of(self, table: str) -> list[str]:
        """What the table is called, and was before it was renamed."""
        former = (rename.table.name for rename in self._renamings if not rename.column and rename.new_name == table)
        return list(dict.fromkeys((table, *former)))

    def deletions(self, *tables: Table) -> list[Deletion]:
        """The statements that delete rows of a table, under any of its names."""
        return [e for e in self._effects if isinstance(e, Deletion) and self._names(e.table, tables)]

    def insertions(self, *tables: Table) -> list[Insertion]:
        """The statements that put rows into a table, under any of its names."""
        return [e for e in self._effects if isinstance(e, Insertion) and self._names(e.table, tables)]

    def touching(self, *tables: Table) -> list[str]:
        """The statements that change, delete or insert rows of a table."""
        return [e.sql for e in self._effects if not isinstance(e, Renaming) and self._names(e.table, tables)]

    def _names(self, name: TableName, tables: Iterable[Table]) -> bool:
        # What filled a table that took the place of an older one is no change that was declared for the older one.
        return any(name.means(schema, table) for schema, table in tables)


@lru_cache(4)
def _effects_of(statements: tuple[str, ...]) -> tuple[Effect, ...]:
    return tuple(effects(dict.fromkeys(statements)))
