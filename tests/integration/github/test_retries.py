"""What the bot makes of GitHub's refusals and faults: whether it waits, tries again, or says what to do."""

import pytest

from bot.errors import GitHubError
from bot.github.client import ATTEMPTS, MOST_WAIT
from tests.fakes.github import FakeGitHub, Fault
from tests.support.action import WORDS, ActionHarness
from tests.support.publishing import forge

NOW = 1_000_000
COMMENTS = r"GET .*/issues/1/comments"
PRIMARY = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + 29)}
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@pytest.fixture
def hub(stage: ActionHarness) -> FakeGitHub:
    stage.open(WORDS)
    stage.hub.say(1, "talk")
    stage.hub.requests.clear()
    return stage.hub


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        (Fault("status", COMMENTS, 429, "slow down", {"Retry-After": "7"}, times=1), [7]),
        (Fault("status", COMMENTS, 429, "slow down", times=1), [60]),
        (Fault("status", COMMENTS, 403, SECONDARY, times=1), [60]),
        (Fault("status", COMMENTS, 403, SECONDARY, {"Retry-After": "0"}, times=2), [0, 2]),
        (Fault("status", COMMENTS, 403, "API rate limit exceeded for installation", PRIMARY, times=1), [30]),
        (Fault("status", COMMENTS, 503, headers={"Retry-After": "3"}, times=1), [3]),
        (Fault("status", COMMENTS, 502, times=3), [0, 2, 6]),
        (Fault("reset", COMMENTS, times=1), [0]),
        (Fault("cut", COMMENTS, times=1), [0]),
        (Fault("half", COMMENTS, times=1), [0]),
        (Fault("page", COMMENTS, times=1), [0]),
    ],
)
def test_what_passes_is_waited_for(hub: FakeGitHub, fault: Fault, waits: list[float]) -> None:
    slept: list[float] = []
    hub.faults.append(fault)
    found = forge(hub, pause=1, sleep=slept.append, clock=lambda: NOW).comments(1)
    assert [posted.body for posted in found] == ["talk"]
    assert slept == waits


@pytest.mark.parametrize(
    ("headers", "waits"), [({"Retry-After": "7"}, [7]), (PRIMARY, [30]), ({"X-RateLimit-Remaining": "4000"}, [60])]
)
def test_a_limit_of_queries_is_waited_for_as_well(hub: FakeGitHub, headers: dict[str, str], waits: list[float]) -> None:
    """Before: it counted as a lacking permission, because its status is 200."""
    slept: list[float] = []
    hub.faults.append(Fault("query", "POST .*/graphql", 200, "API rate limit already exceeded", headers, times=1))
    assert forge(hub, pause=1, sleep=slept.append, clock=lambda: NOW).me() == hub.bot
    assert slept == waits


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Retry-After": "3600"}, "60 min"),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + 1800)}, "30 min"),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9" * 12}, "min"),
    ],
)
def test_an_hour_is_not_waited_for(hub: FakeGitHub, headers: dict[str, str], said: str) -> None:
    slept: list[float] = []
    hub.faults.append(Fault("status", COMMENTS, 403, "API rate limit exceeded", headers))
    with pytest.raises(GitHubError, match="rate limit is used up") as caught:
        forge(hub, sleep=slept.append, clock=lambda: NOW).comments(1)
    assert (caught.value.kind, slept, len(hub.requests)) == ("rate-limit", [], 1)
    assert said in caught.value.advice


def test_all_waiting_of_a_run_together_is_bounded(hub: FakeGitHub) -> None:
    slept: list[float] = []
    hub.faults.append(Fault("status", "", 429, "slow down", {"Retry-After": "50"}))
    asked = forge(hub, sleep=slept.append, clock=lambda: NOW)
    for _ in range(3):
        with pytest.raises(GitHubError):
            asked.comments(1)
    assert slept == [50, 50]
    assert sum(slept) <= MOST_WAIT


