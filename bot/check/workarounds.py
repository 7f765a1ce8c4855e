"""What to try next when the project's code does not run: settings, folders of its own code, another database.

In: a run, the sides of an Alembic environment, its failure. Out: the run with what the failure asks for; or the
failure, with advice. Imported when something failed.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.check.run import Run
from bot.check.workers import Prepared
from bot.discovery import module_folders
from bot.discovery.affected import Planned
from bot.errors import ProjectError
from bot.project import remedies
from bot.project.checkout.checkouts import Workspaces
from bot.project.environment import installed, other_lists
from bot.project.remedies import Trouble
from bot.project.variables import filled
from bot.project.variables.filled import Filling

_DRIVERS = {"psycopg2", "psycopg", "asyncpg", "pg8000", "psycopg2cffi"}
# Failures of one side's code that the other may not have.
_OF_CODE = ("import", "syntax", "exception", "settings", "env", "alembic", "exit", "database", "dialect")
# Failures that missing settings can lead to.
_FROM_SETTINGS = ("settings", "exception", "dialect", "env", "flask", "exit", "config", "alembic")


def explained(run: Run, spaces: Workspaces, item: Planned, head: Prepared, error: ProjectError) -> ProjectError:
    """The failure with what is to be tried by people."""
    trouble = Trouble(
        checkout=spaces.head.path,
        folders=(item.head.cwd, item.head.script_dir or "."),
        left_out=head.environment.left_out,
        filled=run.filled_lines,
        base=spaces.base.path,
    )
    return remedies.applied(error, trouble)


def worked_around(run: Run, spaces: Workspaces, item: Planned, head: Prepared, error: ProjectError) -> Run | None:
    """The run with what the failure asks for; None where nothing more is known."""
    places = [(spaces.head.path, item.head)] + ([(spaces.base.path, item.base)] if item.base else [])
    drivers = _installed(head)
    fillings = [Filling(path, config, drivers, selects=error.kind == "dialect") for path, config in places]
    return (
        _with_folder(run, spaces, item, error)
        or _with_packages(run, spaces, item, head, error)
        or _without_server(run, fillings, error)
        or _with_key(run, fillings, error)
        or _with_settings(run, fillings, error)
        or _redirected(run, head, error)
        or _without_base_models(run, spaces, item, error)
    )


def _with_folder(run: Run, spaces: Workspaces, item: Planned, error: ProjectError) -> Run | None:
    """With the folder of the project's code that has the module which an import did not find."""
    if not error.module:
        return None
    folder = module_folders.folder_of(spaces.head.path, item.head, error.module)
    if folder is None or folder in run.code_folders:
        return None
    run.progress.log(f"the module {error.module} is in {folder or '.'}, which is put on the search path")
    return replace(run, code_folders=(*run.code_folders, folder))


def _with_packages(run: Run, spaces: Workspaces, item: Planned, head: Prepared, error: ProjectError) -> Run | None:
    """With another list of the project's that has what an import did not find."""
    own = head.environment.source in ("--python", "--install")
    if not error.module or error.module in run.modules or own:
        return None
    place = other_lists.place_of(spaces.head.path / Path(item.head.path).parent, spaces.head.path, error.module)
    if not place:
        return None
    run.progress.log(f"the module {error.module} is missing: {place}, which has its package, is installed as well")
    return replace(run, modules=(*run.modules, error.module))


def _without_server(run: Run, fillings: Sequence[Filling], error: ProjectError) -> Run | None:
    """Without the addresses that were filled in and made the code ask a server, if it may do without them."""
    led = [name for name, value in run.filled.items() if error.host and f"//{error.host}" in value]
    needed = {name for filling in fillings for name, item in filling.asked.items() if item.needed}
    names = frozenset(name for name in led if name not in needed)
    if not names:
        return None
    run.progress.log(f"the code asks a server when it has {', '.join(sorted(names))}: trying without")
    env = {name: value for name, value in run.settings.env.items() if name not in names}
    kept = {name: value for name, value in run.filled.items() if name not in names}
    settings = replace(run.settings, env=env)
    return replace(run, settings=settings, filled=kept, withdrawn=run.withdrawn | names)


def _with_key(run: Run, fillings: Sequence[Filling], error: ProjectError) -> Run | None:
    """With one of the keys that a value is looked up among, in the place of a value that was made up."""
    keys = (
        (name, filling.key_in_place_of(name, value, error.message))
        for name, value in run.filled.items()
        for filling in fillings
    )
    better = {name: key for name, key in keys if key and key != run.filled[name]}
    if not better:
        return None
    run.progress.log(f"settings are missing; the bot fills in {', '.join(better)}, one of several values")
    settings = replace(run.settings, env={**run.settings.env, **better})
    return replace(run, settings=settings, filled={**run.filled, **better})


def _with_settings(run: Run, fillings: Sequence[Filling], error: ProjectError) -> Run | None:
    """With settings that may help; those of base win, which a pull request cannot change.

    First those that are certainly needed; if that does not help, all that the code looked up without success.
    """
    if error.kind not in _FROM_SETTINGS:
        return None
    given = {**run.settings.tool_env, **run.settings.env}
    more: dict[str, str] = {}
    for filling in fillings:
        more |= filling.needed(error.missing, given)
    if not more or run.filled or run.withdrawn:
        more = {**filled.together(fillings, error.asked, given), **more}
    if not more:
        for filling in fillings:
            more |= filling.named(error.message, given)
    more = {name: value for name, value in more.items() if name not in run.withdrawn}
    if not more:
        return None
    run.progress.log(f"settings are missing; the bot fills in {', '.join(more)}")
    settings = replace(run.settings, env={**run.settings.env, **more})
    return replace(run, settings=settings, filled={**run.filled, **more})


def _redirected(run: Run, head: Prepared, error: ProjectError) -> Run | None:
    """Led to PostgreSQL where the code uses another database: often so in development."""
    if not _can_redirect(run, head, error):
        return None
    run.progress.log("redirecting the code to PostgreSQL, which the project has a driver for")
    return replace(run, any_database=True)


def _without_base_models(run: Run, spaces: Workspaces, item: Planned, error: ProjectError) -> Run | None:
    """Compared with base's migrations alone, where its code does not run or its models cannot be built."""
    fails = error.kind in _OF_CODE and remedies.is_of_base(error, spaces.base.path, spaces.head.path)
    if not fails or run.base_failure or item.base is None or run.settings.baseline != "auto":
        return None
    run.progress.log(f"base's models cannot be built ({error.message.splitlines()[0]}): going on with its migrations")
    return replace(run, base_failure=error.message.splitlines()[0])


def _can_redirect(run: Run, head: Prepared, error: ProjectError) -> bool:
    """Whether it uses another database although the project has a PostgreSQL driver: often so in development."""
    if error.kind != "dialect" or run.any_database:
        return False
    added = {name.removesuffix("-binary") for name in head.environment.added}
    there = {name.removesuffix("-binary") for name in _installed(head)}
    return bool(there & _DRIVERS - added)


def _installed(head: Prepared) -> frozenset[str]:
    """The distributions of the project's Python environment, by normal names."""
    return frozenset(installed.distributions(head.environment.python.parent.parent))
