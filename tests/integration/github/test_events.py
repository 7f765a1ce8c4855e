"""What starts a run, each with a payload that GitHub's own description of it allows."""

import pytest

from bot.action import commands
from bot.errors import GitHubError
from tests.fakes import webhooks
from tests.fakes.github import Fault
from tests.support.action import AGE_ADDED, BROKEN, SIZE_ADDED, TO_ADD, WITH_AGE, WORDS, ActionHarness
from tests.support.publishing import forge


@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "ready_for_review", "edited"])
def test_what_brings_a_pull_request_or_new_commits_is_checked(stage: ActionHarness, action: str) -> None:
    stage.open(WORDS)
    assert stage.pull_request(action, comment="always") == 0
    assert len(stage.hub.bodies(1)) == 1
    assert (stage.outputs["status"], stage.hub.checks[0]["head_sha"]) == ("unchanged", stage.hub.sha("feature"))


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
    stage.open(WORDS)
    stage.hub.pulls[1].author, stage.hub.token = "dependabot[bot]", "read"
    assert stage.pull_request(comment="always") == 0
    assert "nothing to do" in stage.summary
    said = [line for line in capfd.readouterr().out.splitlines() if line.startswith("::warning")]
    assert len(said) == 1
    assert "check run and comment not written" in said[0]
    assert "pull-requests: write" in said[0]
    assert len(stage.hub.requests) == len(set(stage.hub.requests)) + 1  # what was refused is not asked for again


def test_a_merge_groups_commit_gets_a_check_run_with_what_was_decided(stage: ActionHarness) -> None:
    """One commit on base, as squashing makes it. And no comment: the pull request has one already."""
    stage.open({"models.py": WITH_AGE.replace("name = sa", "title = sa")})
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
    assert "job.title" in stage.summary or "`title`" in stage.summary


@pytest.mark.parametrize(("branch", "status"), [("feature", "error"), ("main", "unchanged"), ("trunk", "error")])
def test_a_run_by_hand_compares_with_the_default_branch(stage: ActionHarness, branch: str, status: str) -> None:
    """As in GitHub's payload: what is checked out has no other branch. On the default branch it is the last commit."""
    if branch == "trunk":  # renamed, and its last commit is the change
        stage.git("checkout", "--quiet", "-B", "trunk", "main")
        stage.write(BROKEN, "on the default branch")
        stage.push("trunk")
    else:
        stage.open(BROKEN)
    stage.checked_out = branch
    repository = stage.repository("workflow_dispatch", "", default_branch="trunk" if branch == "trunk" else "main")
    event = webhooks.payload("workflow_dispatch", ref=f"refs/heads/{branch}", repository=repository, inputs={"a": "b"})
    assert stage.run("workflow_dispatch", event) == int(status == "error")
    assert stage.outputs["status"] == status
    assert stage.hub.requests == []


def test_a_comment_on_an_issue_is_none_of_the_bots(stage: ActionHarness) -> None:
    kind = "issue_comment", "created"
    assert stage.run("issue_comment", webhooks.payload(*kind)) == 0
    assert stage.hub.requests == []


