"""Publishes a result on a pull request: check run and comment.

In: a publication and a forge. Out: what was posted, and what GitHub refused: without permission to comment (forks,
Dependabot), the job's summary and the artifact still have everything.

Several runs may publish on the same pull request concurrently, and the last writer wins on GitHub. To let the newest
run win, every run first posts its check run, which no other run overwrites, and then reads all check runs of the
head and all comments, applies what is missing, and repeats until nothing is. A run that overwrote a newer result finds
it among the check runs and restores it. Of a head that several pull requests share, each keeps its own result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import GitHubError
from bot.github import shared_head, sticky
from bot.github.forge import Forge, Posted, PostedCheck
from bot.github.publication import Publication
from bot.github.sticky import StampedBody

_LOOKS = 20  # each newer run that comes in between costs one


@dataclass(frozen=True)
class Published:
    """`passed_over` says why a newer result is shown instead; `refused` is what GitHub rejected."""

    url: str = ""
    passed_over: str = ""
    refused: Mapping[str, GitHubError] = field(default_factory=dict)


def publish(forge: Forge, publication: Publication) -> Published:
    """Publish; goes on if GitHub refuses a part."""
    refused: dict[str, GitHubError] = {}
    seen: dict[str, list[PostedCheck]] = {}
    try:
        if publication.no_checks is not None:
            raise publication.no_checks
        forge.check(publication.check)
    except GitHubError as error:
        refused["check run"] = error
    published = Published(refused=refused)
    if publication.commented:
        published = _commented(forge, publication, refused, seen)
    if publication.number and not published.refused:
        head, name = publication.body.head, publication.check.name
        try:
            shared_head.keep_strictest(forge, publication, seen[head] if head in seen else forge.checks(head, name))
        except GitHubError as error:
            return replace(published, refused={"check run": error})
    return published


def publish_comment(forge: Forge, publication: Publication) -> Published:
    """Publish the comment alone: the check run has been completed."""
    return _commented(forge, publication, {}, {}) if publication.commented else Published()


def _commented(
    forge: Forge, publication: Publication, refused: Mapping[str, GitHubError], seen: dict[str, list[PostedCheck]]
) -> Published:
    try:
        url, passed_over = _settle(forge, publication, seen, checks=not refused)
    except GitHubError as error:
        return Published(refused={**refused, "comment": error})
    return Published(url, passed_over, refused)


def _settle(
    forge: Forge, publication: Publication, seen: dict[str, list[PostedCheck]], *, checks: bool
) -> tuple[str, str]:
    """Read and act until nothing is left to do: the comment's URL, and why it shows another run's result.

    The first turn skips the check runs: a newer result that it overwrites is seen by the next turn. `seen` gets the
    check runs of each further turn, by head.
    """
    there: list[Posted] | None = [publication.known] if publication.known else None
    for turn in range(_LOOKS):
        head = forge.pull_request(publication.number).head
        head = publication.body.head if head == publication.parent else head
        is_first = turn == 0 and checks and head == publication.body.head
        if there is None or not (checks and (turn or is_first)):
            there = _own(forge, publication)
        if checks and not is_first:
            seen[head] = forge.checks(head, publication.check.name)
        texts = [check.summary for check in seen.get(head, ())] if checks else [posted.body for posted in there]
        newest = publication.body if is_first else _newest(publication, head, texts)
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


def _newest(publication: Publication, head: str, texts: Sequence[str]) -> StampedBody | None:
    """The newest result for the head: from the check runs or, if those cannot be read, from the comment itself."""
    said = [sticky.read(text, _mark(publication)) for text in texts]
    known = [one for one in (publication.body, *said) if one is not None and one.head == head]
    own = [one for one in known if one.number == publication.body.number]
    return max(own, key=lambda one: one.stamp, default=None)


def _mark(publication: Publication) -> str:
    return publication.body.text.split("\n", 1)[0]
