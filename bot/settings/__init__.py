"""Settings: what the user asked for, from options, action inputs and `[tool.migration-bot]`.

Everything after this package receives values: `Machine` reads what there is of the process, and nothing else does.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.decisions import KINDS, Answer, Source
from bot.errors import UsageError
from bot.settings import files as given_files
from bot.settings import options, sources
from bot.settings.files import Files, RowsFile
from bot.settings.machine import Machine
from bot.settings.options import BaselineChoice, FailOn, Format, Options

__all__ = [
    "ActionRequest",
    "BaselineChoice",
    "FailOn",
    "Files",
    "Format",
    "Machine",
    "Settings",
    "from_inputs",
    "from_options",
]

# What the project's code and its installer may see of the bot's environment: no token, no secret.
_PASSED_ON = (
    "PATH LANG LC_ALL TZ SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE PIP_CERT"
    " HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy"
    " UV_EXCLUDE_NEWER UV_INDEX_URL UV_EXTRA_INDEX_URL UV_DEFAULT_INDEX UV_INDEX UV_FIND_LINKS UV_PYTHON_PREFERENCE"
    " UV_INDEX_STRATEGY UV_PYTHON_DOWNLOADS PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS"
).split()


MOST_ROWS = 100_000_000  # that --scale may ask for


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One run. Paths are absolute; empty strings and tuples mean "not given".

    `env` is for the project's code alone; `tool_env` is what it and its installer get besides. `timeout` is in
    seconds, for each thing that the project's code is asked to do. `scale` are rows for the tables that the upgrade
    touches, `sizes` those that tables have in production, by schema and name.
    """

    repo: Path
    machine: Machine
    base: str = ""
    head: str = ""
    configs: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    x: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    branch: str = ""
    database: str = "embedded"
    allow_shared_server: bool = False
    python: str = "auto"
    install: str = ""
    prepare: tuple[str, ...] = ()
    baseline: BaselineChoice = "auto"
    setup: tuple[str, ...] = ()
    rows: RowsFile | None = None
    scale: int = 0
    sizes: Mapping[tuple[str, str], int] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    tool_env: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    answers: tuple[Answer, ...] = ()
    include_drift: bool = False
    safer: bool = False
    require_migration: bool = False
    write: bool = False
    output_dir: Path | None = None
    profile: Path | None = None
    format: Format = "text"
    fail_on: FailOn = "error"
    cache: bool = True
    cache_dir: Path
    timeout: float = 300.0
    verbose: bool = False


@dataclass(frozen=True, kw_only=True)
class ActionRequest:
    """What an action run is about: commits, where they are, what was decided by commands.

    `files` reads the base revision, so that a pull request cannot change what a setting means. `require_migration`
    holds where neither inputs nor settings say otherwise.
    """

    repo: Path
    base: str
    head: str
    output_dir: Path
    files: Files
    message: str = ""
    answers: tuple[Answer, ...] = ()
    require_migration: bool = False
    safer: bool = False


def from_inputs(
    inputs: Mapping[str, str], base_table: Mapping[str, Any], request: ActionRequest, machine: Machine
) -> Settings:
    """Settings of an action run: inputs first, then base's `[tool.migration-bot]`; commands above both.

    Raises `UsageError` for an input that is not allowed, naming it.
    """
    default = {"require-migration": request.require_migration}
    given = {**default, **base_table, **sources.read_inputs(inputs)}
    own = {"repo": str(request.repo), "base": request.base, "head": request.head, "output-dir": str(request.output_dir)}
    said: dict[str, Any] = {"message": request.message} if request.message else {}
    said |= {"safer": True} if request.safer else {}
    made = options.made({**given, **own, **said})
    if inputs.get("cache-dir"):  # a folder of the workspace, wherever the step runs
        cache = str(request.repo / inputs["cache-dir"])
        machine = replace(machine, environ={**machine.environ, "MIGRATION_BOT_CACHE": cache})
    return _settings(made, request.files, (*_answers(given, "setting"), *request.answers), machine)


def from_options(given: Mapping[str, Any], machine: Machine) -> Settings:
    """Settings of a local run: options (by key) first, then the repository's `[tool.migration-bot]`.

    Raises `UsageError` for a value that is not allowed, naming it.
    """
    said = sources.read_arguments(given)
    repo = Path(said.get("repo", ".")).absolute()
    if not repo.is_dir():
        raise UsageError(f"--repo {said.get('repo')}: there is no such folder")
    table = sources.read_table(repo / "pyproject.toml")
    made = options.made({**table, **said})
    answers = (*_answers(table, "setting"), *_answers(said, "command"))
    return _settings(made, given_files.below(repo), answers, machine)


def _answers(given: Mapping[str, Any], source: Source) -> Iterator[Answer]:
    for kind in KINDS:
        yield from (Answer.read(kind, text, source) for text in given.get(kind) or ())


def _settings(made: Options, files: Files, answers: tuple[Answer, ...], machine: Machine) -> Settings:
    return Settings(
        repo=Path(made.repo).absolute(),
        machine=machine,
        base=made.base,
        head=made.head,
        configs=tuple(made.config),
        sections=tuple(made.name),
        x=tuple(made.x),
        models=tuple(made.models),
        branch=made.branch,
        database=made.database,
        allow_shared_server=made.allow_shared_server,
        python=str(machine.home / made.python[2:]) if made.python.startswith("~/") else made.python,
        install=made.install,
        prepare=tuple(made.prepare),
        baseline=made.baseline,
        setup=tuple(given_files.script(text, files) for text in made.setup),
        rows=given_files.rows(made.rows, files),
        scale=_scale(made.scale),
        sizes=given_files.sizes(made.sizes, files),
        env={**given_files.env_file(made.env_file, files), **given_files.variables(made.env)},
        tool_env={name: machine.environ[name] for name in _PASSED_ON if name in machine.environ},
        message=made.message,
        answers=answers,
        include_drift=made.include_drift,
        safer=made.safer,
        require_migration=made.require_migration,
        write=made.write,
        output_dir=Path(made.output_dir).absolute() if made.output_dir else None,
        profile=Path(made.profile).absolute() if made.profile else None,
        format=made.format,
        fail_on=made.fail_on,
        cache=not made.no_cache,
        cache_dir=cache_dir(machine),
        timeout=timeout(machine.environ),
        verbose=made.verbose,
    )


def _scale(rows: int) -> int:
    if rows and not 1_000 <= rows <= MOST_ROWS:
        raise UsageError(f"--scale is {rows}", f"Give a number of rows from 1,000 to {MOST_ROWS:,}.")
    return rows


def timeout(environ: Mapping[str, str]) -> float:
    """Seconds; raises `UsageError` for what is no number above zero."""
    text = environ.get("MIGRATION_BOT_TIMEOUT") or "300"
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise UsageError(f"MIGRATION_BOT_TIMEOUT is {text[:60]!r}", "Give a number of seconds, at most a day.")
    return seconds


def cache_dir(machine: Machine) -> Path:
    """Where prepared servers, environments and downloads are kept between runs.

    Root's own home is closed to the unprivileged accounts that must read the cache.
    """
    environ = machine.environ
    if environ.get("MIGRATION_BOT_CACHE"):
        return Path(environ["MIGRATION_BOT_CACHE"]).absolute()
    if os.geteuid() == 0:
        return Path("/var/cache/migration-bot")
    if environ.get("XDG_CACHE_HOME"):
        return Path(environ["XDG_CACHE_HOME"]) / "migration-bot"
    return machine.home / ".cache" / "migration-bot"
