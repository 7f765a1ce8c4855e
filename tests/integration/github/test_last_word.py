"""A run that goes on, and one that ends without a result, as the pull request shows them."""

import os
import pkgutil
from dataclasses import replace

import pytest

from bot.action import post_step
from tests.fakes.github import Fault
from tests.support.action import WITH_AGE, WORDS, ActionHarness

ALL = os.environ.get("MIGRATION_BOT_TESTS") == "all"
STAGES = ["bot.action.main.fetched", "bot.action.main.check", "bot.action.run.Action.publication"]


@pytest.mark.parametrize("where", STAGES)
@pytest.mark.parametrize(
    ("error", "said"), [(SystemExit(143), "stopped before it had a result"), (KeyError("x"), "the bot itself failed")]
)
def test_whatever_ends_a_run_takes_an_older_green_away_and_says_so(
    stage: ActionHarness, monkeypatch: pytest.MonkeyPatch, where: str, error: BaseException, said: str
) -> None:
    stage.open(WORDS)
    assert stage.pull_request(comment="always") == 0
    assert stage.hub.checks[-1]["conclusion"] == "success"
    calls: list[object] = []
    right = _found(where)

    def stop(*given: object, **more: object) -> object:
        calls.append(given)
        if len(calls) == 1:
            raise error
        return right(*given, **more)  # type: ignore[operator]

    monkeypatch.setattr(where, stop)
    with pytest.raises(type(error)):
        stage.pull_request("synchronize", comment="always")
    newest = stage.hub.checks[-1]
    assert (newest["status"], newest["conclusion"]) == ("completed", "failure")
    assert said in newest["output"]["title"]
    [body] = stage.hub.bodies(1)
    assert said in body
    assert "the result below is from an earlier one" not in body


def _found(name: str) -> object:
    return pkgutil.resolve_name(name)


def test_while_a_run_goes_on_nothing_is_green(stage: ActionHarness) -> None:
    stage.open(WORDS)
    stage.pull_request(comment="always")
    seen = []

    def look() -> None:
        seen.append((stage.hub.checks[-1]["status"], stage.hub.bodies(1)[0]))

    stage.hub.before.append(("PATCH .*/check-runs/2", look))
    stage.pull_request("synchronize", comment="always")
    [(status, body)] = seen
    assert status == "in_progress"
    assert "the result below is from an earlier one" in body
    assert "the result below is from an earlier one" not in stage.hub.bodies(1)[0]


LAST = "GET .*/commits/.*/check-runs"  # the last kind of request of a run


@pytest.mark.parametrize("at", ["POST .*/check-runs$", "GET .*/comments", "PATCH .*/check-runs/2", LAST])
def test_a_run_that_is_cancelled_leaves_neither_an_older_green_nor_one_that_goes_on(
    stage: ActionHarness, at: str
) -> None:
    stage.open(WORDS)
    stage.pull_request(comment="always")
    assert stage.cancelled(at, "pull_request", stage.event("synchronize"), comment="always") == 143
    _, newest = stage.hub.checks
    had_a_result = at in ("PATCH .*/check-runs/2", LAST)
    assert newest["status"] == "completed"
    assert newest["conclusion"] == ("success" if had_a_result else "failure")
    [body] = stage.hub.bodies(1)
    assert ("stopped before it had a result" in body) != had_a_result
    assert "the result below is from an earlier one" not in body


# A whole run: the check run begins, the check, the result, and the two last looks.
KILLED = ["POST .*/check-runs$", "GET .*/comments", "PATCH .*/check-runs/2", "PATCH .*/issues/comments", LAST]


@pytest.mark.parametrize("at", KILLED)
def test_of_a_run_that_is_killed_the_post_step_says_so(stage: ActionHarness, at: str) -> None:
    stage.open(WORDS)
    assert stage.pull_request(comment="always") == 0
    assert stage.hub.checks[-1]["conclusion"] == "success"
    stage.killed(at, "pull_request", stage.event("synchronize"), comment="always")
    newest = stage.hub.checks[-1]
    assert newest["id"] == 2
    # The request at which it was killed is one that GitHub has got.
    had_a_result = at in ("PATCH .*/check-runs/2", LAST)
    assert (newest["status"], newest["conclusion"]) == ("completed", "success" if had_a_result else "failure")
    [body] = stage.hub.bodies(1)
    assert ("the run was killed before it had a result" in body) != had_a_result
    assert "the result below is from an earlier one" not in body
    before = (list(stage.hub.checks), stage.hub.bodies(1))
    assert stage.post_step is not None
    assert post_step.run(stage.post_step) == 0
    assert (stage.hub.checks, stage.hub.bodies(1)) == before
    assert len(stage.hub.requests) <= 14


