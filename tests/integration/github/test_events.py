"""What starts a run, each with a payload that GitHub's own description of it allows."""

import pytest

from tests.fakes import webhooks
from tests.support.action import TO_ADD, WITH_AGE, WORDS, ActionHarness


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "ready_for_review", "edited"])
def test_what_brings_a_pull_request_or_new_commits_is_checked(stage: ActionHarness, action: str) -> None:
    stage.open(WORDS)
    assert stage.pull_request(action, comment="always") == 0
    assert len(stage.hub.bodies(1)) == 1
    assert (stage.outputs["status"], stage.hub.checks[0]["head_sha"]) == ("unchanged", stage.hub.sha("feature"))


def test_a_pull_request_with_another_base_is_checked_against_that(after_first: ActionHarness) -> None:
    stage = after_first
    stage.push("feature:release")
    stage.hub.pulls[1].base_branch = "release"
    changes = {"base": {"ref": {"from": "main"}, "sha": {"from": stage.hub.sha("main")}}}
    assert stage.run("pull_request", stage.event("edited", changes=changes)) == 0
    (body,) = stage.hub.bodies(1)
    assert "op.add_column" not in body


@pytest.mark.parametrize("draft", [True, False])
def test_drafts_are_checked_like_others(stage: ActionHarness, draft: bool) -> None:
    stage.open(WORDS)
    stage.hub.pulls[1].draft = draft
    assert stage.pull_request(comment="always") == 0
    assert len(stage.hub.bodies(1)) == 1
    assert (stage.outputs["status"], stage.hub.checks[0]["head_sha"]) == ("unchanged", stage.hub.sha("feature"))


def test_dependabot_s_pull_request_is_told_in_the_summary(
    stage: ActionHarness, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its runs have a token that can only read."""
    stage.open({"models.py": WITH_AGE})
    stage.hub.pulls[1].author, stage.hub.token = "dependabot[bot]", "read"
    assert stage.pull_request() == TO_ADD
    assert "generated and proven" in stage.summary
    said = [line for line in capfd.readouterr().out.splitlines() if line.startswith("::warning")]
    assert len(said) == 1
    assert "check run and comment not written" in said[0]
    assert "pull-requests: write" in said[0]
    assert len(stage.hub.requests) == len(set(stage.hub.requests)) + 1  # what was refused is not asked for again


@pytest.mark.parametrize("decided", [True, False])
def test_a_merge_groups_commit_gets_a_check_run_with_what_was_decided(stage: ActionHarness, decided: bool) -> None:
    """And no comment: the pull request has one already."""
    stage.open({"models.py": WITH_AGE.replace("name = sa", "title = sa") if decided else WITH_AGE})
    if decided:
        stage.hub.say(1, "/migration rename job.name title")
    kind = "merge_group", "checks_requested"
    tips = {"base_sha": stage.hub.sha("main"), "head_sha": stage.hub.sha("feature")}
    branch = f"refs/heads/gh-readonly-queue/main/pr-1-{tips['base_sha']}"
    group = webhooks.part(*kind, "merge_group", **tips, head_ref=branch)
    assert stage.run("merge_group", webhooks.payload(*kind, merge_group=group)) == TO_ADD
    assert stage.outputs["status"] == "proven"
    assert stage.hub.bodies(1) == []
    [check] = stage.hub.checks
    assert (check["head_sha"], check["conclusion"]) == (tips["head_sha"], "action_required")
    assert ("job.title" in stage.summary or "`title`" in stage.summary) == decided


@pytest.mark.parametrize(("branch", "status"), [("feature", "proven"), ("main", "unchanged"), ("trunk", "proven")])
def test_a_run_by_hand_compares_with_the_default_branch(stage: ActionHarness, branch: str, status: str) -> None:
    """As in GitHub's payload: what is checked out has no other branch. On the default branch it is the last commit."""
    if branch == "trunk":  # renamed, and its last commit is the change
        stage.git("checkout", "--quiet", "-B", "trunk", "main")
        stage.write({"models.py": WITH_AGE}, "on the default branch")
        stage.push("trunk")
    else:
        stage.open({"models.py": WITH_AGE})
    stage.checked_out = branch
    repository = stage.repository("workflow_dispatch", "", default_branch="trunk" if branch == "trunk" else "main")
    event = webhooks.payload("workflow_dispatch", ref=f"refs/heads/{branch}", repository=repository, inputs={"a": "b"})
    assert stage.run("workflow_dispatch", event) == 0
    assert stage.outputs["status"] == status
    assert stage.hub.requests == []


def test_a_comment_on_an_issue_is_none_of_the_bots(stage: ActionHarness) -> None:
    kind = "issue_comment", "created"
    assert stage.run("issue_comment", webhooks.payload(*kind)) == 0
    assert stage.hub.requests == []
