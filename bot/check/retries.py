"""Retries an examination with what the project's code lacks: settings, found in the repository or made up, and folders
of its own code.

In: a run, an Alembic environment, a function that examines it. Out: its result, with the settings that were filled in;
or the failure, with advice.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import msgspec

from bot.check import workers
from bot.check.records import ProjectResult
from bot.check.run import Run
from bot.check.workers import Prepared
from bot.discovery.affected import Planned
from bot.errors import ProjectError
from bot.project.checkout.checkouts import Workspaces

Sides = tuple[Prepared | None, Prepared]
_ROUNDS = 8


def examined(
    run: Run,
    spaces: Workspaces,
    item: Planned,
    sides: Sides,
    examine: Callable[[Run, Sides], ProjectResult],
) -> ProjectResult:
    """The result, at the first attempt or with what was missing; raises `BotError`."""
    for attempt in range(_ROUNDS):
        try:
            return _with_account(run, sides[1], examine(run, sides))
        except ProjectError as error:
            if error.databases:  # no failure: they are examined one after another
                raise
            from bot.check.workarounds import explained, worked_around  # noqa: PLC0415  slow to load, and most code runs at once

            better = worked_around(run, spaces, item, sides[1], error) if attempt + 1 < _ROUNDS else None
            if better is None:
                raise explained(run, spaces, item, sides[1], error) from error
            if better.modules != run.modules:
                sides = workers.prepare(better, spaces, item)
            run = better
    raise AssertionError("the last attempt returns or raises")


def _with_account(run: Run, head: Prepared, result: ProjectResult) -> ProjectResult:
    given, left_out = list(run.filled_lines), list(head.environment.left_out)
    project = msgspec.structs.replace(result.project, filled_settings=given, left_out=left_out)
    return replace(result, project=project)


OTHER_DATABASE = (
    "the project's code connects to another kind of database and has a PostgreSQL driver: it was redirected; "
    "a setting that selects PostgreSQL can be given with --env"
)


def note(filled: Sequence[str]) -> str:
    """One line to copy into the settings; empty if nothing was filled in."""
    if not filled:
        return ""
    listed = ", ".join(_quoted(line) for line in filled)
    return f"settings that the project's code needs were filled in by the bot; to choose them: env = [{listed}]"


def _quoted(text: str) -> str:
    """As a string of TOML."""
    return msgspec.json.encode(text).decode()


def folders_note(folders: Iterable[str]) -> str:
    """What was put on the search path; empty if nothing was."""
    named = ", ".join(folder or "." for folder in folders)
    return f"the project's code is looked for in {named} as well, as with PYTHONPATH" if named else ""
