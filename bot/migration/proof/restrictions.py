"""What a change demands of rows that are there already: constraints, unique indexes and types, new or tighter. Pure.

In: the old catalog, the target, and what columns are called afterwards. Out: restrictions, each with SQL over the old
tables for the rows that break it, where that can be said in SQL.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from bot.migration.planner.change import Column
from bot.migration.proof import breaking_sql
from bot.migration.proof.row_plans import Table
from bot.model import ObjectKey
from bot.schema.objects import referenced, references
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext.names import dotted

# What a constraint demands, whatever it is called.
_Demand = tuple[object, ...]


@dataclass(frozen=True)
class Restriction:
    """`key` is the constraint, index or column of the new schema, `table` the old table with the rows.

    `columns` are old columns by their new names; `text` is the definition. `where` is a condition over `source`, the
    old table under new names, that holds for rows which break it; None where SQL cannot say so without an error.
    `altered` holds for rows that a type takes, but changes. `pairs` are the key's expressions where it takes two rows.
    What is `evaluated` is an expression that must not fail.
    """

    key: ObjectKey
    table: Table
    columns: dict[str, str]
    source: str
    kind: Literal["row", "pair", "reference", "type", "evaluated"]
    text: str
    where: str | None = None
    altered: str | None = None
    pairs: tuple[str, ...] = ()
    predicate: str | None = None
    count: str = ""

    @property
    def subject(self) -> str:
        """As the author writes it in an answer."""
        return dotted(self.key.schema, self.key.parent, self.key.name)

    @property
    def counting(self) -> str | None:
        """The query for the number of rows that break it."""
        return self.count or (f"SELECT count(*) FROM {self.source} WHERE {self.where}" if self.where else None)


def find(old: Snapshot, target: Snapshot, renamed: Callable[[Column], Column]) -> list[Restriction]:
    """All restrictions of a change on tables that had rows, in the order of the target's catalog."""
    tables = list(_tables(old, target, renamed))
    by_new = {table.new: table for table in tables}
    return [restriction for table in tables for restriction in _of_table(table, by_new)]


@dataclass(frozen=True)
class _KeptTable:
    """A table before and after; `columns` are its old columns by their new names."""

    old: Snapshot
    target: Snapshot
    table: Table
    new: Table
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        return breaking_sql.source(self.table, self.new, self.columns)

    def restriction(self, key: ObjectKey, kind: str, text: str, names: list[str], **more: object) -> Restriction:
        columns = {name: self.columns[name] for name in names}
        return Restriction(key, self.table, columns, self.source, kind, text, **more)  # type: ignore[arg-type]


def _tables(old: Snapshot, target: Snapshot, renamed: Callable[[Column], Column]) -> Iterator[_KeptTable]:
    for key, attributes in old.of("table").items():
        if attributes.get("partition_of") or attributes.get("kind") == "f":
            continue
        table = key.schema, key.name
        kept: dict[Table, dict[str, str]] = {}
        for column in old.children("column", *table):
            schema, parent, name = renamed((*table, column.name))
            if ObjectKey("column", schema, parent, name) in target.objects:
                kept.setdefault((schema, parent), {})[name] = column.name
        for new, columns in kept.items():
            yield _KeptTable(old, target, table, new, columns)


def _of_table(table: _KeptTable, by_new: dict[Table, _KeptTable]) -> Iterator[Restriction]:
    yield from _of_columns(table)
    there = _old_demands(table, by_new)
    for kind in ("constraint", "index"):
        for key, attributes in table.target.children(kind, *table.new).items():
            yield from _evaluated(table, key, attributes)
            demand = _demand(attributes)
            if demand is None or demand in there or attributes.get("inherited") or _implied(table, demand, there):
                continue
            restriction = _of_constraint(table, key, attributes, by_new)
            if restriction is not None:
                yield restriction


