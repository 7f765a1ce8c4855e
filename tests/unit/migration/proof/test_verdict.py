"""Nothing less than the whole proof is called proven: a table of what was seen and what is said."""

from dataclasses import dataclass

import pytest

from bot.migration.proof.losses import RowChange
from bot.migration.proof.proof import COMPARISON_STOPS, Proof
from bot.migration.proof.verdict import WHOLE, status
from bot.model import (
    Decision,
    Difference,
    Finding,
    LostRows,
    Migration,
    Severity,
    Status,
    Step,
    StepError,
    StepName,
)

NAMES: tuple[StepName, ...] = ("upgrade", "downgrade", "upgrade again", "autogenerate again")
LOST = LostRows(table="a", column=None, step="upgrade", rows=1)
LEFT = Difference(kind="table", schema="public", parent="", name="a", action="removed")
ADDED = RowChange("added", "error", ("public", "a"), None, "upgrade", 1)


def step(name: StepName) -> Step:
    return Step(name=name, ok=True, seconds=0.1)


def stopped(name: StepName, kind: str = "x") -> Step:
    return Step(name=name, ok=False, seconds=0.1, error=StepError(type=kind, message="x"))


def differs(name: StepName) -> Step:
    return Step(name=name, ok=False, seconds=0.1, differences=[LEFT])


@dataclass(frozen=True)
class Seen:
    """What a check came to; by default, all that it takes."""

    steps: tuple[Step, ...] = tuple(map(step, NAMES))
    lost: tuple[LostRows, ...] = ()
    changes: tuple[RowChange, ...] = ()
    downgrades: tuple[str, ...] = ("complete",)
    decided: tuple[str, ...] = ()
    findings: tuple[Severity, ...] = ()
    with_rows: bool = True

    def status(self) -> Status:
        proof = Proof(steps=list(self.steps), lost=list(self.lost), changes=list(self.changes))
        migrations = [
            Migration(path="a.py", revision="a", down_revision=None, origin="generated", source="", downgrade=down)  # type: ignore[arg-type]
            for down in self.downgrades
        ]
        decisions = [
            Decision(kind="fill", subject="a.b", answer=None, decided=decided, question="?", how="")  # type: ignore[arg-type]
            for decided in self.decided
        ]
        findings = [Finding(code="x", severity=severity, title="x", detail="") for severity in self.findings]
        return status(proof, migrations, decisions, findings, self.with_rows)


UP, DOWN, AGAIN, ASKED = map(step, NAMES)
TABLE: tuple[tuple[Seen, Status], ...] = (
    (Seen(), "proven"),
    (Seen(decided=("command", "setting"), findings=("notice", "notice")), "proven"),
    (Seen(downgrades=("complete", "complete")), "proven"),
    # A part is missing, comes twice, or comes in another order.
    *(
        (Seen(steps=tuple(s for s in (UP, DOWN, AGAIN, ASKED) if s is not missing)), "warning")
        for missing in (UP, DOWN, AGAIN, ASKED)
    ),
    (Seen(steps=()), "warning"),
    (Seen(steps=(UP, DOWN, AGAIN, ASKED, ASKED)), "warning"),
    (Seen(steps=(DOWN, UP, AGAIN, ASKED)), "warning"),
    (Seen(with_rows=False), "warning"),
    # Something is left to a guess.
    (Seen(decided=("open",)), "warning"),
    (Seen(decided=("assumed",)), "warning"),
    (Seen(decided=("command", "assumed")), "warning"),
    (Seen(findings=("notice", "warning")), "warning"),
    (Seen(downgrades=("missing",)), "warning"),
    (Seen(downgrades=("complete", "irreversible")), "warning"),
    # It is wrong.
    (Seen(findings=("error",)), "failed"),
    (Seen(findings=("notice", "error"), decided=("open",)), "failed"),
    (Seen(lost=(LOST,)), "failed"),
    (Seen(lost=(LOST,), decided=("open",)), "failed"),
    (Seen(changes=(ADDED,)), "failed"),
    (Seen(changes=(ADDED,), decided=("open",)), "failed"),
    (Seen(steps=(UP, differs("downgrade"), AGAIN, ASKED)), "failed"),
    (Seen(steps=(UP, differs("downgrade"), AGAIN, ASKED), decided=("open",)), "failed"),
    (Seen(steps=(stopped("upgrade"),)), "failed"),
    (Seen(steps=(stopped("upgrade"),), decided=("assumed", "command")), "failed"),
    # Alembic's comparison stops on what models or env.py say, and the catalogs agree without it.
    *((Seen(steps=(UP, DOWN, AGAIN, stopped(NAMES[3], kind))), "warning") for kind in COMPARISON_STOPS),
    (Seen(steps=(UP, DOWN, AGAIN, stopped(NAMES[3], "timeout"))), "failed"),
    (Seen(steps=(UP, DOWN, stopped(NAMES[2], "database"))), "failed"),
    (Seen(steps=(UP, differs("downgrade"), AGAIN, stopped(NAMES[3], "database"))), "failed"),
    # It stops on rows for which an answer is still open.
    (Seen(steps=(stopped("upgrade"),), decided=("open",)), "warning"),
    (Seen(steps=(stopped("upgrade"),), decided=("command", "open")), "warning"),
    (Seen(steps=(stopped("upgrade"),), decided=("open",), lost=(LOST,)), "failed"),
)


@pytest.mark.parametrize(("seen", "said"), TABLE, ids=[f"{number}-{said}" for number, (_, said) in enumerate(TABLE)])
def test_what_was_seen_is_what_is_said(seen: Seen, said: Status) -> None:
    assert seen.status() == said


def test_the_whole_round_trip_has_four_steps() -> None:
    assert list(NAMES) == WHOLE
