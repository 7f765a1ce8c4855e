"""Sequences through a round trip: after each step, those behind the keys they number and those that start over.

In: a database with its rows, before the upgrade and after each step. Out: what a step is to blame for, in the proof.
"""

from dataclasses import dataclass, field

from bot.migration.intent.expected_data import ExpectedData
from bot.migration.proof import sequences
from bot.migration.proof.proof import OutOfSync, Proof
from bot.migration.testbed.testbed import Testbed
from bot.model import ObjectKey, StepName
from bot.schema.snapshots import Snapshot


@dataclass
class SequenceHistory:
    """What sequences of the database `name` were like before; made where its rows are and the upgrade is to come."""

    testbed: Testbed
    name: str
    expected: ExpectedData
    proof: Proof
    _known: set[ObjectKey] = field(init=False)  # columns whose sequence was behind before the upgrade
    _positions: sequences.Positions = field(init=False)

    def __post_init__(self) -> None:
        old = self.testbed.old
        with self.testbed.reading_session(self.name) as connection:
            self._known = sequences.out_of_sync(connection, old)
            self._positions = sequences.positions(connection, old)

    def after(self, step: StepName, snapshot: Snapshot) -> None:
        """Note the sequences that a step left behind their keys, or let start over."""
        known = self._known if step == "downgrade" else {self._new_name(key) for key in self._known}
        with self.testbed.reading_session(self.name) as connection:
            out_of_sync = sequences.out_of_sync(connection, snapshot) - known
            positions = sequences.positions(connection, snapshot)
        noted = {found.key for found in self.proof.out_of_sync}
        found = [*sorted(out_of_sync), *sequences.started_over(self._positions, positions, snapshot)]
        self.proof.out_of_sync += [OutOfSync(key, step) for key in found if key not in noted]
        self._positions = positions

    def _new_name(self, key: ObjectKey) -> ObjectKey:
        return ObjectKey("column", *self.expected.new_column((key.schema, key.parent, key.name)))
