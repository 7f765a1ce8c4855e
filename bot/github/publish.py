"""Shows a pull request what came out: check run, comment.

In: a publication and a forge. Out: what was posted, and what GitHub refused: without the right to comment
(forks, Dependabot), everything still is in the job's summary and the artifact.

Several runs may publish on the same pull request at once, and GitHub lets the last writer win. So that the newest
run wins instead, every run first posts its check run, which nobody overwrites, and then looks at all check runs of
the head and at all comments, does what is missing, and looks again, until nothing is missing. Whoever overwrote a newer
verdict finds it among the check runs, and puts it back.
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
    """What is to be shown on which pull request.

    `wanted` says whether a comment is made where there is none; `commented` whether comments are touched at all;
    `parent` is the commit that the bot itself put `body.head` upon, which GitHub may name for some seconds more;
    `known` is the bot's comment, where the run has seen that it is the only one. `no_checks` is why this token may not
    write check runs, where that is known already.
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
    """`passed_over` says why a newer verdict stands instead of this one; `refused` is what GitHub did not take."""

    url: str = ""
    passed_over: str = ""
    refused: Mapping[str, GitHubError] = field(default_factory=dict)


def publish(forge: Forge, publication: Publication) -> Published:
    """Post, and go on where GitHub refuses a part."""
    refused: dict[str, GitHubError] = {}
    try:
        if publication.no_checks is not None:
            raise publication.no_checks
        forge.check(publication.check)
    except GitHubError as error:
        refused["check run"] = error
    if not publication.commented:
        return Published(refused=refused)
    try:
        url, passed_over = _settle(forge, publication, checks=not refused)
    except GitHubError as error:
        refused["comment"] = error
        url, passed_over = "", ""
    return Published(url, passed_over, refused)


def _settle(forge: Forge, publication: Publication, *, checks: bool) -> tuple[str, str]:
    """Look and act until there is nothing left to do: the comment's address, and why another verdict is in it.

    The first look leaves the check runs out: whatever newer verdict is written over then is seen by the next one.
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
            return "", f"the pull request has moved on to {head[:12]}, whose own run will say"
        ours = newest.stamp == publication.body.stamp
        effects = sticky.plan(there, newest.text, wanted=publication.wanted and ours)
        if not effects:
            url = there[0].url if there else ""
            return url, "" if ours else f"a newer run has published its verdict on {head[:12]}"
        there = sticky.apply(forge, publication.number, there, effects)
    raise GitHubError("the comment is changed by others again and again", "Run the job again.", kind="conflict")


def _own(forge: Forge, publication: Publication) -> list[Posted]:
    mark = _mark(publication)
    candidates = [p for p in forge.comments(publication.number) if sticky.has(p.body, mark)]
    # Who the bot is has to be asked only where somebody could have copied the marker.
    return sticky.mine(candidates, mark, forge.me()) if candidates else []


def _newest(forge: Forge, publication: Publication, head: str, there: Sequence[Posted] | None) -> StampedBody | None:
    """The newest verdict on the head: among the check runs, or where those are closed to us, in the comment itself."""
    texts = forge.summaries(head, publication.check.name) if there is None else [posted.body for posted in there]
    said = [sticky.read(text, _mark(publication)) for text in texts]
    known = [one for one in (publication.body, *said) if one is not None and one.head == head]
    return max(known, key=lambda one: one.stamp, default=None)


def _mark(publication: Publication) -> str:
    return publication.body.text.split("\n", 1)[0]
