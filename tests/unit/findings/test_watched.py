"""What is said of objects that the bot compares and does not write."""

from typing import Any

from bot.findings.facts import Facts
from bot.findings.rules import watched
from bot.migration.proof.watched import WatchedDifference
from bot.model import Difference, Finding, Migration, Project, StepName
from tests.support.facts import LOADED

GRANT = Difference(
    kind="access",
    schema="shop",
    parent="",
    name="table job",
    action="added",
    after={"privileges": [["public", "SELECT"]]},
)
CAST = Difference(kind="cast", schema="", parent="", name="text AS integer", action="removed", before={"x": 1})


def findings(*found: WatchedDifference, migrations: bool = True, **more: Any) -> list[Finding]:
    migration = Migration(path="a.py", revision="a", down_revision=None, origin="pull_request", source="")
    project = Project(config="alembic.ini", status="failed", migrations=[migration] if migrations else [])
    return list(watched.check(Facts(project=project, base=None, head=LOADED, watched=found, **more)))


def told(step: StepName, difference: Difference, *, by_hand: bool = False) -> tuple[str, str, str]:
    (finding,) = findings(WatchedDifference(step, difference, by_hand))
    return finding.code, finding.severity, finding.title


def test_nothing_is_said_of_nothing() -> None:
    assert findings() == []


def test_what_is_missing_after_the_upgrade() -> None:
    assert told("upgrade", GRANT) == (
        "not-as-declared",
        "warning",
        "Not as the models' database has it after the upgrade: access to table shop.job",
    )


def test_what_the_downgrade_leaves() -> None:
    assert told("downgrade", CAST) == (
        "not-restored",
        "warning",
        'The downgrade does not bring back: cast "text AS integer"',
    )


def test_what_the_second_upgrade_leaves() -> None:
    assert told("upgrade again", CAST)[:2] == ("not-restored", "warning")


def test_what_is_made_by_hand_is_a_notice() -> None:
    assert told("upgrade", CAST, by_hand=True)[:2] == ("undeclared-made", "notice")


def test_without_a_migration_a_change_of_the_models_is_told() -> None:
    (finding,) = findings(migrations=False, watched_change=(GRANT,))
    assert (finding.code, finding.severity) == ("not-as-declared", "warning")
    assert findings(migrations=True, watched_change=(GRANT,)) == []
