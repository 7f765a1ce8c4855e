"""Repositories and pull requests that are not as most are: another server, a base that goes, very many files."""

import pytest

from tests.fakes.checkout import check_out
from tests.support.action import BROKEN, TO_ADD, WITH_AGE, ActionHarness


def test_a_github_of_ones_own(stage: ActionHarness, capfd: pytest.CaptureFixture[str]) -> None:
    stage.hub.prefix, stage.hub.server = "/api/v3", "https://github.example.org"
    stage.hub.url += stage.hub.prefix
    stage.open({"models.py": WITH_AGE})
    assert stage.comment("/migration commit") == 0
    assert stage.outputs["comment-url"].startswith("https://github.example.org/acme/shop/pull/1#")
    assert all(check["details_url"].startswith("https://github.example.org/acme/shop/") for check in stage.hub.checks)
    assert stage.hub.sha("feature^") == stage.git("rev-parse", "feature")
    assert "github.com" not in stage.hub.bodies(1)[0] + stage.summary
    assert "::error" not in capfd.readouterr().out


def _on_release(stage: ActionHarness) -> None:
    """A pull request onto a branch that can be deleted."""
    stage.push("main:release")
    stage.open(BROKEN)
    stage.hub.pulls[1].base_branch = "release"


def test_a_base_that_is_deleted_before_the_run(stage: ActionHarness) -> None:
    _on_release(stage)
    event = stage.event()
    stage.hub.delete_base(1)
    assert stage.run("pull_request", event) == 1
    assert stage.outputs["status"] == "error"
    assert "no verdict" in stage.hub.bodies(1)[0]


@pytest.mark.parametrize("request_line", ["POST .*/check-runs", "POST .*/issues/1/comments"])
def test_a_base_that_is_deleted_during_the_run(stage: ActionHarness, request_line: str) -> None:
    _on_release(stage)
    stage.hub.before.append((request_line, lambda: stage.hub.delete_base(1)))
    assert stage.pull_request() == 1
    assert "no verdict" in stage.hub.bodies(1)[0]


def test_a_command_on_a_pull_request_whose_base_is_gone(stage: ActionHarness) -> None:
    _on_release(stage)
    stage.hub.delete_base(1)
    before = stage.hub.sha("feature")
    assert stage.comment("/migration commit") == 0
    assert stage.hub.sha("feature") == before


def test_a_head_that_is_gone_is_named(stage: ActionHarness, capfd: pytest.CaptureFixture[str]) -> None:
    """A force-push before the run has begun; GitHub gives the old commit to nobody any more."""
    stage.open({"models.py": WITH_AGE})
    event = stage.event()
    event["pull_request"]["head"]["sha"] = "1" * 40
    assert stage.run("pull_request", event) == 3
    assert "::error title=Migration bot::commit 111111111111 cannot be fetched from origin" in capfd.readouterr().out
    assert stage.hub.bodies(1) == []


def test_three_thousand_files(stage: ActionHarness) -> None:
    """More than GitHub's list of a pull request's files has: they are read from git."""
    files = {f"data/{number % 60}/{number}.py": f"x = {number}\n" for number in range(3_000)}
    stage.open({**files, "models.py": WITH_AGE})
    assert stage.pull_request() == TO_ADD
    assert stage.outputs["status"] == "proven"
    assert len(stage.hub.requests) <= 12


def test_a_clone_that_lacks_files_on_purpose_gets_them(stage: ActionHarness) -> None:
    """As `sparse-checkout` of actions/checkout leaves it."""
    stage.open({"models.py": WITH_AGE})
    stage.hub.run("config", "uploadpack.allowFilter", "true")
    workspace = stage.folder / "prepared"
    check_out(workspace, f"file://{stage.hub.git}", "refs/pull/1/merge", "--filter=blob:none", "docs")
    assert not (workspace / "migrations").exists()
    assert stage.pull_request() == TO_ADD


def test_three_hundred_commits(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    for number in range(300):
        stage.git("commit", "--quiet", "--allow-empty", "-m", f"commit {number}")
    stage.push("feature")
    stage.base_moves({"README.md": "words"})
    assert stage.pull_request() == TO_ADD
    assert "which has 1 newer commit" in stage.hub.bodies(1)[0]
