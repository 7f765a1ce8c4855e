"""The project's Python: an environment for each distinct set of dependency files, made by uv and kept.

Comes in: a checkout and what the user says of its Python. Goes out: an interpreter with everything that the
project needs to be imported, Alembic and a driver included, and the folders of the project's own code. All of it
is installed as the worker's account and belongs to the bot afterwards, so that later code cannot change it.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.project.environment import dependencies, interpreters, requirements, source_path, specifiers
from bot.project.environment.dependencies import Found
from bot.project.environment.downloads import Downloads
from bot.project.environment.existing import as_given
from bot.project.environment.installer import Installer, Log, Recipe
from bot.project.environment.interpreters import Chosen, Interpreters, base_of
from bot.project.environment.ticking import ticking
from bot.system import Accounts, Confinement, beneath
from bot.system.atomic import write_whole

RECIPE = "4"  # another one makes all environments anew


@dataclass(frozen=True)
class Environment:
    """`added` are packages that the project does not list, `left_out` those of its list that could not be had.

    `source` is what it was made from, for people.
    """

    python: Path
    added: tuple[str, ...] = ()
    source: str = ""
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class EnvironmentRequest:
    """`project` is the folder of the Alembic configuration; `env` is what tools may see of the environment.

    `around` is what nobody's code may see of the machine, `repository` where the user has the project.
    """

    checkout: Path
    project: Path
    python: str
    install: str
    driver: str | None
    env: Mapping[str, str]
    around: Confinement = field(default_factory=Confinement)
    repository: Path | None = None


def prepare(request: EnvironmentRequest, *, cache_dir: Path, accounts: Accounts, log: Log) -> Environment:
    """The environment for one side, from the cache when there is one.

    Raises `ProjectError` of kind `install` when the dependencies cannot be installed, `ToolError` when there is no
    such Python.
    """
    apart = (request.checkout, *([request.repository] if request.repository else []))
    pythons = Interpreters(accounts.worker, cache_dir, request.env, request.around, apart)
    given = interpreters.given(request.python)
    if given is not None and not request.install:
        return Environment(as_given(given, pythons), source="--python")
    found = dependencies.find(request.project, request.checkout)
    chosen = Chosen(given) if given else _python(request, found, pythons)
    base = chosen.path
    folder = cache_dir / "environments" / _fingerprint(request, found, base)
    with _locked(folder):
        if _mark(folder).exists():
            return _finished(folder)
        log(f"installing the project's dependencies ({found.kind}) for Python {base.parent.parent.name}")
        python, env = pythons.reachable(base), _tool_env(request.env)
        shared = None
        if pythons.is_machines(python):
            shared = Downloads(cache_dir / "uv", accounts.downloads, base_of(python), env, request.around)
        around, tools = request.around, cache_dir / "tools"
        recipe = Recipe(found, python, env, request.install, request.checkout, around, tools, pythons, shared)
        _mark(folder).unlink(missing_ok=True)
        installer = Installer(recipe, folder, accounts.worker, log)
        with ticking(log, "still installing"):
            installer.install()
        told = [*installer.told(), *([f"note={chosen.note}"] if chosen.note else [])]
        write_whole(_mark(folder), "\n".join(told))
        return _finished(folder)


def _python(request: EnvironmentRequest, found: Found, pythons: Interpreters) -> Chosen:
    """What fits; among that, the version with which the project is used to run, if it is at hand."""
    wanted = _wanted(request, found)
    both = ",".join(part for part in (wanted, found.usual_python) if part)
    return (found.usual_python and request.python == "auto" and pythons.at_hand(both)) or pythons.find(wanted)


def _wanted(request: EnvironmentRequest, found: Found) -> str:
    """The specifier of the Python that is asked for."""
    if request.python != "auto" and interpreters.given(request.python) is None:
        return specifiers.of_setting(request.python)
    return found.python or ">=3.9"


def fingerprint(request: EnvironmentRequest) -> str:
    """Requests with equal fingerprints share one environment."""
    found = dependencies.find(request.project, request.checkout)
    return _fingerprint(request, found, Path(request.python))


def _fingerprint(request: EnvironmentRequest, found: Found, python: Path) -> str:
    digest = hashlib.sha256()
    parts = [RECIPE, found.kind, str(python), request.install, request.env.get("UV_EXCLUDE_NEWER", "")]
    for part in parts:
        digest.update(part.encode() + b"\0")
    for path in (*found.files, *requirements.included(found)):
        text = beneath.data(found.root, path.relative_to(found.root).as_posix(), dependencies.LARGEST)
        digest.update(path.name.encode() + b"\0" + (text or b"") + b"\0")
    if request.install:
        digest.update(str(request.checkout).encode())
    return digest.hexdigest()[:24]


def _tool_env(env: Mapping[str, str]) -> dict[str, str]:
    return {**env, "UV_LINK_MODE": "hardlink", "SETUPTOOLS_SCM_PRETEND_VERSION": "0.0.0"}


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Two runs at once make an environment once."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    handle = os.open(folder.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _mark(folder: Path) -> Path:
    """Says that an environment is complete, and what to tell of it; outside of what strange code can write."""
    return folder.with_suffix(".complete")


def _finished(folder: Path) -> Environment:
    lines = _mark(folder).read_text().splitlines()
    values = [line.partition("=") for line in lines]
    return Environment(
        folder / "bin" / "python",
        tuple(value for name, _, value in values if name == "added"),
        next((value for name, _, value in values if name == "source"), ""),
        tuple(value for name, _, value in values if name == "note"),
        tuple(value for name, _, value in values if name == "left-out"),
    )


def code(environment: Environment, request: EnvironmentRequest, run_dir: Path) -> tuple[Path, ...]:
    """Folders of the project's own code for the end of `sys.path`; none where the user's command installs it."""
    if environment.source == "--install":
        return ()
    return source_path.folders(request.project, request.checkout, run_dir)
