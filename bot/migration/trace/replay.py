"""What each statement of a migration did to the relations that were there before: locks, rewrites, scans.

In: what the server said after each statement, and the relations before. Out: facts, by the relations' names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.migration.trace.lockmodes import strength, strongest
from bot.migration.trace.relations import Relation, Relations
from bot.project.client.client import Observation, RanStatement, SeenRelation

_NOTHING = SeenRelation(0, "", None, 0, 0, 0)


@dataclass(frozen=True)
class Held:
    """A lock that an earlier statement of the transaction took; `since` is its line, if that is known."""

    mode: str
    since: int | None


@dataclass(frozen=True)
class StatementFacts:
    """`transaction` is the same for all statements that share their locks; `written` counts rows by table.

    `taken` are the strongest new locks, `held` those that are as strong as what a statement could ask for.
    """

    revision: str
    sql: str
    line: int | None
    seconds: float
    transaction: int = 0
    observed: bool = True
    lock_timeout: str = "0"
    taken: Mapping[Relation, str] = field(default_factory=dict)
    held: Mapping[Relation, Held] = field(default_factory=dict)
    rewritten: tuple[Relation, ...] = ()
    scanned: tuple[Relation, ...] = ()
    written: Mapping[Relation, int] = field(default_factory=dict)


@dataclass
class _Session:
    """One session as it goes on; `locked` has for each relation the line of the statement that took its lock."""

    transaction: int = -1
    seen: dict[int, SeenRelation] = field(default_factory=dict)
    locked: dict[int, Held] = field(default_factory=dict)


def replay(statements: Sequence[RanStatement], relations: Relations) -> list[StatementFacts]:
    """The facts of all statements, in order."""
    return _Replay(relations).run(statements)


class _Replay:
    def __init__(self, relations: Relations) -> None:
        self._names = relations.names
        self._relations = relations
        self._files = dict(relations.files)
        self._filled = set(relations.files.items())  # files that rows may be in; TRUNCATE makes another one
        self._sessions: dict[int, _Session] = {}
        self._transactions = 0

    def run(self, statements: Sequence[RanStatement]) -> list[StatementFacts]:
        return [self._facts(ran, ran.observation) for ran in statements if ran.observation is not None]

    def _facts(self, statement: RanStatement, observed: Observation) -> StatementFacts:
        session = self._sessions.setdefault(observed.session, _Session())
        if observed.begun is not None or session.transaction < 0:
            self._begin(session, observed.begun or [])
        if observed.files is not None:
            self._files |= {oid: oid for oid in self._files} | dict(observed.files)
            self._filled |= self._files.items()
        for oid in observed.released:
            session.locked.pop(oid, None)
        held = {self._names[oid]: lock for oid, lock in session.locked.items() if oid in self._names}
        changed = {row.oid: row for row in observed.changed if row.oid in self._names}
        rewritten = self._rewritten(session, changed)
        written = self._written(session, changed)
        self._fill(changed, rewritten, written)
        facts = StatementFacts(
            revision=statement.revision,
            sql=statement.sql,
            line=statement.line,
            seconds=statement.seconds,
            transaction=session.transaction,
            observed=observed.observed,
            lock_timeout=observed.lock_timeout,
            taken=self._taken(session, changed, statement.line),
            held=held,
            rewritten=rewritten,
            scanned=self._scanned(session, changed),
            written=written,
        )
        self._note(session, changed)
        return facts

    def _begin(self, session: _Session, rows: list[SeenRelation]) -> None:
        self._transactions += 1
        session.transaction = self._transactions
        session.seen = {row.oid: row for row in rows}
        session.locked = {row.oid: Held(strongest(row.modes.split()), None) for row in rows if row.modes}

    def _taken(self, session: _Session, changed: Mapping[int, SeenRelation], line: int | None) -> dict[Relation, str]:
        """Locks that are stronger than what was held; they are held from now on."""
        found = {}
        for oid, row in changed.items():
            mode = strongest(row.modes.split())
            before = session.locked.get(oid)
            if mode and (before is None or strength(mode) > strength(before.mode)):
                found[self._names[oid]] = mode
                session.locked[oid] = Held(mode, line)
        return found

    def _rewritten(self, session: _Session, changed: Mapping[int, SeenRelation]) -> tuple[Relation, ...]:
        """New files that rows were put into. TRUNCATE makes new files as well, and reads no row for them."""
        new = {oid for oid, row in changed.items() if row.file and self._files.get(oid) not in (None, row.file)}
        filled = {self._names[oid].table for oid in new if self._was_copied(session, changed[oid])}
        filled |= {self._names[oid].table for oid in changed if self._fills_indexes(session, changed, oid, new)}
        return tuple(
            relation
            for relation in map(self._names.__getitem__, sorted(new))
            if relation.table in filled and (relation.has_rows or relation.is_index)
        )

    def _was_copied(self, session: _Session, row: SeenRelation) -> bool:
        """One scan for each index that is rebuilt is made of an empty table, too; one more is that of its rows."""
        relation = self._names[row.oid]
        if relation.kind == "m":
            return True
        before = session.seen.get(row.oid, _NOTHING)
        copied = row.scans - before.scans > self._relations.indexes_of(relation) or row.read > before.read
        return relation.has_rows and copied

    def _fills_indexes(self, session: _Session, changed: Mapping[int, SeenRelation], oid: int, new: set[int]) -> bool:
        """REINDEX: the table is read and stays where it is."""
        relation, before = self._names[oid], session.seen.get(oid, _NOTHING)
        return relation.has_rows and oid not in new and changed[oid].scans > before.scans

    def _fill(
        self,
        changed: Mapping[int, SeenRelation],
        rewritten: tuple[Relation, ...],
        written: Mapping[Relation, int],
    ) -> None:
        for oid, row in changed.items():
            if row.file and (self._names[oid] in rewritten or self._names[oid] in written):
                self._filled.add((oid, row.file))

    def _scanned(self, session: _Session, changed: Mapping[int, SeenRelation]) -> tuple[Relation, ...]:
        """Tables that were read whole, which one that the migration has emptied is not."""
        found = []
        for oid, row in changed.items():
            relation, before = self._names[oid], session.seen.get(oid, _NOTHING)
            emptied = row.file is not None and (oid, row.file) not in self._filled
            if relation.has_rows and row.scans > before.scans and not emptied:
                found.append(relation)
        return tuple(found)

    def _written(self, session: _Session, changed: Mapping[int, SeenRelation]) -> dict[Relation, int]:
        return {
            self._names[oid]: rows
            for oid, row in changed.items()
            if (rows := row.written - session.seen.get(oid, _NOTHING).written) > 0
        }

    def _note(self, session: _Session, changed: Mapping[int, SeenRelation]) -> None:
        session.seen.update(changed)
        self._files.update({oid: row.file for oid, row in changed.items() if row.file})
