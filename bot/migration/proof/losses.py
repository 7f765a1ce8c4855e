"""What became of the rows in a step, judged: lost, changed because the type cannot hold it, or changed on purpose.

In: the rows that differ, the statements that the author wrote, a server that knows the types. Out: losses, values
that their new type cannot hold, and other changes with their severity. A change that a statement of the author's
declares is reported or asked about; what nothing declares, and a column that is wiped, is an error.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal

from bot.migration.intent.expected_data import ChangedValues, ExpectedData, Table
from bot.migration.proof.canonical import Value, form_of
from bot.migration.proof.cascades import cascading_deletions
from bot.migration.proof.casts_by_server import ServerCasts
from bot.migration.proof.column_sides import ColumnSides
from bot.migration.proof.comparison import Cell, ColumnChange, TableChange
from bot.migration.proof.declared_changes import DeclaredChanges
from bot.migration.proof.followed_references import follows
from bot.migration.proof.refusals import Refusals
from bot.migration.proof.row_plans import automatic
from bot.migration.proof.triggered import statement_behind
from bot.model import ObjectKey, Severity, StepName
from bot.schema.objects import type_key
from bot.schema.snapshots import Snapshot
from bot.sqltext.row_effects import Assignment

MOST_VALUES = 5_000  # different values of a column that are examined one by one: seconds, with rows of the user's own

ChangeKind = Literal[
    "deleted", "refused", "added", "doubled", "replaced", "rewritten", "filled", "left behind", "not repeated",
    "left out", "returned otherwise", "not returned", "zoned", "unordered", "passed over", "not copied", "not examined",
    "one for all", "not counted", "null as text",
]  # fmt: skip


@dataclass(frozen=True)
class Loss:
    """`rows` of `table` whose value in `column` is gone, or that are gone as a whole when it is None."""

    table: Table
    column: str | None
    rows: int


@dataclass(frozen=True)
class RowChange:
    """`rows` rows (or their values in `column`) that became something else; `sql` is the statement that says so."""

    kind: ChangeKind
    severity: Severity
    table: Table
    column: str | None
    step: StepName
    rows: int
    value: Value = None
    instead: Value = None
    sql: str = ""


@dataclass
class Judgement:
    """Of one step; `touched` are cells (column, row) that differ, and rows (None, row) that are gone."""

    lost: list[Loss] = field(default_factory=list)
    values: list[ChangedValues] = field(default_factory=list)
    changes: list[RowChange] = field(default_factory=list)


@dataclass(frozen=True)
class Classifier:
    """`old` and `new` are the schemas whose types the values have; `declared` is empty for generated files."""

    step: StepName
    old: Snapshot
    new: Snapshot
    expected: ExpectedData
    declared: DeclaredChanges
    casts: ServerCasts
    refusals: Refusals | None = None
    most_values: int = MOST_VALUES

    def classify(self, found: list[TableChange]) -> Judgement:
        """Say what each difference means."""
        judgement = Judgement()
        changes = {change.new: change for change in found}
        for change in found:
            self._gone(change, judgement)
            judgement.changes += self._came(change)
            for column in change.columns:
                self._column(change, column, judgement, changes)
        return judgement

    def _gone(self, change: TableChange, judgement: Judgement) -> None:
        gone = change.matching.gone
        if not gone:
            return
        refused = [row for row in gone if self.refusals is not None and self.refusals.refuse(change, row)]
        deletions = self.declared.deletions(change.old, change.new) or cascading_deletions(
            self.old, self.declared, change.old, "CASCADE"
        )
        sql = deletions[0].sql if deletions else ""
        if refused and (deletions or self.declared.statements):
            judgement.changes.append(self._row_change("refused", "notice", change, len(refused), sql))
            gone = tuple(row for row in gone if row not in refused)
        if not gone:
            return
        if deletions and change.after.rows:
            judgement.changes.append(self._row_change("deleted", "warning", change, len(gone), sql))
        else:
            judgement.lost.append(Loss(change.old, None, len(gone)))

    def _came(self, change: TableChange) -> Iterator[RowChange]:
        came = change.matching.came
        if not came:
            return
        insertions = self.declared.insertions(change.old, change.new)
        key = {*self._identifying(change)}
        known = {_rest(row, key) for row in map(change.now, (other for _, other in change.matching.same))}
        doubled = [row for row in came if (rest := _rest(change.now(row), key)) and rest in known]
        copies = [insertion for insertion in insertions if insertion.copies]
        sql = (copies or insertions)[0].sql if insertions else ""
        fired = "" if insertions else statement_behind(self.old, self.declared, change.old)
        if fired:
            yield self._row_change("added", "warning", change, len(came), fired)
            return
        if doubled and (copies or not insertions):
            yield self._row_change("doubled", "error", change, len(doubled), sql)
            came = tuple(row for row in came if row not in doubled)
        if came:
            unchecked = any(not insertion.each_once for insertion in copies)
            severity: Severity = "error" if not insertions else "warning" if unchecked else "notice"
            yield self._row_change("added", severity, change, len(came), sql)

    def _identifying(self, change: TableChange) -> Iterator[str]:
        """The columns by which rows are told apart and that say nothing else of them: a key of several columns, as of
        the members of a team, is what a row says, but for what the server numbers."""
        for attributes in self.new.children("constraint", *change.new).values():
            if attributes.get("type") == "p":
                columns = [ObjectKey("column", *change.new, name) for name in attributes["columns"]]
                alone = len(columns) == 1
                yield from (key.name for key in columns if alone or automatic(self.new.objects.get(key, {})))

    def _row_change(self, kind: ChangeKind, severity: Severity, change: TableChange, rows: int, sql: str) -> RowChange:
        return RowChange(kind, severity, change.old, None, self.step, rows, sql=sql)

    def _column(
        self, change: TableChange, column: ColumnChange, judgement: Judgement, changes: Mapping[Table, TableChange]
    ) -> None:
        if column.old in self.expected.converted:
            self._emptied(change, column, judgement)
            return
        filled = [cell for cell in column.cells if cell.old is None]
        if filled and column.old not in self.expected.filled and not self._required(column):
            judgement.changes.append(self._filled(change, column, filled))
        sides = self._sides(column)
        if sides is None:
            altered = [cell for cell in column.cells if cell.old is not None]
            if altered:
                judgement.lost.append(Loss(change.old, column.old[2], len(altered)))
            return
        row_change = self._altered(change, column, sides, judgement)
        if row_change is not None:
            judgement.changes.append(self._eased(row_change, column, changes))

    def _emptied(self, change: TableChange, column: ColumnChange, judgement: Judgement) -> None:
        """Values of which a conversion leaves none: a loss, or one more thing to ask where the bot has guessed it."""
        emptied = [cell for cell in column.cells if cell.old is not None and cell.new is None]
        kept = bool(column.steady) or any(cell.new is not None for cell in column.cells)
        sides = self._sides(column) if kept and column.old in self.expected.assumed else None
        if emptied and sides is not None:
            judgement.values.append(sides.changed(column, emptied, declared=False))
        elif emptied:
            judgement.lost.append(Loss(change.old, column.old[2], len(emptied)))

    def _eased(self, altered: RowChange, column: ColumnChange, changes: Mapping[Table, TableChange]) -> RowChange:
        """No more than a notice where references follow duplicates that are made one."""
        cells = [cell for cell in column.cells if cell.old is not None]
        follow = self.declared.assignments(column.old) and follows(column, cells, changes, self.new, self.casts)
        return replace(altered, severity="notice") if follow else altered

    def _required(self, column: ColumnChange) -> bool:
        return bool(self.new.objects.get(ObjectKey("column", *column.new), {}).get("not_null"))

    def _filled(self, change: TableChange, column: ColumnChange, cells: list[Cell]) -> RowChange:
        assignments = self.declared.assignments(column.old, column.new)
        had_to = bool(assignments) and all(self._is_refused(change, column, cell) for cell in cells)
        severity: Severity = "notice" if had_to else "warning" if assignments else "error"
        sql = assignments[0].sql if assignments else ""
        return RowChange(
            "filled", severity, column.old[:2], column.old[2], self.step, len(cells), None, cells[0].new, sql
        )

    def _sides(self, column: ColumnChange) -> ColumnSides | None:
        old = self.old.objects.get(ObjectKey("column", *column.old))
        new = self.new.objects.get(ObjectKey("column", *column.new))
        if old is None or new is None:
            return None
        enum = type_key("enum", new)
        labels = tuple(self.new.objects.get(enum, {}).get("labels") or ())
        return ColumnSides(old, new, form_of(self.old, old), form_of(self.new, new), self.casts, labels)

    def _altered(
        self, change: TableChange, column: ColumnChange, sides: ColumnSides, judgement: Judgement
    ) -> RowChange | None:
        """What is to be said of values that the author's statements replaced."""
        cells = [cell for cell in column.cells if cell.old is not None]
        different = {(cell.old, cell.new_form): cell for cell in cells}
        known = {pair: sides.verdict(cell) for pair, cell in islice(different.items(), self.most_values)}
        verdicts = [(cell, known[cell.old, cell.new_form]) for cell in cells if (cell.old, cell.new_form) in known]
        rest = [cell for cell in cells if (cell.old, cell.new_form) not in known]
        if rest:
            judgement.changes.append(_warned("not examined", self.step, column, rest))
        assignments = self.declared.assignments(column.old, column.new)
        rounded = [cell for cell, verdict in verdicts if verdict == "rounded"]
        if rounded:
            # A cast alone says nothing of what it cuts; `left(title, 200)` does.
            said = any(assignment.is_derived and not assignment.is_cast for assignment in assignments)
            judgement.values.append(sides.changed(column, rounded, declared=said))
        unheld = [
            cell
            for cell, verdict in verdicts
            if verdict == "unheld" or (verdict == "other" and assignments and self._is_refused(change, column, cell))
        ]
        mistaken = [cell for cell in unheld if sides.namesake(cell.old) not in (None, cell.new)]
        if mistaken and assignments:
            judgement.changes.append(_warned("replaced", self.step, column, mistaken, assignments[0].sql))
        if unheld:
            explicit = any(assignment.is_derived or assignment.is_mapping for assignment in assignments)
            judgement.values.append(sides.changed(column, unheld, declared=explicit))
        others = [cell for cell, verdict in verdicts if verdict == "other" and cell not in unheld]
        if not others:
            return None
        altered = self._rewritten(column, others, assignments, unheld) if assignments else self._unset(column, others)
        if altered is None:
            judgement.lost.append(Loss(change.old, column.old[2], len(others)))
        return altered

    def _is_refused(self, change: TableChange, column: ColumnChange, cell: Cell) -> bool:
        return self.refusals is not None and self.refusals.refuse(change, cell.row, column.new[2])

    def _rewritten(
        self, column: ColumnChange, cells: list[Cell], assignments: list[Assignment], unheld: list[Cell]
    ) -> RowChange | None:
        """A change that the author wrote down, or None where it leaves nothing of the values.

        What became of `unheld` values may be what became of these: then they can no longer be distinguished.
        """
        reads = any(assignment.reads_itself or assignment.reads(column.old[2]) for assignment in assignments)
        derived = reads or any(assignment.is_derived for assignment in assignments)
        converts = all(assignment.is_conversion for assignment in assignments)
        left = {*column.steady, *(cell.new_form for cell in cells)}
        wiped = len(left) == 1 and len({cell.old for cell in cells}) > 1
        if wiped or (converts and not derived):
            return None
        # What a program computed may be the value of another row: then nothing says that it was made of this one's.
        shuffled = not reads and bool({cell.new_form for cell in cells} & {cell.old for cell in cells})
        return RowChange(
            "rewritten" if derived else "replaced",
            "notice" if derived and _tells_apart([*cells, *unheld], column.steady) and not shuffled else "warning",
            column.old[:2],
            column.old[2],
            self.step,
            len(cells),
            cells[0].old,
            cells[0].new,
            assignments[0].sql,
        )

    def _unset(self, column: ColumnChange, cells: list[Cell]) -> RowChange | None:
        """References that went, or became the default, with the rows which the author deleted; what a trigger sets."""
        deletions = cascading_deletions(self.old, self.declared, column.old[:2], "SET", column.old[2])
        sql = deletions[0].sql if deletions else statement_behind(self.old, self.declared, column.old[:2])
        return _warned("replaced", self.step, column, cells, sql) if sql else None


def _warned(kind: ChangeKind, step: StepName, column: ColumnChange, cells: list[Cell], sql: str = "") -> RowChange:
    place = column.old[:2], column.old[2]
    return RowChange(kind, "warning", *place, step, len(cells), cells[0].old, cells[0].new, sql)


def _rest(row: dict[str, Value], key: set[str]) -> tuple[tuple[str, Value], ...]:
    return tuple(sorted((name, value) for name, value in row.items() if name not in key))


def _tells_apart(cells: list[Cell], steady: tuple[str, ...]) -> bool:
    """Whether the new values are a function of the old ones that keeps different ones apart, blanks aside."""
    news: dict[Value, set[Value]] = {}
    olds: dict[Value, set[str]] = {value: {value.strip()} for value in steady}
    for cell in cells:
        news.setdefault(cell.old, set()).add(cell.new)
        olds.setdefault(cell.new_form, set()).add((cell.old or "").strip())
    return all(len(values) == 1 for values in news.values()) and all(len(values) == 1 for values in olds.values())
