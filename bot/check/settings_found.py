"""Retries an examination with settings that the project's code lacks: found in the repository, or made up.

In: a run, an Alembic environment, a function that examines it. Out: its result, with the settings that were filled in;
or the failure, with advice.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from bot.check.records import ProjectResult
from bot.check.run import Run
from bot.check.workers import Prepared
from bot.discovery.affected import Planned
from bot.errors import ProjectError
from bot.project import remedies
from bot.project.checkout.checkouts import Workspaces
from bot.project.remedies import Trouble
from bot.project.variables import filled
from bot.project.variables.filled import Filling

_ROUNDS = 6
_DRIVERS = {"psycopg2", "psycopg", "asyncpg", "pg8000", "psycopg2cffi"}
# Failures that missing settings can lead to.
_CURABLE = ("settings", "exception", "dialect", "env", "flask", "exit", "config", "alembic")


def examined(
    run: Run,
    spaces: Workspaces,
    item: Planned,
    sides: tuple[Prepared | None, Prepared],
    examine: Callable[[Run], ProjectResult],
) -> ProjectResult:
    """The result, at the first attempt or with settings filled in; raises `BotError`."""
    for attempt in range(_ROUNDS):
        try:
            return _with_account(run, sides[1], examine(run))
        except ProjectError as error:
            if error.databases:  # no failure: they are examined one after another
                raise
            more = _more(run, spaces, item, sides[1], error, attempt) if attempt + 1 < _ROUNDS else {}
            if not more and attempt + 1 < _ROUNDS and _can_redirect(run, sides[1], error):
                run.progress.log("redirecting the code to PostgreSQL, which the project has a driver for")
                run = replace(run, any_database=True)
                continue
            if not more:
                raise remedies.applied(error, _trouble(run, spaces, item, sides[1])) from error
            run.progress.log(f"settings are missing; the bot fills in {', '.join(more)}")
            env = {**run.settings.env, **more}
            run = replace(run, settings=replace(run.settings, env=env), filled={**run.filled, **more})
    raise AssertionError("the last attempt returns or raises")


def _more(
    run: Run, spaces: Workspaces, item: Planned, head: Prepared, error: ProjectError, attempt: int
) -> dict[str, str]:
    """Settings that may help; those of base win, which a pull request cannot change.

    First those that are certainly needed; if that does not help, all that the code looked up without success.
    """
    if error.kind not in _CURABLE:
        return {}
    places = [(spaces.head.path, item.head)] + ([(spaces.base.path, item.base)] if item.base else [])
    drivers = _distributions(head.environment.python)
    fillings = [Filling(path, config, drivers, selects=error.kind == "dialect") for path, config in places]
    given = {**run.settings.tool_env, **run.settings.env}
    needed: dict[str, str] = {}
    for filling in fillings:
        needed |= filling.needed(error.missing, given)
    if needed and not attempt:
        return needed
    return {**filled.together(fillings, error.asked, given), **needed}


def _can_redirect(run: Run, head: Prepared, error: ProjectError) -> bool:
    """Whether it uses another database although the project has a PostgreSQL driver: often so in development."""
    if error.kind != "dialect" or run.any_database:
        return False
    added = {name.removesuffix("-binary") for name in head.environment.added}
    there = {name.removesuffix("-binary") for name in _distributions(head.environment.python)}
    return bool(there & _DRIVERS - added)


def _distributions(python: Path) -> frozenset[str]:
    """The distributions installed in an environment, by normalized name."""
    folders = python.parent.parent.glob("lib/python*/site-packages/*.dist-info")
    return frozenset(path.name.partition("-")[0].lower().replace("_", "-") for path in folders)


def _with_account(run: Run, head: Prepared, result: ProjectResult) -> ProjectResult:
    lines = list(_lines(run.filled))
    left_out = list(head.environment.left_out)
    project = msgspec.structs.replace(result.project, filled_settings=lines, left_out=left_out)
    return replace(result, project=project)


def _trouble(run: Run, spaces: Workspaces, item: Planned, head: Prepared) -> Trouble:
    return Trouble(
        checkout=spaces.head.path,
        folders=(item.head.cwd, item.head.script_dir or "."),
        left_out=head.environment.left_out,
        filled=tuple(_lines(run.filled)),
    )


def _lines(filled: Mapping[str, str]) -> Iterator[str]:
    yield from (f"{name}={value}" for name, value in sorted(filled.items()))


OTHER_DATABASE = (
    "the project's code connects to another kind of database and has a PostgreSQL driver: it was redirected; "
    "a setting that selects PostgreSQL can be given with --env"
)


def note(filled: Mapping[str, str]) -> str:
    """One line to copy into the settings; empty if nothing was filled in."""
    if not filled:
        return ""
    listed = ", ".join(_quoted(line) for line in _lines(filled))
    return f"settings that the project's code needs were filled in by the bot; to choose them: env = [{listed}]"


def _quoted(text: str) -> str:
    """As a string of TOML."""
    return msgspec.json.encode(text).decode()
