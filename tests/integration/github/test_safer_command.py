"""`/migration safer` in whole runs: the form that lets the application go on, and what is said where it fails."""

from tests.support.action import MODELS, ActionHarness
from tests.support.projects import ENV

INDEXED = MODELS.replace("sa.String(30), ", "sa.String(30), index=True, ")
# A transaction around Alembic's own, which cannot be left for a statement that wants none.
AROUND = ENV.replace("connect()", "begin()")


def test_the_form_that_was_asked_for_is_what_is_committed(stage: ActionHarness) -> None:
    stage.open({"models.py": INDEXED})
    assert stage.comment("/migration safer") == 0
    assert stage.outputs["status"] == "proven"
    assert "postgresql_concurrently=True" in stage.hub.bodies(1)[0]
    stage.comment("/migration commit")
    assert "CREATE INDEX CONCURRENTLY" in stage.hub.bodies(1)[0]
    assert stage.outputs["status"] == "proven"
    assert stage.hub.checks[-1]["conclusion"] == "success"


def test_one_that_does_not_hold_is_no_success_and_has_a_way_back(stage: ActionHarness) -> None:
    stage.open({"models.py": INDEXED, "migrations/env.py": AROUND})
    assert stage.comment("/migration safer") == 1
    assert stage.outputs["status"] == "failed"
    assert stage.hub.checks[-1]["conclusion"] == "failure"
    body = stage.hub.bodies(1)[0]
    assert "It is the safer form that does not pass its proof" in body
    assert "which env.py began by itself: connect() in place of begin()" in body
    head = stage.hub.sha("feature")
    assert stage.comment("/migration commit") == 2
    assert stage.hub.sha("feature") == head
    assert stage.comment("/migration undo") == 0
    assert stage.outputs["status"] == "proven"
    assert "safer form" not in stage.hub.bodies(1)[0]
