"""Nothing less than the whole proof is called proven."""

import pytest

from bot.migration.proof.proof import Proof
from bot.migration.proof.verdict import status
from bot.model import Decision, Finding, LostRows, Migration, Severity, Step, StepError, StepName

NAMES: tuple[StepName, ...] = ("upgrade", "downgrade", "upgrade again", "autogenerate again")


def proof(*names: StepName) -> Proof:
    return Proof(steps=[Step(name=name, ok=True, seconds=0.1) for name in names or NAMES])


def migration(downgrade: str = "complete") -> Migration:
    return Migration(
        path="a.py",
        revision="a",
        down_revision=None,
        origin="generated",
        source="",
        downgrade=downgrade,  # type: ignore[arg-type]
    )


def decision(decided: str) -> Decision:
    return Decision(kind="fill", subject="a.b", answer=None, decided=decided, question="?", how="")  # type: ignore[arg-type]


def finding(severity: Severity) -> Finding:
    return Finding(code="x", severity=severity, title="x", detail="")


def test_the_whole_proof() -> None:
    assert status(proof(), [migration()], [], [], True) == "proven"
    assert status(proof(), [migration()], [decision("command")], [finding("notice")], True) == "proven"


@pytest.mark.parametrize("missing", NAMES)
def test_a_step_that_was_not_made(missing: StepName) -> None:
    made = proof(*(name for name in NAMES if name != missing))
    assert status(made, [migration()], [], [], True) == "warning"


@pytest.mark.parametrize("decided", ["open", "assumed"])
def test_what_only_the_author_knows(decided: str) -> None:
    assert status(proof(), [migration()], [decision(decided)], [], True) == "warning"


@pytest.mark.parametrize("downgrade", ["missing", "irreversible"])
def test_no_way_back(downgrade: str) -> None:
    assert status(proof("upgrade", "autogenerate again"), [migration(downgrade)], [], [], True) == "warning"


def test_without_rows() -> None:
    assert status(proof(), [migration()], [], [], False) == "warning"


def test_findings() -> None:
    assert status(proof(), [migration()], [], [finding("warning")], True) == "warning"
    assert status(proof(), [migration()], [], [finding("error")], True) == "failed"


def test_lost_rows_and_broken_steps() -> None:
    lost = proof()
    lost.lost.append(LostRows(table="a", column=None, step="upgrade", rows=1))
    assert status(lost, [migration()], [], [], True) == "failed"
    assert status(lost, [migration()], [decision("open")], [], True) == "failed"
    broken = proof("upgrade")
    broken.steps.append(Step(name="downgrade", ok=False, seconds=0.1, error=StepError(type="x", message="x")))
    assert status(broken, [migration()], [], [], True) == "failed"
