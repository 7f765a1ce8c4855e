"""A commit that is the head of several pull requests: its check run shows the strictest of their results.

In: a publication, the commit's check runs. Out: a check run that is changed, where the newest says less than the result
for another open pull request. A check run belongs to a commit, and for every pull request with that head GitHub shows
and requires the newest of a name: one onto a branch that has the migration already would make the other one green.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.errors import GitHubError
from bot.github import sticky
from bot.github.forge import Forge, PostedCheck
from bot.github.publication import Publication
from bot.github.sticky import StampedBody

_STRICTNESS = {"neutral": 1, "action_required": 2, "failure": 3}  # of conclusions; success has none


def keep_strictest(forge: Forge, publication: Publication, found: Sequence[PostedCheck]) -> None:
    """A check run that is still in progress is left to its own run."""
    newest = max(found, key=lambda check: check.identifier, default=None)
    if newest is None or newest.in_progress:
        return
    for result in sorted(_results(publication, found), key=_strictness, reverse=True):
        if _strictness(result) <= _STRICTNESS.get(newest.conclusion, 0):
            return
        if result.number == publication.number or _is_head(forge, publication, result.number):
            title = f"the result for pull request #{result.number}, which has the same head, counts as well"
            changed = replace(publication.check, conclusion=result.conclusion, title=title, annotations=())
            # The summary is what the newest run's own result is known by.
            forge.check(replace(changed, summary=newest.summary, started=newest.identifier))
            return


def _results(publication: Publication, found: Sequence[PostedCheck]) -> list[StampedBody]:
    """The newest result for each pull request."""
    mark = publication.body.text.partition("\n")[0]
    read = [sticky.read(check.summary, mark) for check in found if not check.in_progress]
    known = [body for body in read if body is not None and body.number and body.head == publication.body.head]
    return list({body.number: body for body in sorted(known, key=lambda body: body.stamp)}.values())


def _strictness(result: StampedBody) -> int:
    return _STRICTNESS.get(result.conclusion, 0)


def _is_head(forge: Forge, publication: Publication, number: int) -> bool:
    """Whether the pull request is open with this head; what GitHub does not say counts as such."""
    try:
        pull = forge.pull_request(number)
    except GitHubError as error:
        return error.kind != "missing"
    return pull.is_open and pull.head == publication.body.head
