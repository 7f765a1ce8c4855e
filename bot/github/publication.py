"""What a run publishes: data."""

from dataclasses import dataclass

from bot.errors import GitHubError
from bot.github.forge import Check, Posted
from bot.github.sticky import StampedBody


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
