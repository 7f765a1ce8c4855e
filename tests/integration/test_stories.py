"""What people go through, in the built image under the emulated runner: each story with what GitHub shows at its end.

Every workspace is as actions/checkout leaves it by default: one commit, a detached merge, credentials in the clone.
"""

import json
from typing import Any

from tests.fakes import webhooks
from tests.support.action import AGE_ADDED, MODELS, SIZE_ADDED, TO_ADD, WITH_AGE
from tests.support.containers import Containers

RENAMED = MODELS.replace("name = sa", "title = sa")


def shown(stage: Containers, number: int = 1) -> tuple[str, str]:
    """The first line of the bot's comment, and the conclusion of the newest check run on the head."""
    [body] = [body for body in stage.hub.bodies(number) if body.startswith("<!--")]
    head = stage.hub.sha(f"refs/pull/{number}/head")
    newest = [check["conclusion"] for check in stage.hub.checks if check["head_sha"] == head]
    return next(line for line in body.splitlines() if line.startswith("### ")), newest[-1]


def queued(stage: Containers) -> dict[str, Any]:
    """The merge queue tries the pull request."""
    kind = "merge_group", "checks_requested"
    tips = {"base_sha": stage.hub.sha("main"), "head_sha": stage.hub.sha("refs/pull/1/merge")}
    branch = f"refs/heads/gh-readonly-queue/main/pr-1-{tips['base_sha']}"
    return webhooks.payload(*kind, merge_group=webhooks.part(*kind, "merge_group", **tips, head_ref=branch))


def pushed(stage: Containers, before: str) -> dict[str, Any]:
    repository = stage.repository("push", "")
    return webhooks.payload(
        "push", ref="refs/heads/main", before=before, after=stage.hub.sha("main"), repository=repository
    )


def left_in_the_workspace(stage: Containers) -> None:
    """What a run gives to the job's later steps, and to the runner that cleans up."""
    assert stage.outputs["status"] == "proven"
    assert stage.outputs["report"] == "migration-report/report.json"
    assert "generated and proven" in stage.summary
    assert stage.last.broken == ()
    report = json.loads((stage.workspace / "migration-report/report.json").read_text())
    assert report["projects"][0]["versions"]["server"].startswith("PostgreSQL")
    others = [path for path in stage.workspace.rglob("*") if path.lstat().st_uid != stage.workspace.stat().st_uid]
    assert others == []  # a runner of one's own can clean its workspace


def test_a_first_run_a_commit_and_the_merge_queue(stage: Containers) -> None:
    stage.open({"models.py": WITH_AGE})
    assert stage.pull_request(python="auto") == TO_ADD, stage.last.log
    assert [level for level, _ in stage.last.annotations] == ["error"]  # why the job is red
    title, conclusion = shown(stage)
    assert title.startswith("### 🟡 Add this migration, generated and proven")
    assert conclusion == "action_required"
    assert len(stage.hub.requests) <= 9
    left_in_the_workspace(stage)
    assert stage.comment("/migration commit") == 0, stage.last.log
    listed = stage.hub.run("ls-tree", "-r", "--name-only", "feature").splitlines()
    assert len([path for path in listed if path.startswith("migrations/versions/")]) == 2
    assert [reaction for _, reaction in stage.hub.reactions] == ["eyes", "rocket"]
    title, conclusion = shown(stage)
    assert title.startswith("### ✅ Migration proven")
    assert conclusion == "success"
    assert "Co-authored-by: octocat" in stage.hub.run("log", "-1", "--format=%B", "feature")
    stage.hub.requests.clear()
    assert stage.pull_request("synchronize") == 0, stage.last.log
    assert len(stage.hub.requests) <= 8 + 1  # whether the one who gave a command may write
    stage.hub.follow(1)
    assert stage.run("merge_group", queued(stage)) == 0, stage.last.log
    assert (stage.hub.checks[-1]["head_sha"], stage.hub.checks[-1]["conclusion"]) == (
        stage.hub.sha("refs/pull/1/merge"),
        "success",
    )


def test_a_rename_is_confirmed_and_taken_back_and_typos_and_strangers_change_nothing(stage: Containers) -> None:
    stage.open({"models.py": RENAMED})
    assert stage.comment("/migration rename job.name title") == 0, stage.last.log
    confirmed = shown(stage)
    assert confirmed[1] == "action_required"
    assert stage.comment("/migration comit") == 0
    assert stage.comment("/migration undo", login="stranger") == 0
    assert shown(stage) == confirmed
    assert [reaction for _, reaction in stage.hub.reactions] == ["eyes", "rocket", "confused", "confused"]
    assert stage.comment("/migration undo") == 0, stage.last.log
    assert "not proven yet" in shown(stage)[0]
    assert shown(stage)[1] != "success"


def test_of_two_pull_requests_the_second_is_told_and_rebased(stage: Containers) -> None:
    stage.open(SIZE_ADDED, 2, "other")
    stage.open(AGE_ADDED)
    assert stage.pull_request() == 0, stage.last.log
    assert shown(stage)[1] == "success"
    before = stage.hub.sha("main")
    stage.git("checkout", "--quiet", "main")
    stage.git("merge", "--quiet", "--no-ff", "-m", "the other one", "other")
    stage.push("main")
    stage.hub.pulls[2].state = "closed"
    assert stage.run("push", pushed(stage, before)) == 0, stage.last.log
    assert shown(stage)[1] == "action_required"
    assert "revision `c3`, which follows `a1` as `b2` does" in stage.hub.bodies(1)[0]
    assert stage.comment("/migration rebase") == 0, stage.last.log
    assert shown(stage)[1] == "success"
    assert 'down_revision = "c3"' in stage.hub.run("show", "feature:migrations/versions/b2_age.py")
    assert "which follows" not in stage.hub.bodies(1)[0]
