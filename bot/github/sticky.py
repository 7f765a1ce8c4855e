"""The pull request's sticky comment, which is kept up to date.

In: all comments, the bot's login, the wanted body. Out: effects as data, and a function that applies them. A comment is
the bot's own if both its hidden marker and its author match: markers can be copied.
"""

import hashlib
import re
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


@dataclass(frozen=True, order=True)
class Stamp:
    """Orders runs: by start time in seconds of GitHub's clock, then by run number and attempt."""

    began: int = 0
    run: int = 0
    attempt: int = 0


@dataclass(frozen=True)
class StampedBody:
    """What a run publishes for a head commit; `text` begins with the marker and the run's stamp.

    `number` is the pull request's, 0 without one: several can have the same head. `conclusion` is the check run's.
    """

    head: str
    stamp: Stamp
    text: str
    number: int = 0
    conclusion: str = ""


_STAMP = re.compile(
    r"<!-- verdict (?P<head>[0-9a-f]{40,64}) (?P<began>\d{1,12})\.(?P<run>\d{1,18})\.(?P<attempt>\d{1,6})"
    r"(?: #(?P<number>\d{1,18}) (?P<conclusion>[a-z_]{0,20}))? -->"
)
_NOTE = "<!-- note --> "
# What differs between two runs with the same result: durations, and what Alembic generates for a new file.
_PASSING = re.compile(r"\d+(\.\d+)? s\b|Create Date: .*")
_REVISION = re.compile(r"^revision\b[^=\n]*= *['\"]([0-9a-f]{12})['\"]", re.MULTILINE)


def marker(workflow: str, configs: Sequence[str], matrix: str = "") -> str:
    """The hidden first line: there is one comment for each workflow, set of configurations and job of a matrix."""
    named = "\n".join([workflow, *sorted(configs), *([f"matrix {matrix}"] if matrix else [])])
    return f"<!-- migration-bot:{hashlib.sha256(named.encode()).hexdigest()[:16]} -->"


def stamped(mark: str, head: str, stamp: Stamp, text: str, number: int = 0, conclusion: str = "") -> StampedBody:
    """The text below the marker and a second hidden line with the run's stamp."""
    line = f"<!-- verdict {head} {stamp.began}.{stamp.run}.{stamp.attempt} #{number} {conclusion} -->"
    return StampedBody(head, stamp, f"{mark}\n{line}\n{text}", number, conclusion)


def read(body: str, mark: str) -> StampedBody | None:
    """The parsed body of a comment or check run; None if it has another marker or no stamp."""
    first, _, rest = body.partition("\n")
    found = _STAMP.fullmatch(rest.partition("\n")[0].strip())
    if first.strip() != mark or found is None:
        return None
    stamp = Stamp(*(int(found[name]) for name in ("began", "run", "attempt")))
    return StampedBody(found["head"], stamp, body, int(found["number"] or 0), found["conclusion"] or "")


def running(body: str, head: str, url: str) -> str:
    """The body of an earlier run with a line that says that another one is in progress."""
    return noted(body, f"⏳ [A run]({url}) is checking `{head[:12]}`; the result below is from an earlier one.")


def noted(body: str, note: str) -> str:
    """The body of an earlier run with a note above it, which replaces an earlier note."""
    mark, stamp, text = [*body.split("\n", 2), "", ""][:3]
    return "\n".join([mark, stamp, f"{_NOTE}{note}", "", _without_note(text)])


def _without_note(text: str) -> str:
    return text.split("\n", 2)[2] if text.startswith(_NOTE) and text.count("\n") > 1 else text


def has(body: str, mark: str) -> bool:
    """Whether a comment begins with the marker."""
    return body.split("\n", 1)[0].strip() == mark


def mine(comments: Sequence[Posted], mark: str, me: str) -> list[Posted]:
    """The bot's comments with this marker, oldest first."""
    found = [posted for posted in comments if posted.author == me and has(posted.body, mark)]
    return sorted(found, key=lambda posted: posted.identifier)


def plan(there: Sequence[Posted], body: str, *, wanted: bool) -> list[Effect]:
    """What to do. The oldest comment is kept, duplicates are deleted; without `wanted`, none is created.

    The oldest, because concurrent runs have to choose the same one, and a new duplicate must not change the choice.
    """
    if not there:
        return [Create(body)] if wanted else []
    edits: list[Effect] = [] if _says(there[0].body, body) else [Edit(there[0].identifier, body)]
    return [*edits, *(Delete(posted.identifier) for posted in there[1:])]


def _says(there: str, body: str) -> bool:
    """Whether a comment has that text already, apart from run and durations."""
    return _lasting(there) == _lasting(body)


def _lasting(body: str) -> str:
    lines = body.strip().splitlines()
    stamp = _STAMP.fullmatch(lines[1].strip()) if len(lines) > 1 else None
    text = "\n".join([*lines[:1], stamp["head"], *lines[2:]] if stamp else lines)
    for revision in _REVISION.findall(text):
        text = text.replace(revision, "revision")
    return _PASSING.sub("", text)


def apply(forge: Forge, number: int, there: Sequence[Posted], effects: Sequence[Effect]) -> list[Posted] | None:
    """Apply the effects; the bot's comments afterwards, None if they have to be listed again.

    They do after a new comment, which may have a duplicate, and if somebody has deleted the comment meanwhile.
    """
    kept: list[Posted] | None = list(there[:1])
    for effect in effects:
        if isinstance(effect, Delete):
            forge.delete(effect.identifier)
        elif isinstance(effect, Create):
            forge.comment(number, effect.body)
            kept = None
        else:
            try:
                kept = [forge.edit(effect.identifier, effect.body)]
            except GitHubError as error:
                if error.kind != "missing":
                    raise
                kept = None
    return kept
