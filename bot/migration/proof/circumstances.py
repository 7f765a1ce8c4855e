"""The upgrade once more where it may come to something else: in another time zone, and with rows in another order.

In: a round trip's database before the upgrade. Out, in the proof: values that depend on it, and where it stops.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bot.migration.proof import reruns, row_order, time_zones
from bot.migration.proof.options import RoundTripOptions
from bot.migration.proof.proof import Circumstance, Proof, Stop
from bot.migration.proof.rows import RowSnapshot
from bot.migration.testbed.testbed import Testbed
from bot.model import ObjectKey, StepError
from bot.schema.snapshots import Snapshot


@dataclass(frozen=True)
class Circumstances:
    """What the upgrade came to in another time zone. `retyped` and `filled` are the columns that this may decide;
    `untouched` is a copy that was not upgraded, if the author's revisions may send statements of their own."""

    testbed: Testbed
    proof: Proof
    retyped: list[ObjectKey]
    filled: list[ObjectKey]
    zoned: RowSnapshot | StepError | None
    untouched: str

    def judge(self, migrated: Snapshot, sent: Sequence[str]) -> None:
        """Note in the proof what differs from the upgrade of the round trip, which has passed, and `sent` these."""
        proof = self.proof
        if isinstance(self.zoned, StepError):
            self._stopped("time zone", self.zoned)
        elif self.zoned is not None:
            proof.time_zone_dependent = time_zones.different(self.retyped, proof.after, self.zoned)
            different = time_zones.different(self.filled, proof.after, self.zoned)
            proof.changes += time_zones.changes(different, proof.after)
        if self.untouched and (proof.untold or row_order.may_matter(sent)):
            self._judge_order(migrated)

    def _stopped(self, circumstance: Circumstance, error: StepError) -> None:
        self.proof.stops.append(Stop(circumstance, error))

    def _judge_order(self, migrated: Snapshot) -> None:
        """Tell what depends on the order of rows from what is another value each time."""
        proof = self.proof
        turned = row_order.upgraded(self.testbed, self.untouched, proof.before)
        if isinstance(turned, StepError):
            self._stopped("row order", turned)
        elif any(row_order.dependent(proof.before, proof.after, turned, migrated)):
            again = reruns.upgraded(self.testbed, self.untouched, "again")
            if isinstance(again, StepError):
                return  # it does not always pass, whatever the order
            random = row_order.never_alike(proof.after, again, migrated)
            proof.changes += row_order.dependent(proof.before, proof.after, turned, migrated, random)


@contextmanager
def tried(testbed: Testbed, name: str, options: RoundTripOptions, proof: Proof) -> Iterator[Circumstances]:
    """Upgrade copies of database `name`, which is not upgraded yet, as far as the change asks for it."""
    retyped = time_zones.retyped(testbed, options.expected)
    filled = time_zones.filled(testbed, options) if options.own else []
    zoned = time_zones.upgraded(testbed, name) if retyped or filled else None
    with ExitStack() as stack:
        kept = options.own and options.may_send and options.style != "none"
        untouched = stack.enter_context(testbed.databases.temporary("untouched", name)) if kept else ""
        yield Circumstances(testbed, proof, retyped, filled, zoned, untouched)
