"""The rows through a round trip: before, upgraded, downgraded and upgraded again, each compared with what it follows.

In: the rows after each step, what authors expect and declare. Out: losses and changes, put into the proof.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from bot.migration.intent.expected_data import ExpectedData, Table
from bot.migration.planner.casts import family
from bot.migration.planner.change import Column
from bot.migration.proof import kept_literals, moved_values, one_for_all
from bot.migration.proof.casts_by_server import ServerCasts
from bot.migration.proof.comparison import Columns, TableChange, columns_of, compare_rows, keys_of, retyped
from bot.migration.proof.declared_changes import DeclaredChanges
from bot.migration.proof.losses import Classifier, Judgement, RowChange
from bot.migration.proof.proof import Proof
from bot.migration.proof.refusals import Refusals
from bot.migration.proof.rows import RowSnapshot
from bot.migration.testbed.testbed import Testbed
from bot.model import LostRows, ObjectKey, Severity, StepName
from bot.schema.snapshots import Snapshot
from bot.sqltext.names import dotted
from bot.system.timing import span


@dataclass
class RowHistory:
    """Judges each step and notes in `proof` what it finds."""

    testbed: Testbed
    expected: ExpectedData
    proof: Proof
    _upgrade: Mapping[Table, TableChange] = field(default_factory=dict)
    _declares: bool = False

    @span("rows.compare")
    def upgraded(self, declared: DeclaredChanges) -> None:
        """The upgraded rows beside those before."""
        testbed, proof = self.testbed, self.proof
        self._declares = bool(declared.statements)
        target = columns_of(testbed.target)
        others = retyped(testbed.old, testbed.target, self.expected)
        found = list(compare_rows(proof.before, proof.after, target, keys_of(testbed.old), self.expected, others))
        self._upgrade = {change.old: change for change in found}
        migrated = proof.migrated or testbed.target
        proof.literals += kept_literals.kept(proof.before, proof.after, (testbed.old, migrated), self.expected)
        if declared.statements:
            schemas = testbed.old, testbed.target
            proof.changes += moved_values.left_out(proof.before, proof.after, schemas, self.expected, declared)
        if not found:
            return
        with self._casts(testbed.new_name) as casts:
            refusals = Refusals(testbed.old, testbed.target, proof.after, self.expected, casts)
            classifier = Classifier("upgrade", testbed.old, testbed.target, self.expected, declared, casts, refusals)
            self._note(classifier.classify(found), "upgrade")

    @span("rows.compare")
    def downgraded(self, after: RowSnapshot, declared: DeclaredChanges) -> None:
        """The downgraded rows beside those before: what the new schema had kept must be as it was."""
        testbed = self.testbed
        if declared.statements:
            schemas = testbed.old, testbed.target
            self.proof.changes += moved_values.returned_otherwise(
                self.proof.before, after, schemas, self.expected, declared
            )
        kept = self._not_dropped_by_hand(surviving_columns(testbed.old, testbed.target, self.expected))
        converted, assumed, filled = self.expected.converted, self.expected.assumed, self.expected.filled
        expected = ExpectedData(converted=converted, assumed=assumed, filled=filled)
        compared = list(compare_rows(self.proof.before, after, kept, keys_of(testbed.old), expected))
        if declared.statements:
            self._ease_what_came_back(after)
        rewritten = [change for change in (self._rewritten_twice(c, declared) for c in compared) if change is not None]
        found = [change for change in map(self._of_the_downgrade, compared) if change is not None]
        if not found and not rewritten:
            return
        with self._casts(testbed.new_name) as there, self._casts(testbed.old_name) as casts:
            for change in rewritten:
                back = moved_values.otherwise(self._without_spellings(change, there), declared)
                self.proof.changes += map(self._eased_for_moments, back)
            found = [self._without_spellings(change, there) for change in found]
            classifier = Classifier("downgrade", testbed.old, testbed.old, expected, declared, casts)
            self._note(classifier.classify(found), "downgrade")

    def _ease_what_came_back(self, after: RowSnapshot) -> None:
        """Rows that the upgrade deletes are kept elsewhere where the downgrade brings all of them back, whole."""
        old = self.testbed.old
        deleted = {change.table for change in self.proof.changes if change.kind == "deleted"}
        whole = {table: names for table, names in columns_of(old).items() if table in deleted}
        differ = {c.old for c in compare_rows(self.proof.before, after, whole, keys_of(old), ExpectedData())}
        self.proof.changes = [
            replace(change, severity="notice") if change.kind == "deleted" and change.table not in differ else change
            for change in self.proof.changes
        ]

    def _not_dropped_by_hand(self, columns: Columns) -> Columns:
        """Without columns that the upgrade drops and no model declares: that is said of the upgrade, and means their
        values, too."""
        said = self.testbed.declarations
        kept = {}
        for table, names in columns.items():
            there = self.proof.after.tables.get(self.expected.new_table(table))
            named = {name: self.expected.new_column((*table, name)) for name in names}
            kept[table] = {
                name
                for name, new in named.items()
                if there is None or new[2] in there.columns or said.knows(ObjectKey("column", *new))
            }
        return kept

    @span("rows.compare")
    def upgraded_again(self, again: RowSnapshot, migrated: Snapshot) -> None:
        """The rows of the second upgrade beside those of the first."""
        expected = ExpectedData()
        columns = self._with_origin(migrated)
        first = self.proof.after
        found = list(compare_rows(first, again, columns, keys_of(migrated), expected))
        if any(change.columns for change in found):
            with self._casts(self.testbed.new_name) as casts:
                found = [self._without_rounding(change, migrated, casts) for change in found]
        known = {(change.table, change.column) for change in self.proof.changes if change.severity == "error"}
        known |= self.proof.lost_places
        for change in found:
            old = next((o for o, n in self.expected.tables.items() if n == change.new), change.new)
            gone, came = len(change.matching.gone), len(change.matching.came)
            added = len(self._upgrade[old].matching.came) if old in self._upgrade else 0
            rows = 0 if gone == came <= added else gone + came  # rows that are added anew get new numbers
            if rows and (old, None) not in known:
                self._not_repeated(old, None, rows)
            for column in change.columns:
                name = self.expected.old_column(column.new)
                if name not in self.expected.converted and (old, name[2]) not in known:
                    cell = column.cells[0]
                    self._not_repeated(old, name[2], len(column.cells), cell.old, cell.new)
        self.proof.changes += one_for_all.shared(first, again, self.testbed.old, migrated, self.expected)
        for table, missing, rows in _fewer(first, again, columns) if self._declares else ():
            self._not_repeated(table, missing, rows)

    def _not_repeated(
        self, table: Table, column: str | None, rows: int, value: str | None = None, instead: str | None = None
    ) -> None:
        severity: Severity = "warning" if self._declares else "error"
        change = RowChange("not repeated", severity, table, column, "upgrade again", rows, value, instead)
        self.proof.changes.append(change)

    def _with_origin(self, migrated: Snapshot) -> Columns:
        """The columns of the new schema that an old one became: others may be filled as they like."""
        old = self.testbed.old.objects
        found: dict[Table, set[str]] = {}
        for key in migrated.of("column"):
            column = key.schema, key.parent, key.name
            if ObjectKey("column", *self.expected.old_column(column)) in old:
                found.setdefault(column[:2], set()).add(key.name)
        return found

    def _rewritten_twice(self, change: TableChange, declared: DeclaredChanges) -> TableChange | None:
        """What the upgrade rewrote without loss, as it seemed, and the downgrade writes again."""
        upgrade = self._upgrade.get(change.old)
        if upgrade is None:
            return None
        reported = {(loss.table, loss.column) for loss in self.proof.changes if loss.severity != "notice"}
        reported |= self.proof.lost_places
        touched = {(column.old, cell.row) for column in upgrade.columns for cell in column.cells}
        columns = tuple(
            replace(column, cells=cells)
            for column in change.columns
            if moved_values.brings_back(declared, column.old)
            and (change.old, column.old[2]) not in reported
            and (cells := tuple(cell for cell in column.cells if (column.old, cell.row) in touched))
        )
        return replace(change, columns=columns) if columns else None

    def _eased_for_moments(self, change: RowChange) -> RowChange:
        """Of moments that a time zone has twice, only one comes back: that is to be known, and cannot be mended."""
        moments = change.column is not None and self._is_of_moments((*change.table, change.column))
        return replace(change, severity="notice") if moments else change

    def _is_of_moments(self, column: Column) -> bool:
        sides = (self.testbed.old, column), (self.testbed.target, self.expected.new_column(column))
        return all(family(schema.objects[ObjectKey("column", *name)]["type"]) == "moment" for schema, name in sides)

    def _of_the_downgrade(self, change: TableChange) -> TableChange | None:
        """Without what the upgrade had changed already."""
        upgrade = self._upgrade.get(change.old)
        if upgrade is None:
            return change
        touched = {(column.old, cell.row) for column in upgrade.columns for cell in column.cells}
        columns = tuple(
            replace(column, cells=cells)
            for column in change.columns
            if (cells := tuple(cell for cell in column.cells if (column.old, cell.row) not in touched))
        )
        gone = tuple(row for row in change.matching.gone if row not in upgrade.matching.gone)
        came = change.matching.came
        if came and len(came) <= len(upgrade.matching.came):
            left = RowChange("left behind", "notice", change.old, None, "downgrade", len(came))
            self.proof.changes.append(left)
            came = ()
        matching = replace(change.matching, gone=gone, came=came)
        return replace(change, columns=columns, matching=matching) if columns or gone or came else None

    def _without_spellings(self, change: TableChange, casts: ServerCasts) -> TableChange:
        """Without values that only came back in the spelling of the type in which they had been."""
        old, new = self.testbed.old.objects, self.testbed.target.objects
        columns = []
        for column in change.columns:
            was = old[ObjectKey("column", *column.old)]["type"]
            now = new[ObjectKey("column", *self.expected.new_column(column.old))]["type"]
            cells = tuple(
                cell
                for cell in column.cells
                if was == now
                or cell.old is None
                or cell.new is None
                or cell.new not in (casts.cast(cell.old, was, now, was), casts.fixed(cell.old, was, now, was))
            )
            if cells:
                columns.append(replace(column, cells=cells))
        return replace(change, columns=tuple(columns))

    def _without_rounding(self, change: TableChange, migrated: Snapshot, casts: ServerCasts) -> TableChange:
        """Without values that lost in the old type, through which they went in between, what it cannot hold."""
        columns = []
        for column in change.columns:
            was = self.testbed.old.objects[ObjectKey("column", *self.expected.old_column(column.new))]["type"]
            now = migrated.objects[ObjectKey("column", *column.new)]["type"]
            cells = tuple(
                cell
                for cell in column.cells
                if was == now or cell.old is None or cell.new != casts.cast(cell.old, now, was, now)
            )
            if cells:
                columns.append(replace(column, cells=cells))
        return replace(change, columns=tuple(columns))

    @contextmanager
    def _casts(self, name: str) -> Iterator[ServerCasts]:
        connection = self.testbed.address(name).connect()
        try:
            connection.autocommit = False
            yield ServerCasts(connection)
        finally:
            connection.close()

    def _note(self, judgement: Judgement, step: StepName) -> None:
        """Put into the proof what is seen for the first time."""
        proof = self.proof
        known = proof.lost_places | {(value.old[1:3], value.old.name) for value in proof.values}
        for loss in judgement.lost:
            if (loss.table, loss.column) not in known:
                proof.lost_places.add((loss.table, loss.column))
                proof.lost.append(LostRows(table=dotted(*loss.table), column=loss.column, step=step, rows=loss.rows))
        reported = {(value.old, value.new) for value in proof.values}
        proof.values += [value for value in judgement.values if (value.old, value.new) not in reported]
        proof.changes += judgement.changes


def surviving_columns(old: Snapshot, target: Snapshot, expected: ExpectedData) -> Columns:
    """The columns of the old schema, by their old names, that the new one still has."""
    kept: dict[Table, set[str]] = {(key.schema, key.name): set() for key in old.of("table")}
    for key, attributes in old.of("column").items():
        column: Column = (key.schema, key.parent, key.name)
        now = target.objects.get(ObjectKey("column", *expected.new_column(column)))
        if now is not None and attributes.get("generated") is None and now.get("generated") is None:
            kept[key.schema, key.parent].add(key.name)
    gone = {
        (key.schema, key.name)
        for key in old.of("table")
        if ObjectKey("table", *_at(expected.new_table((key.schema, key.name)))) not in target.objects
    }
    return {table: columns for table, columns in kept.items() if table not in gone}


def _at(table: Table) -> tuple[str, str, str]:
    return table[0], "", table[1]


def _fewer(first: RowSnapshot, again: RowSnapshot, known: Columns) -> Iterator[tuple[Table, str | None, int]]:
    """Tables and columns that are new and had more in them after the first upgrade."""
    for table, content in first.tables.items():
        there = again.tables.get(table)
        if there is None:
            continue
        if table not in known and len(there.rows) < len(content.rows):
            yield table, None, len(content.rows) - len(there.rows)
            continue
        for column in content.columns:
            if column in known.get(table, ()) or column not in there.columns:
                continue
            missing = _filled(content.rows, content.columns.index(column)) - _filled(
                there.rows, there.columns.index(column)
            )
            if missing > 0:
                yield table, column, missing


def _filled(rows: tuple[tuple[str | None, ...], ...], position: int) -> int:
    return sum(row[position] is not None for row in rows)
