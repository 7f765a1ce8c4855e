"""The one comment of a pull request that is kept up to date.

Comes in: all comments, who the bot is, what the comment should say. Goes out: effects, as data, and their
application. A comment is the bot's own only by its hidden marker *and* its author: markers can be copied.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import GitHubError
from bot.github.forge import Forge, Posted


@dataclass(frozen=True)
class Create:
    body: str


@dataclass(frozen=True)
class Edit:
    identifier: int
    body: str


@dataclass(frozen=True)
class Delete:
    identifier: int


Effect = Create | Edit | Delete


def marker(workflow: str, configs: Sequence[str]) -> str:
    """The hidden first line: one comment for each workflow and set of Alembic configurations that it names."""
    named = "\n".join([workflow, *sorted(configs)])
    return f"<!-- migration-bot:{hashlib.sha256(named.encode()).hexdigest()[:16]} -->"


def mine(comments: Sequence[Posted], mark: str, me: str) -> list[Posted]:
    """The bot's comments with this marker, oldest first."""
    return [posted for posted in comments if posted.author == me and posted.body.split("\n", 1)[0].strip() == mark]


def plan(there: Sequence[Posted], body: str, *, wanted: bool) -> list[Effect]:
    """What to do. The newest comment is kept, older twins go; without `wanted`, none is made, but one is updated."""
    effects: list[Effect] = [Delete(posted.identifier) for posted in there[:-1]]
    if there:
        newest = there[-1]
        if newest.body.strip() != body.strip():
            effects.append(Edit(newest.identifier, body))
    elif wanted:
        effects.append(Create(body))
    return effects


def apply(forge: Forge, number: int, effects: Sequence[Effect], there: Sequence[Posted]) -> str:
    """Carry the effects out; the comment's address, empty when there is none.

    A comment that somebody deleted meanwhile is written anew.
    """
    url = there[-1].url if there else ""
    for effect in effects:
        if isinstance(effect, Delete):
            forge.delete(effect.identifier)
        elif isinstance(effect, Create):
            url = forge.comment(number, effect.body).url
        else:
            try:
                url = forge.edit(effect.identifier, effect.body).url
            except GitHubError as error:
                if error.kind != "missing":
                    raise
                url = forge.comment(number, effect.body).url
    return url