def test_a_newer_result_is_left_alone_by_the_post_step(stage: ActionHarness) -> None:
    stage.open(WORDS)
    stage.killed("GET .*/comments", "pull_request", stage.event(), comment="always")
    assert stage.pull_request("synchronize", comment="always") == 0
    shown = stage.hub.bodies(1)
    assert stage.post_step is not None
    assert post_step.run(stage.post_step) == 0
    assert stage.hub.bodies(1) == shown
    assert [check["conclusion"] for check in stage.hub.checks] == ["failure", "success"]


@pytest.mark.parametrize("at", ["GET .*/pulls/1$", "GET .*/comments", *(["POST .*/git/trees"] if ALL else [])])
def test_a_command_whose_run_is_killed_gets_an_answer_once(stage: ActionHarness, at: str) -> None:
    stage.open({"models.py": WITH_AGE})
    stage.killed(at, "issue_comment", stage.commented("/migration commit"))
    assert stage.post_step is not None
    post_step.run(stage.post_step)
    assert {reaction for _, reaction in stage.hub.reactions} == {"eyes", "confused"}
    replies = [body for body in stage.hub.bodies(1) if "did not do that: the run was killed" in body]
    assert len(replies) == 1
    assert all(check["status"] == "completed" for check in stage.hub.checks)


def test_a_strangers_comment_gets_no_answer_from_the_post_step(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    stage.killed("GET .*/permission", "issue_comment", stage.commented("/migration commit", "stranger"))
    assert (stage.hub.reactions, stage.hub.bodies(1), stage.hub.checks) == ([], [], [])


def test_after_a_run_that_ended_by_itself_nothing_is_asked(stage: ActionHarness) -> None:
    stage.open(WORDS)
    stage.pull_request()
    assert stage.state["ended"] == "yes"
    stage.pull_request(fail_on="errors")
    assert stage.state["ended"] == "yes"


SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
LIMIT = Fault("status", "", 403, SECONDARY, {"Retry-After": "3600"})  # longer than a run waits


@pytest.mark.parametrize("pattern", ["PATCH .*/check-runs/2", "PATCH .*/comments/", "(PATCH|GET) .*"])
def test_a_result_that_a_limit_keeps_back_is_published_by_the_post_step(stage: ActionHarness, pattern: str) -> None:
    stage.open(WORDS)
    stage.pull_request(comment="always")
    stage.write({"models.py": "this is no python\n"}, "wrong")
    stage.push("feature")
    # From the moment on at which the result is there.
    limit = replace(LIMIT, pattern=pattern, times=0)
    stage.hub.faults.append(limit)
    stage.hub.before.append(("PATCH .*/check-runs/2", lambda: setattr(limit, "times", 1_000)))
    assert stage.pull_request("synchronize", comment="always") == 1
    kept_back = stage.hub.checks[-1]["status"], "no verdict" in stage.hub.bodies(1)[0]
    assert kept_back != ("completed", True)
    assert (stage.state["ended"], "unpublished" in stage.state) == ("yes", True)
    stage.hub.faults.clear()
    for _ in range(2):
        assert stage.post_step is not None
        assert post_step.run(stage.post_step) == 0
        newest = stage.hub.checks[-1]
        assert (newest["id"], newest["status"], newest["conclusion"]) == (2, "completed", "failure")
        assert "no verdict" in newest["output"]["title"]
        [body] = stage.hub.bodies(1)
        assert body.splitlines()[2].startswith("### 💥 Migration: no verdict")


def test_a_limit_that_lasts_is_a_warning_of_the_post_step(
    stage: ActionHarness, capfd: pytest.CaptureFixture[str]
) -> None:
    stage.open(WORDS)
    stage.hub.faults.append(replace(LIMIT, pattern="PATCH .*/check-runs"))
    assert stage.pull_request() == 0
    capfd.readouterr()
    assert stage.post_step is not None
    assert post_step.run(stage.post_step) == 0
    [said] = [line for line in capfd.readouterr().out.splitlines() if line.startswith("::warning")]
    assert "rate limit is used up" in said


def test_a_permission_that_lacks_is_nothing_for_the_post_step(stage: ActionHarness) -> None:
    stage.open(WORDS)
    stage.hub.token = "read"
    stage.pull_request(comment="always")
    assert "unpublished" not in stage.state


def test_of_a_commit_whose_result_is_kept_back_the_post_step_says_what_became_of_it(stage: ActionHarness) -> None:
    stage.open({"models.py": WITH_AGE})
    stage.hub.faults.append(replace(LIMIT, pattern="POST .*/check-runs", skip=1))  # that of the new commit
    assert stage.comment("/migration commit") == 0
    landed = stage.hub.sha("feature")
    assert [check["head_sha"] for check in stage.hub.checks] == [stage.hub.sha("feature^")]
    stage.hub.faults.clear()
    assert stage.post_step is not None
    assert post_step.run(stage.post_step) == 0
    assert [(check["head_sha"], check["conclusion"]) for check in stage.hub.checks][1:] == [(landed, "success")]
    [body] = [body for body in stage.hub.bodies(1) if body.startswith("<!--")]
    assert "✅ Migration proven" in body
