"""Tells a pull request what came out: comment, check run.

Comes in: rendered texts and a forge. Goes out: what was posted, and what GitHub refused: without the right to
comment (forks, Dependabot), everything still is in the job's summary and the artifact.
"""

from dataclasses import dataclass

from bot.errors import GitHubError
from bot.github import sticky
from bot.github.forge import Check, Forge, Posted


@dataclass(frozen=True)
class Published:
    url: str = ""
    refused: tuple[GitHubError, ...] = ()


def publish(
    forge: Forge, number: int, body: str, check: Check | None, *, wanted: bool, there: list[Posted] | None = None
) -> Published:
    """Post, and go on where GitHub refuses a part.

    `body` begins with its marker, and is empty where no comment is to be touched; `wanted` says whether a comment
    is made where there is none; `there` are the pull request's comments, if they were read already.
    """
    refused: list[GitHubError] = []
    url = ""
    try:
        url = _comment(forge, number, body, wanted, there) if body else ""
    except GitHubError as error:
        refused.append(error)
    try:
        if check is not None:
            forge.check(check)
    except GitHubError as error:
        refused.append(error)
    return Published(url, tuple(refused))


def _comment(forge: Forge, number: int, body: str, wanted: bool, there: list[Posted] | None) -> str:
    mark = body.split("\n", 1)[0]
    comments = forge.comments(number) if there is None else there
    candidates = [posted for posted in comments if posted.body.split("\n", 1)[0].strip() == mark]
    # Who the bot is has to be asked only where somebody could have copied the marker.
    own = sticky.mine(candidates, mark, forge.me()) if candidates else []
    return sticky.apply(forge, number, sticky.plan(own, body, wanted=wanted), own)