def test_the_time_that_silence_takes_counts_as_waiting(hub: FakeGitHub) -> None:
    times = iter(range(0, 10_000, 100))
    hub.faults.append(Fault("reset", ""))
    with pytest.raises(GitHubError, match="could not be reached"):
        forge(hub, clock=lambda: next(times)).comments(1)
    assert len(hub.requests) == 2


@pytest.mark.parametrize("kind", ["reset", "cut", "half", "page", "list"])
def test_a_comment_whose_answer_was_lost_is_not_written_twice(hub: FakeGitHub, kind: str) -> None:
    hub.faults.append(Fault(kind, "POST .*/comments", times=1, done=True))  # type: ignore[arg-type]
    forge(hub).comment(1, "said")
    assert hub.bodies(1) == ["said"]


def test_an_earlier_comment_with_the_same_words_is_not_taken_for_the_lost_one(hub: FakeGitHub) -> None:
    first = forge(hub).comment(1, "said")
    hub.faults.append(Fault("status", "POST .*/comments", times=1))
    forge(hub).comment(1, "said", after=first.identifier)
    assert hub.bodies(1) == ["said", "said"]


def test_a_comment_that_github_puts_off_is_written_once(hub: FakeGitHub) -> None:
    hub.faults.append(Fault("status", "POST .*/comments", 403, SECONDARY, {"Retry-After": "0"}, times=2))
    forge(hub).comment(1, "said")
    assert hub.bodies(1) == ["said"]


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Fault("status", COMMENTS, 401, "Bad credentials"), "credentials", "wrong or has expired"),
        (
            Fault("status", COMMENTS, 403, "Resource not accessible by integration"),
            "permission",
            "pull-requests: write",
        ),
        (Fault("status", COMMENTS, 404, "Not Found"), "missing", "may read this repository"),
        (Fault("status", COMMENTS, 410, "This issue was deleted"), "missing", "may read this repository"),
        (Fault("status", COMMENTS, 422, "Validation Failed"), "invalid", ""),
        (Fault("status", COMMENTS, 418, "I'm a teapot"), "github", ""),
        (Fault("status", COMMENTS, 500), "server", "status page"),
        (Fault("page", COMMENTS), "server", "proxy"),
        (Fault("half", COMMENTS), "server", "proxy"),
        (Fault("list", COMMENTS), "server", "proxy"),
        (Fault("cut", COMMENTS), "network", "network of the runner"),
        (Fault("reset", COMMENTS), "network", "network of the runner"),
        (Fault("elsewhere", COMMENTS, 302), "github", "the token is not sent there"),
        (Fault("elsewhere", COMMENTS, 307), "github", "the token is not sent there"),
        (Fault("moved", "", 307), "github", ""),
    ],
)
def test_every_refusal_is_one_error_that_says_what_to_do(hub: FakeGitHub, fault: Fault, kind: str, words: str) -> None:
    hub.faults.append(fault)
    with pytest.raises(GitHubError) as caught:
        forge(hub).comments(1)
    assert (caught.value.kind, caught.value.exit_code) == (kind, 4)
    assert words in caught.value.advice
    assert "\n" not in caught.value.message


def test_silence_ends_as_a_cut_connection_does(hub: FakeGitHub) -> None:
    hub.faults.append(Fault("silence", COMMENTS))
    with pytest.raises(GitHubError, match="could not be reached: ReadTimeout") as caught:
        forge(hub, timeout=1).comments(1)
    assert (caught.value.kind, len(hub.requests)) == ("network", ATTEMPTS)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_repository_that_was_renamed_is_followed_on_every_page(hub: FakeGitHub, status: int) -> None:
    for number in range(250):
        hub.say(1, f"talk {number}")
    hub.faults.append(Fault("moved", "/repos/", status))
    asked = forge(hub)
    assert len(asked.comments(1)) == 251
    asked.comment(1, "said")
    assert hub.bodies(1) == ["said"]
