"""Rows that break what is new or tighter, made on purpose, so that a migration has to do something about them.

In: a seeded old database within a transaction, with the project's rights. Out: more rows; for every restriction whether
a row that breaks it is there. Or, for those that the author answers for, no such row any more.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Literal

import psycopg2

from bot.migration.proof.check_candidates import literals
from bot.migration.proof.inserting import Inserter, place
from bot.migration.proof.restrictions import Restriction
from bot.migration.proof.row_plans import Row, Table, TablePlan
from bot.migration.proof.sample_values import values
from bot.model import ObjectKey
from bot.schema.objects import references
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext import quote

# `met`: a row breaks it; `implied`: the old schema refuses every such row; `harmless`: no value is refused or changed.
Outcome = Literal["met", "implied", "harmless", "untried"]

_MOST_VALUES = 14  # of one column
_MOST_TUPLES = 120
_MOST_PAIRS = 40
_MOST_LIKE = 3  # rows that are there whose values are tried beside the breaking ones
_WANTED = 2  # breaking rows for one restriction
_FAR = 200  # the numbers of rows from which on nothing else has their values
_TEXTS = ("text", "character varying", "citext")
_ENDINGS = ("-2", "2")  # what is put behind the name of a second one
_TOO_LARGE = ("22001", "22003")  # a length, a range


@dataclass
class BreakingRows:
    """`rows` are those that are there, by table; new ones are added."""

    inserter: Inserter
    snapshot: Snapshot
    rows: dict[Table, list[Row]]
    plan: Callable[[Table], TablePlan]
    made: int = 0

    def meet(self, restriction: Restriction) -> Outcome:
        """See whether a row breaks it; if not, make one."""
        if restriction.kind != "pair":
            return "met" if self._count(restriction) else self._singles(restriction)
        outcome = "met" if self._count(restriction) else self._pairs(restriction)
        if outcome == "met" and restriction.pairs:
            self._more_pairs(restriction)
        return outcome

    def _more_pairs(self, restriction: Restriction) -> None:
        """Duplicates of other kinds, for whatever removes them: those that nothing tells apart; those of which one has
        nothing but the key; those that lack a part of the key; and one whose new name is taken."""
        plan, keys = self.plan(restriction.table), {*restriction.columns.values()}
        nullable = {name for name, (attributes, _) in plan.columns.items() if not attributes.get("not_null")}
        types = {name: str(attributes["type"]) for name, (attributes, _) in plan.columns.items()}
        texts = [name for name in keys if types.get(name, "").startswith(_TEXTS)]
        lacking: list[set[str]] = [set(), nullable - keys, *({name} for name in sorted(nullable & keys))]
        for number, missing in enumerate(lacking):
            one, other = (plan.ordinary(len(self.rows[restriction.table]) + self.made + _FAR + i) for i in (0, 1))
            same = {name: value for name, value in one.items() if name in keys or name not in plan.unique}
            nothing: Row = dict.fromkeys(missing)
            beside = nothing if missing & keys else {}
            before = self._count(restriction)
            self.inserter.cursor.execute("SAVEPOINT pair")
            there = [self._insert(restriction, row) for row in ({**one, **beside}, {**other, **same, **nothing})]
            if self._count(restriction) == before or not all(isinstance(row, dict) for row in there):
                self._forget([row for row in there if isinstance(row, dict)], restriction.table)
                self.inserter.cursor.execute("ROLLBACK TO SAVEPOINT pair")
            elif number == 0 and len(texts) == len(keys) == 1:
                for ending in _ENDINGS:
                    another = plan.ordinary(len(self.rows[restriction.table]) + self.made + _FAR)
                    self._insert(restriction, {**another, texts[0]: f"{one[texts[0]]}{ending}"})

    def _forget(self, rows: list[Row], table: Table) -> None:
        self.made -= len(rows)
        del self.rows[table][len(self.rows[table]) - len(rows) :]

    def _count(self, restriction: Restriction) -> int:
        """How many rows break or change; 0 where that cannot be asked."""
        found = 0
        for query in (restriction.counting, _altering(restriction)):
            done = self.inserter.attempt(query) if query else []
            found += int(done[0][0]) if done and not isinstance(done, psycopg2.Error) else 0
        return found

    def _cannot_count(self, restriction: Restriction) -> bool:
        """Whether other rows are in the way: those for which the key's expressions fail."""
        query = restriction.counting
        return query is not None and isinstance(self.inserter.attempt(query), psycopg2.Error)

    def _singles(self, restriction: Restriction) -> Outcome:
        """Rows that break it on their own."""
        broken = refused = made = 0
        for candidate in self._tuples(restriction):
            if not self._breaks(restriction, candidate):
                continue
            broken += 1
            done = self._insert(restriction, candidate)
            made += isinstance(done, dict)
            refused += isinstance(done, psycopg2.Error) and self._is_for_itself(restriction, done)
            if made == _WANTED:
                break
        if made:
            return "met"
        if not broken:
            return "harmless" if restriction.kind in ("type", "evaluated") else "untried"
        return "implied" if refused == broken else "untried"

    def _is_for_itself(self, restriction: Restriction, error: psycopg2.Error) -> bool:
        """Whether it is the values in question that the old schema refuses."""
        if error.pgcode == "23502":
            return error.diag.column_name in restriction.columns.values()
        if error.pgcode != "23514":
            return error.pgcode in _TOO_LARGE
        check = self.snapshot.objects.get(
            ObjectKey("constraint", *restriction.table, error.diag.constraint_name or ""), {}
        )
        return not check or bool(set(check["columns"]) & set(restriction.columns.values()))

    def _pairs(self, restriction: Restriction) -> Outcome:
        """Two rows that stand against each other."""
        found = list(self._tuples(restriction))
        for one, other in islice(_alike(found, [self._key(restriction, row) for row in found]), _MOST_PAIRS):
            self.inserter.cursor.execute("SAVEPOINT pair")
            rows = [self._insert(restriction, values_, keep=False) for values_ in (one, other)]
            there = [row for row in rows if isinstance(row, dict)]
            if there and (self._count(restriction) or (len(there) == len(rows) and self._cannot_count(restriction))):
                self.rows[restriction.table] += there
                self.made += len(there)
                self.inserter.cursor.execute("RELEASE SAVEPOINT pair")
                return "met"
            self.inserter.cursor.execute("ROLLBACK TO SAVEPOINT pair")
        return "untried"

    def _tuples(self, restriction: Restriction) -> Iterator[Row]:
        """Values for the columns that it reads, by their old names."""
        pools = {old: self._pool(restriction, old) for old in restriction.columns.values()}
        size = max(2, int(_MOST_TUPLES ** (1 / max(len(pools), 1))))
        for combination in islice(product(*(pool[:size] for pool in pools.values())), _MOST_TUPLES):
            yield dict(zip(pools, combination, strict=True))

    def _pool(self, restriction: Restriction, column: str) -> list[str | None]:
        attributes = self.snapshot.objects[ObjectKey("column", *restriction.table, column)]
        known = values(self.snapshot, attributes["type"], column)
        there = [row.get(column) for row in self.rows.get(restriction.table, [])[:3]]
        named = _past_the_limit(restriction) if restriction.kind == "type" else _spoken(restriction.text, attributes)
        spoken = [text for text in named if self._reads(text, attributes["type"])]
        edges = list(known.awkward) if known else []
        nothing = [] if attributes["not_null"] else [None]
        labels = [known.ordinary(i) for i in range(4)] if known else []
        # In turn, so that the first few have something of each kind.
        mixed = [value for group in _in_turn(spoken, there, edges, labels, nothing) for value in group]
        return list(dict.fromkeys(mixed))[:_MOST_VALUES]

    def _reads(self, text: str, type_name: str) -> bool:
        done = self.inserter.attempt(f"SELECT %s::{type_name.replace('%', '%%')}", [text])
        return not isinstance(done, psycopg2.Error)

    def _breaks(self, restriction: Restriction, candidate: Row) -> bool:
        """Whether a row with these values would be refused, or changed."""
        conditions = [f"({text})" for text in (restriction.where, restriction.altered) if text]
        asked = restriction.text if restriction.kind == "evaluated" else " OR ".join(conditions)
        if not asked:
            return False
        table, given = self._row(restriction, candidate)
        done = self.inserter.attempt(f"SELECT {asked.replace('%', '%%')} FROM {table}", given)
        if isinstance(done, psycopg2.Error):
            return restriction.kind != "reference" and (done.pgcode or "").startswith("22")
        return restriction.kind != "evaluated" and bool(done[0][0])

    def _key(self, restriction: Restriction, candidate: Row) -> str | None:
        """What two rows must not have in common; None for a row that is not asked."""
        if not restriction.pairs:
            return str(candidate)
        text, given = self._row(restriction, candidate)
        listed = f"ROW({', '.join(restriction.pairs)})::text, {restriction.predicate or 'true'}"
        done = self.inserter.attempt(f"SELECT {listed.replace('%', '%%')} FROM {text}", given)
        return None if isinstance(done, psycopg2.Error) or not done[0][1] else str(done[0][0])

    def _row(self, restriction: Restriction, candidate: Row) -> tuple[str, list[str | None]]:
        """A table of one row that has the new names."""
        columns = {key.name: a for key, a in self.snapshot.children("column", *restriction.table).items()}
        listed = ", ".join(
            f"%s::{columns[old]['type'].replace('%', '%%')} AS {quote.name(new).replace('%', '%%')}"
            for new, old in restriction.columns.items()
        )
        named = quote.name(restriction.key.parent).replace("%", "%%")
        return f"(SELECT {listed}) AS {named}", [candidate[old] for old in restriction.columns.values()]

    def _insert(self, restriction: Restriction, candidate: Row, *, keep: bool = True) -> Row | psycopg2.Error:
        rows = self.rows.setdefault(restriction.table, [])
        plan = self.plan(restriction.table)
        ordinary = plan.ordinary(len(rows) + self.made + 60)
        done = self.inserter.one(restriction.table, {**ordinary, **candidate})
        for there in rows[:_MOST_LIKE] if isinstance(done, psycopg2.Error) and done.pgcode == "23514" else ():
            # A row that is there has passed the checks of the other columns.
            like = {name: value for name, value in there.items() if name in ordinary and name not in plan.unique}
            done = self.inserter.one(restriction.table, {**ordinary, **like, **candidate})
            if not isinstance(done, psycopg2.Error):
                break
        self.made += isinstance(done, dict) and keep
        if isinstance(done, dict) and keep:
            rows.append(done)
        return done


