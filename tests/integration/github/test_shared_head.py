"""Two pull requests of one branch, onto two bases, share a commit: it has one check run of a name for both."""

import pytest

from tests.fakes.github import Pull
from tests.support.action import BROKEN, ActionHarness


@pytest.fixture
def shared(stage: ActionHarness) -> ActionHarness:
    """The first one breaks env.py; the branch that the second one goes to has that already."""
    stage.git("checkout", "--quiet", "-B", "release", "main")
    stage.write(BROKEN, "there already")
    stage.push("release")
    stage.open(BROKEN)
    stage.hub.pulls[2] = Pull(2, "release", "feature")
    stage.hub.follow(2)
    return stage


def newest(stage: ActionHarness) -> tuple[str, str]:
    """What GitHub shows of the commit on both, and why."""
    check = stage.hub.checks[-1]
    return check["conclusion"], check["output"]["title"]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_neither_makes_the_other_one_green(shared: ActionHarness, order: tuple[int, int]) -> None:
    codes = {number: shared.pull_request(number=number) for number in order}
    assert codes == {1: 1, 2: 0}
    conclusion, title = newest(shared)
    assert conclusion == "failure"
    assert ("pull request #1, which has the same head" in title) == (order == (1, 2))


@pytest.mark.parametrize("comment", ["always", "never"])
def test_of_runs_at_once_each_keeps_its_own_comment(shared: ActionHarness, comment: str) -> None:
    """The other one comes and goes before the first has its result."""
    shared.timeout = 120
    shared.hub.before.append(("PATCH .*/check-runs/1$", lambda: shared.pull_request(number=2, comment=comment)))
    assert shared.pull_request(number=1, comment=comment) == 1
    assert newest(shared)[0] == "failure"
    if comment == "always":
        assert "no verdict" in shared.hub.bodies(1)[0]
        assert "nothing to do" in shared.hub.bodies(2)[0]


def test_one_that_is_closed_does_not_hold_up_the_other(shared: ActionHarness) -> None:
    shared.pull_request(number=1)
    shared.hub.pulls[1].state = "closed"
    assert shared.pull_request(number=2) == 0
    assert newest(shared)[0] == "success"
