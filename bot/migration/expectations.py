"""What the author of a migration seems to expect of the rows: likely renames, answers.

Comes in: a stage and the author's answers. Goes out: what is to become of the rows, and, after the proof, the
likely renames that the author's migration made as drop and add, which takes the rows away.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import msgspec

from bot.migration.generate import Request, Understanding, meaning, understand
from bot.migration.losses import Meant
from bot.migration.stage import Stage
from bot.outcome import Decision, LostRows
from bot.request.names import parts


@dataclass(frozen=True)
class Expectations:
    understood: Understanding
    meant: Meant

    def dropped(self, lost: Iterable[LostRows]) -> list[Decision]:
        """Assumed renames whose rows or values are gone, as questions to the author."""
        gone = {(loss.table, loss.column) for loss in lost}
        return [
            _asked(decision)
            for decision in self.understood.asked
            if decision.kind == "rename" and decision.decided == "assumed" and _place(decision, self.meant) in gone
        ]

    def without(self, dropped: list[Decision]) -> Meant:
        """The same, with those renames taken for drop and add."""
        subjects = {_full(decision.subject, self.meant) for decision in dropped}
        return replace(
            self.meant,
            tables={old: new for old, new in self.meant.tables.items() if old not in subjects},
            columns={old: new for old, new in self.meant.columns.items() if old not in subjects},
        )


def read(stage: Stage, request: Request) -> Expectations:
    """What the answers and the likeness of names tell. How values change form, the migration itself says."""
    understood = understand(stage, request)
    said = frozenset(".".join(column) for column in request.answers.usings)
    return Expectations(understood, replace(meaning(understood), converted=said))


def _full(subject: str, meant: Meant) -> str:
    """The subject as the keys of `Meant` write it, with `public`."""
    plain = ".".join(parts(subject))
    for known in (*meant.tables, *meant.columns):
        if plain in (known, known.removeprefix("public.")):
            return known
    return subject


def _place(decision: Decision, meant: Meant) -> tuple[str, str | None]:
    known = _full(decision.subject, meant)
    if known in meant.tables:
        return known, None
    table, _, column = known.rpartition(".")
    return table, column


def _asked(decision: Decision) -> Decision:
    question = f"{decision.question} The migration drops the one and adds the other, and the values are lost."
    return msgspec.structs.replace(decision, decided="open", answer=None, question=question)
