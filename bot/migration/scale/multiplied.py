"""A table's rows multiplied by the server itself: what is unique is numbered, foreign keys lead to rows that are there.

In: the catalog, a table that has a few rows which it accepts. Out: the statements that make more of them. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from bot.migration.proof.row_plans import automatic
from bot.migration.scale import values
from bot.model import ObjectKey
from bot.schema.objects import Table, foreign_keys, unique_keys
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext import quote

TEMPLATES = 16  # rows that new ones are made of
_NUMBER = "migration_bot_number"


class Reference(NamedTuple):
    """A foreign key to another table."""

    columns: tuple[str, ...]
    parent: Table
    parent_columns: tuple[str, ...]


@dataclass(frozen=True)
class Multiplied:
    """How the rows of one table become many.

    `unique` are keys that the table gets with the upgrade, `references` its new foreign keys, `kept` the columns whose
    values must stay as they are in the rows that are there.
    """

    snapshot: Snapshot
    table: Table
    unique: Sequence[frozenset[str]] = ()
    references: Sequence[Reference] = ()
    kept: frozenset[str] = frozenset()
    spreads: bool = True  # whether columns without a key get values of their own, too

    @cached_property
    def columns(self) -> dict[str, Attributes]:
        """Those that get a value; the server numbers the others."""
        there = self.snapshot.children("column", *self.table)
        return {key.name: attributes for key, attributes in there.items() if not automatic(attributes)}

    @cached_property
    def parents(self) -> list[Reference]:
        """Where foreign keys lead; those to rows of the same table stay as they are."""
        there = [
            Reference(tuple(a["columns"]), target, tuple(a["references_columns"]))
            for _, a, target in foreign_keys(self.snapshot, self.table)
        ]
        found = [reference for reference in (*there, *self.references) if reference.parent != self.table]
        return list({reference.columns: reference for reference in found}.values())

    @cached_property
    def numbered(self) -> dict[str, str] | None:
        """A column of each key with its expression; None where a key has none that can be numbered."""
        chosen: dict[str, str] = {}
        referring = {column for reference in self.parents for column in reference.columns}
        for key in [*(frozenset(a["columns"]) for a in unique_keys(self.snapshot, self.table)), *self.unique]:
            if not key or key & chosen.keys() or not key <= self.columns.keys():
                continue  # an expression; done; or numbered by the server
            free = [name for name in self.columns if name in key - referring - self._fixed]
            able = {name: text for name in free if (text := self._sequential(name)) is not None}
            if able:
                name = next(iter(able))
                chosen[name] = able[name]
            elif not key & referring:
                return None
        return chosen

    def _sequential(self, name: str) -> str | None:
        return values.sequential(str(self.columns[name]["type"]))

    @cached_property
    def _fixed(self) -> set[str]:
        """Columns in which no other values are tried."""
        to_itself = {
            c for _, a, target in foreign_keys(self.snapshot, self.table) if target == self.table for c in a["columns"]
        }
        return self._partitioning | to_itself

    @property
    def _partitioning(self) -> set[str]:
        """Columns whose values decide where a row goes."""
        definition = str(self._attributes.get("partition_by") or "")
        return {name for name in self.columns if quote.name(name) in definition} if definition else set()

    @property
    def _attributes(self) -> Attributes:
        return self.snapshot.objects[ObjectKey("table", self.table[0], "", self.table[1])]

    def _checked(self) -> set[str]:
        """Columns that a check speaks of: other values than those that are there may be refused."""
        checks = (a for a in self.snapshot.children("constraint", *self.table).values() if a.get("type") == "c")
        return {column for attributes in checks for column in attributes["columns"]}

    def preparing(self) -> Iterator[str]:
        """Temporary tables of the rows that are there and of those that are referred to, numbered from 0."""
        numbers = f"SELECT pg_catalog.row_number() OVER () - 1 AS {_NUMBER}"
        here = whole(self.table)
        yield f"CREATE TEMPORARY TABLE template AS {numbers}, rows.* FROM (TABLE {here} LIMIT {TEMPLATES}) AS rows"
        for number, reference in enumerate(self.parents):
            listed = ", ".join(quote.name(column) for column in reference.parent_columns)
            yield (f"CREATE TEMPORARY TABLE parent_{number} AS {numbers}, {listed} FROM {whole(reference.parent)}")

    @property
    def _temporary(self) -> list[str]:
        return ["pg_temp.template", *(f"pg_temp.parent_{number}" for number in range(len(self.parents)))]

    def ending(self) -> str:
        """Drops them."""
        return f"DROP TABLE {', '.join(self._temporary)}"

    def counting(self) -> str:
        """How many rows each of the temporary tables has."""
        return f"SELECT {', '.join(f'(SELECT count(*) FROM {name})' for name in self._temporary)}"

    def inserting(self, first: int, last: int, counts: Sequence[int]) -> str:
        """The rows of these numbers; `counts` are those of the temporary tables."""
        templates, *parents = counts
        given = {**self._spread(), **(self.numbered or {})}
        for number, reference in enumerate(self.parents):
            if parents[number]:
                pairs = zip(reference.columns, reference.parent_columns, strict=True)
                given.update({column: f"parent_{number}.{quote.name(theirs)}" for column, theirs in pairs})
        chosen = [given.get(name) or f"template.{quote.name(name)}" for name in self.columns]
        listed = ", ".join(map(quote.name, self.columns))
        return (
            f"INSERT INTO {whole(self.table)} ({listed}) SELECT {', '.join(chosen)}"
            f" FROM pg_catalog.generate_series({first}::bigint, {last}::bigint) AS numbers (i)"
            f" JOIN pg_temp.template ON template.{_NUMBER} = i % {templates}"
            f"{''.join(_joins(parents))} ON CONFLICT DO NOTHING"
        )

    def _spread(self) -> Mapping[str, str]:
        if not self.spreads:
            return {}
        fixed = self._checked() | self._fixed | self.kept
        texts = {name: values.spread(str(a["type"])) for name, a in self.columns.items() if name not in fixed}
        return {name: text for name, text in texts.items() if text is not None}


def whole(table: Table) -> str:
    """With its schema, whatever the search path of the project's role."""
    return f"{quote.name(table[0])}.{quote.name(table[1])}"


def _joins(parents: Sequence[int]) -> Iterator[str]:
    """Each pair, triple … of parents once, as long as there are any that were not together before."""
    before = 1
    for number, count in enumerate(parents):
        if count:
            place = f"i % {count}" if before == 1 else f"(i / {before} + i) % {count}"
            yield f" JOIN pg_temp.parent_{number} ON parent_{number}.{_NUMBER} = {place}"
            before *= count
