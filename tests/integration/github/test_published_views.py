"""What the publishing half shows of tables and diagrams, which come from the half that may be forged."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.action import ActionHarness
from tests.support.troubleshooting import appears


@pytest.fixture
def stage(after_half: ActionHarness) -> ActionHarness:
    """All of these publish what one first half has found out."""
    return after_half


@pytest.fixture
def artifact(stage: ActionHarness) -> Path:
    """The folder that the first half uploads, where the second half finds it."""
    return stage.folder / "prepared" / "migration-report"


def forge(artifact: Path, **changes: Any) -> None:
    views = json.loads((artifact / "views.json").read_text())
    views["alembic.ini"].update(changes)
    (artifact / "views.json").write_text(json.dumps(views))


def test_the_comment_is_whole(stage: ActionHarness, artifact: Path) -> None:
    assert stage.finished() == 0
    [body] = stage.hub.bodies(1)
    assert "+ age    | integer" in body
    assert "```mermaid\nerDiagram\n" in body
    assert "<summary>History</summary>" in body


def test_to_a_fork_the_bot_offers_no_commit(stage: ActionHarness, artifact: Path) -> None:
    stage.hub.pulls[1].head_repository = "stranger/shop"
    assert stage.finished("stranger") == 0
    [body] = stage.hub.bodies(1)
    assert "copy it from below: the bot cannot commit to a fork" in body
    assert "/migration commit" not in body


def test_of_a_fork_it_is_said_what_the_verdict_is_worth(stage: ActionHarness, artifact: Path) -> None:
    stage.finished()
    assert "could forge" not in stage.hub.bodies(1)[0]
    stage.hub.pulls[1].head_repository = "stranger/shop"
    shutil.move(stage.folder / "runner2" / "workspace", stage.folder / "prepared")
    stage.finished("stranger")
    [body] = stage.hub.bodies(1)
    assert "which its author could forge" in body.split("**What changes**")[0]
    assert stage.hub.checks[-1]["output"]["title"].endswith("(as the fork's own job reports)")


def test_no_other_picture_is_drawn(stage: ActionHarness, artifact: Path) -> None:
    source = 'x"\n    click a "https://evil.example"'
    forge(artifact, diagram={"tables": [{"schema": "public", "name": source, "change": "new"}]})
    assert stage.finished() == 0
    [body] = stage.hub.bodies(1)
    assert '```mermaid\nerDiagram\n    "x_' in body
    assert "evil.example" not in body.replace("evil.example_", "")


def test_forged_views_stay_in_their_fences(stage: ActionHarness, artifact: Path) -> None:
    forge(
        artifact,
        tables=[{"schema": "x</summary><h1>", "name": "a", "before": None, "after": {"kind": "```\n# Approved"}}],
        history=["```\n@all"],
    )
    assert stage.finished() == 0
    [body] = stage.hub.bodies(1)
    assert "````diff" in body
    assert "````text\n```\n@all" in body
    assert "\n# Approved" not in body


def test_a_report_without_views_is_shown_all_the_same(stage: ActionHarness, artifact: Path) -> None:
    (artifact / "views.json").unlink()
    assert stage.finished() == 0
    assert "+    column age: type integer" in stage.hub.bodies(1)[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"alembic.ini": {"tables": 1}}',
        "[" * 100_000,
        '{"a": {"diagram": null}}',
        '{"a": {"diagram": "flowchart TD"}}',
    ],
)
def test_what_is_no_file_of_views_is_refused(stage: ActionHarness, artifact: Path, text: str) -> None:
    (artifact / "views.json").write_text(text)
    assert stage.finished() == 2
    assert stage.hub.bodies(1) == []


def test_without_a_report_the_log_says_what_is_missing(
    stage: ActionHarness, artifact: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(artifact)
    assert stage.finished() == 0
    appears("there is no … in the workspace", capfd.readouterr().out)


def test_a_link_is_not_followed(stage: ActionHarness, artifact: Path) -> None:
    (artifact / "views.json").unlink()
    (artifact / "views.json").symlink_to("/etc/passwd")
    assert stage.finished() == 2
    assert stage.hub.bodies(1) == []