def _past_the_limit(restriction: Restriction) -> Iterator[str]:
    """The first values that a type with a limit cannot hold: a text of one letter, a number of one digit too many."""
    size, _, scale = restriction.text.partition("(")[2].partition(")")[0].partition(",")
    if not size.isdecimal():
        return
    value = "x" * (int(size) + 1) if "char" in restriction.text else "1" + "0" * max(int(size) - int(scale or 0), 0)
    yield f"{{{value}}}" if restriction.text.endswith("[]") else value


def _spoken(text: str, attributes: Attributes) -> Iterator[str]:
    """The literals of a definition; for JSON, documents that have them as keys, with a value that few casts take."""
    for literal in literals(text):
        yield literal
        if str(attributes["type"]) in ("json", "jsonb"):
            value: object = "x"
            for step in reversed(literal.strip("{}").split(",")):
                value = {step: value}
            yield json.dumps(value)


def _altering(restriction: Restriction) -> str | None:
    return f"SELECT count(*) FROM {restriction.source} WHERE {restriction.altered}" if restriction.altered else None


def _in_turn(*groups: list[str] | list[str | None] | list[None]) -> Iterator[list[str | None]]:
    for i in range(max(map(len, groups))):
        yield [group[i] for group in groups if i < len(group)]


def _alike(rows: list[Row], keys: list[str | None]) -> Iterator[tuple[Row, Row]]:
    """Pairs with the same key: first each row with itself, then different ones."""
    asked = [(row, key) for row, key in zip(rows, keys, strict=True) if key is not None]
    different = [
        (one, other) for i, (one, key) in enumerate(asked) for other, same in asked[:i] if same == key and one != other
    ]
    same = [(row, row) for row, _ in asked]
    for i in range(max(len(same), len(different))):
        yield from [pairs[i] for pairs in (different, same) if i < len(pairs)]