@pytest.mark.parametrize("action", ["labeled", "converted_to_draft", "auto_merge_enabled", "locked"])
def test_whatever_else_happens_to_an_open_pull_request_is_no_green_job(stage: ActionHarness, action: str) -> None:
    """It is checked: the job of each event is shown on the head, and the newest of a name counts."""
    stage.open(BROKEN)
    assert stage.run("pull_request", stage.event(action)) == 1
    [check] = stage.hub.checks
    assert check["conclusion"] == "failure"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pull_request_target", "runs with a token that can write"),
        ("pull_request_review", "the event pull_request_review is not for the migration bot"),
        ("schedule", "Take it out of the workflow's `on`"),
    ],
)
def test_an_event_that_cannot_be_checked_is_no_green_job(
    stage: ActionHarness, name: str, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    stage.open({"models.py": WITH_AGE})
    assert stage.run(name, stage.event()) == 2
    assert said in capfd.readouterr().out
    assert stage.hub.requests == []


def test_a_payload_without_a_head_is_no_green_job(stage: ActionHarness, capfd: pytest.CaptureFixture[str]) -> None:
    stage.open({"models.py": WITH_AGE})
    event = stage.event()
    del event["pull_request"]["head"]["sha"]
    assert stage.run("pull_request", event) == 2
    assert "nothing is checked: the payload of pull_request lacks 'sha'" in capfd.readouterr().out


def _released(stage: ActionHarness) -> None:
    """A branch that has what the pull request brings."""
    stage.git("checkout", "--quiet", "-B", "release", "main")
    stage.write(AGE_ADDED, "there already")
    stage.push("release")


def test_a_job_of_another_base_that_is_run_again_looks_at_the_base_of_now(stage: ActionHarness) -> None:
    _released(stage)
    stage.open({"models.py": WITH_AGE})
    stage.hub.pulls[1].base_branch = "release"
    old = stage.event()
    assert stage.run("pull_request", old, comment="always") == 0
    stage.hub.pulls[1].base_branch = "main"
    stage.attempt = 2
    assert stage.run("pull_request", old, comment="always") == TO_ADD
    assert stage.hub.checks[-1]["conclusion"] == "action_required"
    assert "Add this migration" in stage.hub.bodies(1)[0]


def test_a_job_that_is_run_again_after_the_merge_changes_nothing(after_first: ActionHarness) -> None:
    """There is nothing to do by then, which was not so when it was merged."""
    stage = after_first
    event, before = stage.event(), stage.hub.bodies(1)
    stage.git("push", "--quiet", "origin", "feature:main")
    stage.hub.pulls[1].state = "closed"
    stage.attempt = 2
    assert stage.run("pull_request", event) == 0
    assert stage.hub.bodies(1) == before
    assert [check["conclusion"] for check in stage.hub.checks] == ["action_required"]


def test_jobs_of_a_matrix_do_not_write_over_each_others_verdicts(stage: ActionHarness) -> None:
    """Two servers: one that lacks an extension, and one that has all."""
    stage.open({"models.py": WITH_AGE})
    stage.pull_request(matrix='{"postgres": 14}', setup="CREATE EXTENSION nothing")
    stage.pull_request(matrix='{\n  "postgres": 17,\n  "os": {"name": "ubuntu"}\n}')
    told = [(check["name"], check["conclusion"]) for check in stage.hub.checks]
    assert told == [
        ("Migration (Migrations, 14)", "failure"),
        ("Migration (Migrations, 17, ubuntu)", "action_required"),
    ]
    assert ["no verdict" in body for body in stage.hub.bodies(1)] == [True, False]


def test_the_second_of_a_queue_is_tried_on_top_of_the_first(stage: ActionHarness) -> None:
    """Each is right by itself; the group's base is what is queued before it."""
    stage.open(AGE_ADDED)
    stage.open(SIZE_ADDED, 2, "other")
    stage.git("checkout", "--quiet", "-B", "queued", "feature")
    stage.git("merge", "--quiet", "--no-edit", "other")
    stage.push("queued")
    kind = "merge_group", "checks_requested"
    tips = {"base_sha": stage.hub.sha("feature"), "head_sha": stage.hub.sha("queued")}
    group = webhooks.part(*kind, "merge_group", **tips, head_ref=f"refs/heads/gh-readonly-queue/main/pr-2-{'a' * 40}")
    assert stage.run("merge_group", webhooks.payload(*kind, merge_group=group)) == 1
    assert stage.hub.checks[0]["conclusion"] == "failure"
    assert "heads" in stage.summary


def test_a_job_without_a_checkout_is_told_which_step_it_lacks(
    stage: ActionHarness, capfd: pytest.CaptureFixture[str]
) -> None:
    stage.open(WORDS)
    (stage.folder / "prepared").mkdir()
    assert stage.pull_request() == 2
    assert "Put a step `uses: actions/checkout@v7` before the bot's" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ("Unable to create comment because issue is locked.", "The conversation is locked: unlock it"),
        ("Repository was archived so is read-only.", "unarchive it"),
        ("Resource protected by organization SAML enforcement.", "single sign-on"),
    ],
)
def test_where_permissions_are_no_help_they_are_no_advice(
    stage: ActionHarness, message: str, advice: str, capfd: pytest.CaptureFixture[str]
) -> None:
    stage.open(WORDS)
    stage.hub.faults.append(Fault("status", "(POST|PATCH) .*/issues/", 403, message))
    assert stage.pull_request(comment="always") == 0
    [said] = [line for line in capfd.readouterr().out.splitlines() if line.startswith("::warning")]
    assert advice in said
    assert "permissions" not in said


def test_a_lacking_permission_is_named_as_github_names_it(stage: ActionHarness) -> None:
    stage.open(WORDS)
    headers = {"X-Accepted-GitHub-Permissions": "contents=write; contents=write,workflows=write"}
    stage.hub.faults.append(Fault("status", "POST .*/git/", 403, "Resource not accessible by integration", headers))
    with pytest.raises(GitHubError) as caught:
        forge(stage.hub).commit("feature", stage.hub.sha("feature"), {"b2.py": "x"}, "one")
    said = "permissions:\\` contents: write or contents: write, workflows: write"
    assert said in commands.refusal(caught.value)
