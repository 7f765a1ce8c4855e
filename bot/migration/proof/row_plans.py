"""Which rows to try in a table, few and each for a reason. Pure.

In: the catalog, the rows of the tables that are referred to. Out: rows, ordinary ones first.
Columns are out of step with each other, so that no row has the i-th value everywhere; parents have none, one and
several children; there are twins, rows that differ in one column, one NULL at a time, and the edges of every type.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from bot.migration.proof.check_candidates import spoken_of
from bot.migration.proof.mismatched_parents import apart
from bot.migration.proof.sample_values import Values, values
from bot.schema.objects import referenced, type_key
from bot.schema.snapshots import Attributes, Snapshot

Table = tuple[str, str]
Row = dict[str, str | None]

ORDINARY_ROWS = 4
_MOST_EDGES = 19
_MOST_NULLS = 8
_MOST_DIFFERING = 5
_MOST_LITERALS = 40
_MOST_LISTED = 48


@dataclass(frozen=True)
class PlannedRow:
    """`plain` has ordinary values, for the columns in which the server refuses those of `row`."""

    row: Row
    plain: Row


@dataclass(frozen=True)
class TablePlan:
    """What is known of a table before it is filled.

    `given` are the only values of a column, `literals` more values for it; `parents` are rows by their table. Columns
    that are `mentioned` come first where not all of them have their turn.
    """

    snapshot: Snapshot
    table: Table
    given: Mapping[str, list[str]] = field(default_factory=dict)
    literals: Mapping[str, list[str]] = field(default_factory=dict)
    parents: Mapping[Table, list[Row]] = field(default_factory=dict)
    mentioned: frozenset[str] = frozenset()

    @cached_property
    def columns(self) -> dict[str, tuple[Attributes, Values | None]]:
        """The columns that get a value; the server fills generated, identity and serial ones."""
        return {
            key.name: (attributes, values(self.snapshot, attributes["type"], key.name))
            for key, attributes in self.snapshot.children("column", *self.table).items()
            if not automatic(attributes)
        }

    @cached_property
    def numbered(self) -> list[str]:
        """The columns that get numbers from the server and may get others."""
        return [
            key.name
            for key, attributes in self.snapshot.children("column", *self.table).items()
            if automatic(attributes) and not attributes.get("generated") and attributes.get("identity") != "a"
        ]

    @cached_property
    def keys(self) -> list[list[str]]:
        """The columns of each primary key, unique and exclusion constraint and unique index."""
        constraints = self.snapshot.children("constraint", *self.table).values()
        indexes = self.snapshot.children("index", *self.table).values()
        found = [list(a["columns"]) for a in constraints if a["type"] in ("p", "u", "x")]
        return found + [list(a["columns"]) for a in indexes if a.get("unique")]

    @cached_property
    def unique(self) -> set[str]:
        return {column for key in self.keys for column in key}

    @cached_property
    def references(self) -> list[Attributes]:
        """The foreign keys."""
        constraints = self.snapshot.children("constraint", *self.table)
        return [attributes for attributes in constraints.values() if attributes["type"] == "f"]

    def ordinary_rows(self) -> int:
        """How many rows there are at least; with as many, each label of an enum and each given value is in one of them.

        Behind the first few rows, the labels of a column begin at any of them.
        """
        labels = max((len(_labels(self.snapshot, attributes)) for attributes, _ in self.columns.values()), default=0)
        most = max(labels, *map(len, self.given.values()), 0)
        return ORDINARY_ROWS + (most if most > ORDINARY_ROWS else 0)

    def ordinary(self, i: int) -> Row:
        """Row i of the ordinary ones."""
        row: Row = {}
        for place, (name, (_, found)) in enumerate(self.columns.items()):
            given = self.given.get(name)
            if given:
                row[name] = given[i % len(given)]
            elif found is not None:
                row[name] = found.ordinary(i if name in self.unique else _shifted(i, place))
        return {**row, **self._references(i, row)}

    def _references(self, i: int, row: Row) -> Row:
        """Values of foreign keys: those of a row that is there."""
        found: Row = {}
        for place, attributes in enumerate(self.references):
            parent = referenced(attributes)
            pairs = list(zip(attributes["columns"], attributes["references_columns"], strict=True))
            if parent == self.table:
                found.update(self._to_itself(i, row, pairs))
                continue
            rows = self.parents.get(parent, [])
            alone = any(set(key) <= set(attributes["columns"]) for key in self.keys)
            source = rows[_parent(i, place, len(rows), alone)] if rows else None
            for child, column in pairs:
                found[child] = source.get(column) if source is not None else None
        return found

    def _to_itself(self, i: int, row: Row, pairs: list[tuple[str, str]]) -> Row:
        """NULL, as trees are built later; a row that must refer to one of its own table refers to itself."""
        if not all(self.columns[child][0].get("not_null") for child, _ in pairs if child in self.columns):
            return dict.fromkeys((child for child, _ in pairs), None)
        own: Row = {}
        for child, column in pairs:
            own[column] = own[child] = row.get(column) or str(1000 + i)
        return own


def automatic(attributes: Attributes) -> bool:
    """Whether the server fills a column."""
    return bool(
        attributes.get("generated") or attributes.get("identity") or "nextval(" in (attributes.get("default") or "")
    )


def _labels(snapshot: Snapshot, attributes: Attributes) -> list[str]:
    if attributes.get("type_kind") != "enum":
        return []
    key = type_key("enum", attributes)
    return list(snapshot.objects.get(key, {}).get("labels") or [])


def _shifted(i: int, place: int) -> int:
    """The first rows have the same few values in every column, but never all of them in one order."""
    return (i + place) % ORDINARY_ROWS if i < ORDINARY_ROWS else i + place


def _parent(i: int, place: int, count: int, alone: bool) -> int:
    """Which parent row i has: two rows share one, the last has none, and several parents come in all pairs.

    Where each may have one child, an ordinary one has none: the last ones are twins and edges of others.
    """
    if alone:
        least = ORDINARY_ROWS - 1
        child = i % (count - 1 if count > least else count)
        return child + (count > least and child >= least - 1)
    choice = (i // 2, i % 2, i // 3, i % 3)[place % 4]
    return choice % max(1, count - 1 if count > 2 else count)


def mild_rows(plan: TablePlan) -> list[PlannedRow]:
    """Ordinary rows, with every label of an enum."""
    rows = [plan.ordinary(i) for i in range(plan.ordinary_rows())]
    return [PlannedRow(row, row) for row in rows]


def awkward_rows(plan: TablePlan) -> list[PlannedRow]:
    """Ordinary rows, and those that try what the schema allows."""
    rows = mild_rows(plan)
    # Each kind has its own limit: none of them takes the place of another.
    mismatched = map(_Change, apart(plan.snapshot, plan.table, plan.parents))
    twins = _twins(plan, rows[0].row)
    for change in chain(_listed(plan), _nulls(plan), twins, mismatched, _literals(plan), _edges(plan)):
        plain = plan.ordinary(len(rows))
        rows.append(PlannedRow({**plain, **change(len(rows))}, plain))
    return rows


def _most_important(plan: TablePlan, names: list[str]) -> list[str]:
    return sorted(names, key=lambda name: name not in plan.mentioned)


class _Change:
    """What distinguishes a row from the ordinary one of its number."""

    def __init__(self, row: Row, numbered: Mapping[str, Values] | None = None) -> None:
        self._row, self._numbered = row, numbered or {}

    def __call__(self, i: int) -> Row:
        return {**self._row, **{name: found.ordinary(i) for name, found in self._numbered.items()}}


def _edges(plan: TablePlan) -> Iterator[_Change]:
    """The values that hurt; each once in a column whose values must differ."""
    awkward = {
        name: found.awkward[:_MOST_EDGES]  # the first ones are the most important, wherever a column begins
        for name, (_, found) in plan.columns.items()
        if found is not None and found.awkward and name not in plan.given and name not in _referring(plan)
    }
    for j in range(max(map(len, awkward.values()), default=0)):
        row: Row = {}
        for place, (name, edges) in enumerate(awkward.items()):
            if name not in plan.unique:
                row[name] = edges[(j + place) % len(edges)]
            elif j < len(edges):
                row[name] = edges[j]
        yield _Change(row)


def _referring(plan: TablePlan) -> set[str]:
    return {column for attributes in plan.references for column in attributes["columns"]}


def _listed(plan: TablePlan) -> Iterator[_Change]:
    """Each value that a check lists, as each label of an enum."""
    known = {
        name: found
        for name, found in spoken_of(plan.snapshot, plan.table).items()
        if name in plan.columns and name not in _referring(plan)
    }
    for j in range(min(max(map(len, known.values()), default=0), _MOST_LISTED)):
        yield _Change(
            {name: found[j % len(found)] for name, found in known.items() if j < len(found) or name not in plan.unique}
        )


def _nulls(plan: TablePlan) -> Iterator[_Change]:
    nullable = [name for name, (attributes, _) in plan.columns.items() if not attributes.get("not_null")]
    if nullable:
        yield _Change(dict.fromkeys(nullable))
    # A flag may stand for something that the row has to have, and has not.
    flags = [name for name, (attributes, _) in plan.columns.items() if attributes.get("type") == "boolean"]
    for value in ("true", "false") if flags and {*nullable} - {*flags} else ():
        yield _Change({**dict.fromkeys(nullable), **dict.fromkeys(flags, value)})
    if len(nullable) > 1:
        for name in _most_important(plan, nullable)[:_MOST_NULLS]:
            yield _Change({name: None})


def _twins(plan: TablePlan, first: Row) -> Iterator[_Change]:
    """The first row again, but for one column of each key; then with one more column that differs."""
    for end in (-1, 0):
        varying = {key[end] for key in plan.keys if key and all(column in plan.columns for column in key)}
        # The ordinary row of that number has a given value already.
        free = varying - plan.given.keys()
        numbered = {name: found for name in free if (found := plan.columns[name][1]) is not None}
        for attributes in plan.references:
            if varying & set(attributes["columns"]):  # another parent: that of the ordinary row
                numbered = {name: found for name, found in numbered.items() if name not in attributes["columns"]}
        same = {
            name: value
            for name, value in first.items()
            if name not in varying
            and not any(name in a["columns"] and varying & {*a["columns"]} for a in plan.references)
        }
        yield _Change(same, numbered)
        if end == 0:
            return
        others = [name for name, (_, found) in plan.columns.items() if found is not None and name not in plan.unique]
        plain = [name for name in others if name not in _referring(plan)]
        for name in _most_important(plan, plain)[:_MOST_DIFFERING]:
            value = plan.columns[name][1]
            assert value is not None
            other = {} if name in plan.given else {name: value}
            yield _Change({key: kept for key, kept in same.items() if key != name}, {**numbered, **other})


def _literals(plan: TablePlan) -> Iterator[_Change]:
    """Values that the migration's own statements speak of: each in two rows, beside others the second time."""
    known = {name: found for name, found in plan.literals.items() if name in plan.columns and found}
    for shift, most in ((0, _MOST_LITERALS), (1, _MOST_LITERALS // 2)):
        for j in range(min(max(map(len, known.values()), default=0), most)):
            yield _Change({name: found[(j + shift * n) % len(found)] for n, (name, found) in enumerate(known.items())})
    nullable = [name for name, (attributes, _) in plan.columns.items() if not attributes.get("not_null")]
    rest = [name for name in nullable if name not in known]
    for j in range(min(max(map(len, known.values()), default=0), _MOST_LITERALS // 4) if rest else 0):
        yield _Change({**dict.fromkeys(rest), **{name: found[j % len(found)] for name, found in known.items()}})
    for name in plan.numbered:
        for value in [text for text in plan.literals.get(name, ()) if text.isdecimal()][:1]:
            yield _Change({name: value})
            yield _Change({name: str(int(value) + 1)})