def _demand(attributes: Attributes) -> _Demand | None:
    """None for what existing rows are not asked for."""
    if attributes.get("validated") is False or attributes.get("enforced") is False:
        return None
    kind = attributes.get("type")
    if kind == "c":
        return "c", attributes["expression"]
    if kind == "f":
        pairs = sorted(zip(attributes["columns"], attributes["references_columns"], strict=True))
        parent = referenced(attributes)
        return "f", parent, tuple(pairs), attributes.get("match") if len(pairs) > 1 else None
    if kind == "x" or attributes.get("without_overlaps"):
        return "x", attributes["definition"]
    if kind in ("p", "u"):
        return "u", frozenset(attributes["columns"]), bool(attributes.get("nulls_not_distinct"))
    if not attributes.get("unique"):
        return None
    rest = attributes["definition"].partition(" USING ")[2]
    plain = not attributes.get("predicate") and f"({', '.join(attributes['columns'])})" in rest
    nulls = bool(attributes.get("nulls_not_distinct"))
    return ("u", frozenset(attributes["columns"]), nulls) if plain else ("i", rest)


def _old_demands(table: _KeptTable, by_new: dict[Table, _KeptTable]) -> set[_Demand]:
    """What the old table demands of its rows, in new names."""
    names = {old: new for new, old in table.columns.items()}
    tables = {kept.table: kept for kept in by_new.values()}
    found: set[_Demand] = set()
    for kind in ("constraint", "index"):
        for attributes in table.old.children(kind, *table.table).values():
            mine = {**attributes, "columns": [names.get(c, c) for c in attributes["columns"]]}
            for text in ("expression", "definition", "predicate"):
                mine[text] = breaking_sql.renamed(attributes.get(text) or "", names) or attributes.get(text)
            target = references(attributes)
            parent = tables.get(target) if target else None
            if parent is not None:
                theirs = {old: new for new, old in parent.columns.items()}
                mine["references_schema"], mine["references_table"] = parent.new
                mine["references_columns"] = [theirs.get(c, c) for c in attributes["references_columns"]]
            if (demand := _demand(mine)) is not None:
                found.add(demand)
    return found


def _implied(table: _KeptTable, demand: _Demand, there: set[_Demand]) -> bool:
    """Whether fewer columns must be unique already."""
    if demand[0] != "u":
        return False
    columns = demand[1]
    assert isinstance(columns, frozenset)
    if demand[2] and not all(_is_required(table, name) for name in columns):
        return False
    return any(old[0] == "u" and isinstance(old[1], frozenset) and old[1] <= columns for old in there)


def _is_required(table: _KeptTable, name: str) -> bool:
    key = ObjectKey("column", *table.table, table.columns.get(name, ""))
    return bool(table.old.objects.get(key, {}).get("not_null"))


def _of_constraint(
    table: _KeptTable, key: ObjectKey, attributes: Attributes, by_new: dict[Table, _KeptTable]
) -> Restriction | None:
    read = [name for name in attributes["columns"] if _is_column(table, name)]
    text = str(attributes.get("definition"))
    if key.kind == "index" or attributes.get("type") == "x":  # expressions and the predicate read columns as well
        read = [c.name for c in table.target.children("column", *table.new) if breaking_sql.mentions(text, c.name)]
    if any(name not in table.columns for name in read):
        return None  # a new column's values come with the upgrade
    if attributes.get("type") == "c":
        where = f"NOT ({attributes['expression']})"
        return table.restriction(key, "row", text, read, where=where)
    if attributes.get("type") == "f":
        parent = by_new.get(referenced(attributes))
        there = parent is not None and all(c in parent.columns for c in attributes["references_columns"])
        source = parent.source if parent is not None and there else None
        return table.restriction(key, "reference", text, read, where=breaking_sql.orphans(attributes, source))
    if attributes.get("type") == "x" or attributes.get("without_overlaps"):
        equal = tuple(expression for expression, operator in breaking_sql.exclusion(text)[0] if operator == "=")
        where = breaking_sql.excluding(table.source, text)
        return table.restriction(key, "pair", text, read, where=where, pairs=equal)
    keys = breaking_sql.keys(attributes)
    nulls, predicate = bool(attributes.get("nulls_not_distinct")), attributes.get("predicate")
    return table.restriction(
        key, "pair", text, read, pairs=tuple(keys), predicate=predicate,
        where=breaking_sql.twins(table.source, keys, predicate, nulls),
        count=breaking_sql.counting_twins(table.source, keys, predicate, nulls),
    )  # fmt: skip


