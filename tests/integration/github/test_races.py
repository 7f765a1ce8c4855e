"""Runs at once on one pull request: one comment, with what the newest run says of the newest head."""

import os
import threading
from functools import partial
from itertools import count

import pytest

from bot.github.publish import Published, publish
from tests.fakes.github import FakeGitHub
from tests.fakes.turns import Turns, race
from tests.support.action import TO_ADD, WITH_AGE, WORDS, ActionHarness
from tests.support.publishing import forge, said, telling

RUNS = 50
SEEDS = 40 if os.environ.get("MIGRATION_BOT_TESTS") == "all" else 15


def run_all(hub: FakeGitHub, heads: dict[int, str], seed: int) -> dict[int, Published]:
    """Every run tells its verdict on its head; the seed decides in which order their requests arrive."""
    told: dict[int, Published] = {}

    def one(run: int) -> None:
        told[run] = publish(forge(hub, f"ghs_{run}"), telling(heads[run], run))

    hub.turns = Turns([f"ghs_{run}" for run in heads], seed)
    race({f"ghs_{run}": partial(one, run) for run in heads}, hub.turns)
    hub.turns = None
    return told


def anew(hub: FakeGitHub) -> None:
    hub.comments.clear()
    hub.checks.clear()


@pytest.fixture
def hub(stage: ActionHarness) -> FakeGitHub:
    stage.open(WORDS)
    return stage.hub


def test_of_runs_on_one_head_the_newest_has_the_last_word(hub: FakeGitHub) -> None:
    head = hub.sha("feature")
    for seed in range(SEEDS):
        anew(hub)
        told = run_all(hub, dict.fromkeys((1, 2, 3), head), seed)
        assert said(hub) == ["the verdict of run 3"], seed
        assert all(published.refused == {} for published in told.values()), seed
        assert told[3].passed_over == "", seed


def test_it_takes_over_the_comment_that_is_there(hub: FakeGitHub) -> None:
    head = hub.sha("feature")
    for seed in range(SEEDS):
        anew(hub)
        publish(forge(hub), telling(head, 1))
        identifier = hub.comments[0]["id"]
        run_all(hub, dict.fromkeys((2, 3), head), seed)
        assert said(hub) == ["the verdict of run 3"], seed
        assert hub.comments[0]["id"] == identifier, seed


def test_without_check_runs_there_is_still_one_comment(hub: FakeGitHub) -> None:
    hub.withheld.add("checks")
    for seed in range(SEEDS):
        anew(hub)
        run_all(hub, dict.fromkeys((1, 2, 3), hub.sha("feature")), seed)
        assert len(said(hub)) == 1, seed


def test_runs_on_an_older_head_give_way(stage: ActionHarness, hub: FakeGitHub) -> None:
    """Although they are the newer runs."""
    old = hub.sha("feature")
    stage.write({"README.md": "other words"}, "more")
    stage.push("feature")
    for seed in range(SEEDS):
        anew(hub)
        told = run_all(hub, {1: hub.sha("feature"), 2: old, 3: old}, seed)
        assert said(hub) == ["the verdict of run 1"], seed
        assert "moved on" in told[2].passed_over or "newer" in told[2].passed_over, seed


def test_a_push_while_runs_are_telling(stage: ActionHarness, hub: FakeGitHub) -> None:
    """The push comes before a request that the seed chooses; the new head's run is the last to begin."""
    for seed in range(SEEDS):
        anew(hub)
        old = hub.sha("feature")
        stage.write({"README.md": f"words {seed}"}, "more")
        counted = count()

        def push(moment: int = seed % 20, counted: "count[int]" = counted) -> None:
            if next(counted) == moment:
                stage.push("feature")

        hub.before = [("", push)] * 21
        run_all(hub, dict.fromkeys((1, 2), old), seed)
        hub.before.clear()
        stage.push("feature")
        publish(forge(hub), telling(hub.sha("feature"), 3))
        assert said(hub) == ["the verdict of run 3"], seed


def test_fifty_runs_at_once(stage: ActionHarness, hub: FakeGitHub) -> None:
    """Half of them on a head that is not the newest any more, all as fast as they can."""
    old = hub.sha("feature")
    stage.write({"README.md": "other words"}, "more")
    stage.push("feature")
    heads = {run: old if run % 2 else hub.sha("feature") for run in range(1, RUNS + 1)}
    start = threading.Barrier(RUNS)
    refused: list[object] = []

    def one(run: int) -> None:
        start.wait()
        refused.extend(publish(forge(hub, f"ghs_{run}"), telling(heads[run], run)).refused.values())

    threads = [threading.Thread(target=one, args=[run]) for run in heads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    assert said(hub) == [f"the verdict of run {RUNS}"]
    assert len(hub.checks) == RUNS


def test_a_comment_that_people_delete_while_runs_tell_is_made_once_more(hub: FakeGitHub) -> None:
    """Whenever that happens before the last look: afterwards it is people's own will."""
    head = hub.sha("feature")
    for seed in range(SEEDS):
        anew(hub)
        publish(forge(hub), telling(head, 1))
        hub.before.append((r"PATCH .*/issues/comments", hub.comments.clear))
        run_all(hub, dict.fromkeys((2, 3), head), seed)
        assert said(hub) == ["the verdict of run 3"], seed
        assert sum(line.startswith("POST") and "issues/1/comments" in line for line in hub.requests) <= 4, seed
        hub.requests.clear()


def test_github_may_name_the_old_head_for_some_time_after_the_bots_own_commit(
    stage: ActionHarness, hub: FakeGitHub
) -> None:
    parent = hub.sha("feature")
    publish(forge(hub), telling(parent, 1))
    stage.write({"README.md": "other words"}, "as the bot commits")
    stage.git("push", "--quiet", "origin", "feature")  # refs/pull/1/head stays behind
    landed = hub.sha("feature")
    assert hub.pull(1)["head"]["sha"] == parent
    assert publish(forge(hub), telling(landed, 2, parent=parent)).passed_over == ""
    assert said(hub) == ["the verdict of run 2"]


def test_a_run_that_begins_while_another_is_telling(stage: ActionHarness) -> None:
    """Two whole runs; the second one comes and goes between two requests of the first."""
    stage.open({"models.py": WITH_AGE})
    stage.hub.before.append((r"POST .*/check-runs", lambda: stage.comment("/migration message Ages")))
    assert stage.pull_request() == TO_ADD
    (body,) = stage.hub.bodies(1)
    assert "_ages.py" in body


def test_a_run_whose_head_was_replaced_leaves_the_newer_verdict_and_says_so(
    stage: ActionHarness, capfd: pytest.CaptureFixture[str]
) -> None:
    stage.open({"migrations/env.py": "raise RuntimeError('the first')\n"})

    def replace() -> None:
        stage.git("commit", "--quiet", "--amend", "-m", "changed my mind")
        stage.write({"migrations/env.py": "raise RuntimeError('the second')\n"}, "other")
        stage.push("feature")
        stage.pull_request("synchronize")

    stage.hub.before.append((r"POST .*/check-runs", replace))
    assert stage.pull_request() == 1
    (body,) = stage.hub.bodies(1)
    assert "the second" in body
    assert "the first" not in body
    assert "::notice::the comment was left to another run" in capfd.readouterr().out
    assert "the first" in (stage.folder / "runner1" / "summary").read_text()
