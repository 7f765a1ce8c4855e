"""Publishes a result on a pull request: check run and comment.

In: a publication and a forge. Out: what was posted, and what GitHub refused: without permission to comment (forks,
Dependabot), the job's summary and the artifact still have everything.

Several runs may publish on the same pull request concurrently, and the last writer wins on GitHub. To let the newest
run win, every run first posts its check run, which no other run overwrites, and then reads all check runs of the
head and all comments, applies what is missing, and repeats until nothing is. A run that overwrote a newer result finds
it among the check runs and restores it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.errors import GitHubError
from bot.github import sticky
from bot.github.forge import Check, Forge, Posted
from bot.github.sticky import StampedBody

_LOOKS = 20  # each newer run that comes in between costs one


@dataclass(frozen=True)
class Publication:
    """What to publish on which pull request.

    `wanted` says whether to create a comment if there is none; `commented` whether to touch comments at all; `parent`
    is set when the bot itself has just committed `body.head` onto it: GitHub may report it as the head for some seconds
    more; `known` is the bot's comment if it is known to be the only one; `no_checks` is why this token cannot write
    check runs, if that is known already.
    """

    number: int
    body: StampedBody
    check: Check
    wanted: bool = True
    commented: bool = True
    parent: str = ""
    known: Posted | None = None
    no_checks: GitHubError | None = None


@dataclass(frozen=True)
class Published:
    """`passed_over` says why a newer result is shown instead; `refused` is what GitHub rejected."""

    url: str = ""
    passed_over: str = ""
    refused: Mapping[str, GitHubError] = field(default_factory=dict)


def publish(forge: Forge, publication: Publication) -> Published:
    """Publish; goes on if GitHub refuses a part."""
    refused: dict[str, GitHubError] = {}
    try:
        if publication.no_checks is not None:
            raise publication.no_checks
        forge.check(publication.check)
    except GitHubError as error:
        refused["check run"] = error
    if not publication.commented:
        return Published(refused=refused)
    return _commented(forge, publication, refused)


def publish_comment(forge: Forge, publication: Publication) -> Published:
    """Publish the comment alone: the check run has been completed."""
    return _commented(forge, publication, {}) if publication.commented else Published()


def _commented(forge: Forge, publication: Publication, refused: Mapping[str, GitHubError]) -> Published:
    try:
        url, passed_over = _settle(forge, publication, checks=not refused)
    except GitHubError as error:
        return Published(refused={**refused, "comment": error})
    return Published(url, passed_over, refused)


def _settle(forge: Forge, publication: Publication, *, checks: bool) -> tuple[str, str]:
    """Read and act until nothing is left to do: the comment's URL, and why it shows another run's result.

    The first turn skips the check runs: a newer result that it overwrites is seen by the next turn.
    """
    there: list[Posted] | None = [publication.known] if publication.known else None
    for turn in range(_LOOKS):
        head = forge.pull_request(publication.number).head
        head = publication.body.head if head == publication.parent else head
        is_first = turn == 0 and checks and head == publication.body.head
        if there is None or not (checks and (turn or is_first)):
            there = _own(forge, publication)
        newest = publication.body if is_first else _newest(forge, publication, head, None if checks else there)
        if newest is None:
            return "", f"the pull request has a newer head, {head[:12]}, with a run of its own"
        ours = newest.stamp == publication.body.stamp
        effects = sticky.plan(there, newest.text, wanted=publication.wanted and ours)
        if not effects:
            url = there[0].url if there else ""
            return url, "" if ours else f"a newer run has published its result for {head[:12]}"
        there = sticky.apply(forge, publication.number, there, effects)
    raise GitHubError("the comment kept being changed by other runs", "Run the job again.", kind="conflict")


def _own(forge: Forge, publication: Publication) -> list[Posted]:
    mark = _mark(publication)
    candidates = [p for p in forge.comments(publication.number) if sticky.has(p.body, mark)]
    # The bot's identity matters only if a comment has the marker: it could have been copied.
    return sticky.mine(candidates, mark, forge.me()) if candidates else []


def _newest(forge: Forge, publication: Publication, head: str, there: Sequence[Posted] | None) -> StampedBody | None:
    """The newest result for the head: from the check runs or, if those cannot be read, from the comment itself."""
    found = forge.checks(head, publication.check.name) if there is None else []
    texts = [posted.body for posted in there] if there is not None else [check.summary for check in found]
    said = [sticky.read(text, _mark(publication)) for text in texts]
    known = [one for one in (publication.body, *said) if one is not None and one.head == head]
    return max(known, key=lambda one: one.stamp, default=None)


def _mark(publication: Publication) -> str:
    return publication.body.text.split("\n", 1)[0]
