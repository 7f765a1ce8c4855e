"""What the log says of what GitHub did not take."""

from bot.action.run import FORKS, refusals
from bot.errors import GitHubError

DENIED = GitHubError("GitHub refused (403): not accessible", "Give the job `permissions:`.", kind="permission")
GONE = GitHubError("GitHub refused (404): Not Found", "Check the token.", kind="missing")


def test_the_same_refusal_is_said_once() -> None:
    [said] = refusals({"check run": DENIED, "comment": DENIED}, fork=False)
    assert said.startswith("check run and comment not written: GitHub refused (403): not accessible.")
    assert said.endswith(DENIED.advice)


def test_different_ones_are_said_apart() -> None:
    said = list(refusals({"check run": DENIED, "comment": GONE}, fork=False))
    assert [text.split(":")[0] for text in said] == ["check run not written", "comment not written"]


def test_permissions_are_no_advice_for_a_fork() -> None:
    said = list(refusals({"check run": DENIED, "comment": GONE}, fork=True))
    assert said[0].endswith(FORKS)
    assert said[1].endswith(GONE.advice)