def _evaluated(table: _KeptTable, key: ObjectKey, attributes: Attributes) -> Iterator[Restriction]:
    """An index's expressions and its predicate are evaluated for rows that are there, and may fail on some of them."""
    plain = {breaking_sql.name(column) for column in attributes["columns"]}
    expressions, predicate = _expressions(key, attributes)
    keys = [text for text in expressions if text not in plain]
    if not breaking_sql.may_fail(" ".join([*keys, predicate])):
        return
    before = table.old.objects.get(ObjectKey(key.kind, *table.table, key.name), {})
    text = f"CASE WHEN {predicate} THEN ROW({', '.join(keys)})::text END"
    columns = [c.name for c in table.target.children("column", *table.new) if breaking_sql.mentions(text, c.name)]
    if before.get("definition") != attributes["definition"] and columns and all(c in table.columns for c in columns):
        yield table.restriction(key, "evaluated", text, columns)


def _expressions(key: ObjectKey, attributes: Attributes) -> tuple[list[str], str]:
    """What is kept of each row, and for which rows; nothing where no index has expressions."""
    if attributes.get("type") == "x":
        elements, predicate = breaking_sql.exclusion(attributes["definition"])
        return [expression for expression, _ in elements], predicate or "true"
    return breaking_sql.keys(attributes) if key.kind == "index" else [], attributes.get("predicate") or "true"


def _is_column(table: _KeptTable, name: str) -> bool:
    return ObjectKey("column", *table.new, name) in table.target.objects


def _of_columns(table: _KeptTable) -> Iterator[Restriction]:
    for key, after in table.target.children("column", *table.new).items():
        if after.get("generated"):
            yield from _generated(table, key, after)
            continue
        if key.name not in table.columns:
            continue
        before = table.old.objects[ObjectKey("column", *table.table, table.columns[key.name])]
        if before.get("generated"):
            continue
        if after["not_null"] and not before["not_null"] and after.get("not_null_validated", True):
            where = f"{breaking_sql.name(key.name)} IS NULL"
            yield table.restriction(key, "row", "NOT NULL", [key.name], where=where)
        refused = breaking_sql.refused(table.old, table.target, key.name, before, after)
        if refused and after.get("type_kind") == "domain":  # its checks are: it may list the one value that it refuses
            yield table.restriction(key, "row", refused, [key.name], where=refused)
        elif before["type"] != after["type"] or refused:
            altered = breaking_sql.altered(key.name, before, after) if before["type"] != after["type"] else None
            yield table.restriction(key, "type", str(after["type"]), [key.name], where=refused, altered=altered)


def _generated(table: _KeptTable, key: ObjectKey, after: Attributes) -> Iterator[Restriction]:
    """An expression that existing rows are put into may fail on some of them."""
    before = table.old.objects.get(ObjectKey("column", *table.table, table.columns.get(key.name, "")), {})
    text = str(after["generated"])
    columns = [c.name for c in table.target.children("column", *table.new) if breaking_sql.mentions(text, c.name)]
    new = before.get("generated") != text or before.get("type") != after["type"]
    if new and after.get("generated_kind") != "v" and columns and all(name in table.columns for name in columns):
        yield table.restriction(key, "evaluated", f"({text})::{after['type']}", columns)