def leave_out(inserter: Inserter, restrictions: Iterable[Restriction]) -> None:
    """Remove the rows that break these, with the rows that refer to them."""
    for restriction in restrictions:
        _remove(inserter, restriction.table, list(_places(inserter, restriction)), 8)


def _places(inserter: Inserter, restriction: Restriction) -> Iterator[str]:
    """Where the rows are that break it: those for which a condition holds, or for which an expression fails."""
    where = restriction.where or restriction.altered
    found = inserter.attempt(f"SELECT ctid::text FROM {restriction.source} WHERE {where or 'true'}")
    if isinstance(found, psycopg2.Error):
        return
    for (there,) in found:
        asked = f"SELECT {restriction.text} FROM {restriction.source} WHERE ctid = {quote.literal(there)}"
        fails = restriction.kind == "evaluated" and isinstance(inserter.attempt(asked), psycopg2.Error)
        if where or fails:
            yield there


def _remove(inserter: Inserter, table: Table, places: list[str], depth: int) -> None:
    for where in places:
        done = inserter.attempt(f"DELETE FROM {place(table)} WHERE ctid = %s", [where])
        if isinstance(done, psycopg2.Error) and done.pgcode == "23503" and depth:
            _remove_children(inserter, table, where, depth)
            inserter.attempt(f"DELETE FROM {place(table)} WHERE ctid = %s", [where])


def _remove_children(inserter: Inserter, table: Table, where: str, depth: int) -> None:
    for key, attributes in inserter.snapshot.of("constraint").items():
        parent = references(attributes)
        if attributes["type"] != "f" or parent != table:
            continue
        child = key.schema, key.parent
        pairs = zip(attributes["columns"], attributes["references_columns"], strict=True)
        same = " AND ".join(f"child.{quote.name(mine)} = parent.{quote.name(theirs)}" for mine, theirs in pairs)
        query = f"SELECT child.ctid::text FROM {place(child)} child, {place(table)} parent WHERE parent.ctid = %s AND "
        own = " AND child.ctid <> parent.ctid" if child == table else ""
        found = inserter.attempt(query + same.replace("%", "%%") + own, [where])
        if not isinstance(found, psycopg2.Error):
            _remove(inserter, child, [row[0] for row in found], depth - 1)
