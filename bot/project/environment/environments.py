"""The project's Python: an environment for each distinct set of dependency files, made by uv and kept.

In: a checkout and what the user says of its Python. Out: an interpreter with everything that the
project needs to be imported, Alembic and a driver included, and the folders of the project's own code. All of it
is installed as the worker's account and belongs to the bot afterwards, so that later code cannot change it.
One that the checkout's own code had a hand in is for all runs if that was base's, and for that head alone if not.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.discovery import imports
from bot.discovery.environments import AlembicConfig
from bot.project.environment import (
    cache,
    dependencies,
    interpreters,
    provenance,
    requirements,
    sibling_packages,
    source_path,
    specifiers,
)
from bot.project.environment.cache import Environment
from bot.project.environment.dependencies import Found
from bot.project.environment.existing import usable_interpreter
from bot.project.environment.interpreters import Chosen, Interpreters, base_of
from bot.project.environment.progress_lines import ticking
from bot.system import Accounts, Confinement, beneath
from bot.system.atomic import write_whole

if TYPE_CHECKING:
    from bot.project.environment.other_lists import Listed
    from bot.project.environment.recipe import Recipe

Log = Callable[[str], None]

RECIPE = "8"  # another one recreates all environments
_OLDEST = 8  # minor version of Python 3 with which the worker runs
_MINORS = range(_OLDEST, 40)
_RUNS = f">=3.{_OLDEST}"


@dataclass(frozen=True)
class EnvironmentRequest:
    """`project` is the folder of the Alembic configuration; `env` is what tools may see of the environment.

    `sandbox` is what nobody's code may see of the machine, `repository` where the user has the project. `config` is the
    Alembic environment, whose imports tell which other packages of the repository are needed.
    `tree` names what is in head's checkout; base's is what people have agreed on. `modules` are what imports did not
    find.
    """

    checkout: Path
    project: Path
    python: str
    install: str
    driver: str | None
    env: Mapping[str, str]
    sandbox: Confinement = field(default_factory=Confinement)
    repository: Path | None = None
    config: AlembicConfig | None = None
    tree: Callable[[], str] | None = None
    modules: tuple[str, ...] = ()

    def siblings(self, found: Found) -> tuple[Found, ...]:
        """Other packages of the repository whose code is imported, and what they come from."""
        return sibling_packages.of(self.checkout, self.config, found) if self.config and not self.install else ()

    def imported(self) -> set[str]:
        """Modules that the code imports for which the environment is made."""
        return imports.names(imports.sources(self.checkout, self.config)) if self.config else set()

    def more(self, found: Found) -> tuple["Listed", ...]:
        """Lists of this side's own that have what imports did not find."""
        if not self.modules:
            return ()
        from bot.project.environment import other_lists  # noqa: PLC0415  most projects have what they import

        lists = (other_lists.having(found, module) for module in self.modules)
        return tuple({each.place: each for each in lists if each}.values())


def prepare(request: EnvironmentRequest, *, cache_dir: Path, accounts: Accounts, log: Log) -> Environment:
    """The environment for one side, from the cache when there is one.

    Raises `ProjectError` of kind `install` when the dependencies cannot be installed, `ToolError` when there is no
    such Python.
    """
    apart = (request.checkout, *([request.repository] if request.repository else []))
    pythons = Interpreters(accounts.worker, cache_dir, request.env, request.sandbox, apart)
    given = interpreters.given(request.python)
    if given is not None and not request.install:
        return Environment(usable_interpreter(given, pythons), source="--python")
    found = dependencies.find(request.project, request.checkout)
    chosen = Chosen(given) if given else _python(request, found, pythons)
    making = _Making(request, found, pythons, cache_dir, accounts, log)
    # What an image is made from is what the project runs with: a package that is not to be had there is the exception.
    usual = bool(found.usual_python) and pythons.fits(chosen.path, found.usual_python)
    better = making.environment(chosen, settled=bool(given) or usual)
    if isinstance(better, Environment):
        return better
    other = pythons.at_hand(f"=={better}.*")
    note = f"Python {better} was taken: some packages can be installed with that one, and not with a newer one"
    made = making.environment(replace(other, note=note) if other else chosen, settled=True)
    assert isinstance(made, Environment)
    return made


@dataclass(frozen=True)
class _Making:
    """Makes environments of one project's files."""

    request: EnvironmentRequest
    found: Found
    pythons: Interpreters
    cache_dir: Path
    accounts: Accounts
    log: Log

    def environment(self, chosen: Chosen, *, settled: bool) -> Environment | str:
        """The environment, from the cache if it is there; unless `settled`, maybe a Python that does better."""
        folder = self._folder(_fingerprint(self.request, self.found, chosen.path))
        with cache.locked(folder):
            if cache.is_whole(folder) and not (settled and cache.better(folder)):
                return cache.better(folder) or cache.finished(folder)
            from bot.project.environment.installer import Installer  # noqa: PLC0415  most find one that is whole

            installer = Installer(self._recipe(chosen, settled=settled), folder, self.accounts.worker, self.log)
            cache.mark(folder).unlink(missing_ok=True)
            start, better = self._without_more(chosen), ""
            with ticking(self.log, "still installing"):
                if start is not None:
                    installer.added, installer.notes = [*start.added], [*start.notes]
                    installer.left_out, installer.own = [*start.left_out], [*start.own]
                    installer.extend(start.python.parent.parent)
                else:
                    version = chosen.path.parent.parent.name
                    self.log(f"installing the project's dependencies ({self.found.kind}) for Python {version}")
                    better = installer.install()
            record = [*installer.record(), *([f"note={chosen.note}"] if chosen.note else [])]
            write_whole(cache.mark(folder), f"better={better}" if better else "\n".join(record))
            return better or cache.finished(folder)

    def _without_more(self, chosen: Chosen) -> Environment | None:
        """The environment in which an import did not find something, if it is there."""
        if not self.request.modules:
            return None
        before = replace(self, request=replace(self.request, modules=()))
        folder = before._folder(_fingerprint(before.request, self.found, chosen.path))
        return cache.finished(folder) if cache.is_whole(folder) and not cache.better(folder) else None

    def _folder(self, fingerprint: str) -> Path:
        """The one that is made with base's code, or from an index alone; head's own where there is none."""
        folder = self.cache_dir / "environments" / fingerprint
        if self.request.tree is None or cache.mark(folder).is_file():
            return folder
        if not any(map(provenance.is_of_checkout, (self.found, *self.request.siblings(self.found)))):
            return folder
        return folder.with_name(f"{fingerprint}-{self.request.tree()[:16]}")

    def _recipe(self, chosen: Chosen, *, settled: bool) -> "Recipe":
        from bot.project.environment.downloads import Downloads  # noqa: PLC0415
        from bot.project.environment.recipe import Recipe  # noqa: PLC0415

        request, base = self.request, chosen.path
        python, env = self.pythons.reachable(base), _tool_env(request.env)
        shared = None
        if self.pythons.is_machines(python):
            kept = self.cache_dir / "uv"
            shared = Downloads(kept, self.accounts.downloads, base_of(python), env, request.sandbox)
        free = request.python == "auto" and not settled
        return Recipe(
            self.found,
            python,
            env,
            request.install,
            request.checkout,
            request.sandbox,
            self.cache_dir / "tools",
            self.pythons,
            shared,
            partial(self.pythons.minors, _allowed(self.found)) if free else tuple,
            request.siblings(self.found),
            request.more(self.found),
            request.imported,
        )


def _python(request: EnvironmentRequest, found: Found, pythons: Interpreters) -> Chosen:
    """What fits; among that, the version with which the project is used to run, if it is at hand."""
    wanted = _wanted(request, found)
    usual = found.usual_python if request.python == "auto" else ""
    if older := specifiers.newest_minor(wanted, range(_OLDEST)):
        if request.python == "auto" and not specifiers.newest_minor(wanted, _MINORS):
            wanted, usual, found = "", f"=={older}.*", replace(found, python="")
        wanted = ",".join(part for part in (wanted, _RUNS) if part)
    both = ",".join(part for part in (wanted, usual) if part)
    return (usual and (pythons.at_hand(both) or _next_to(usual, found, pythons))) or pythons.find(wanted)


def _next_to(usual: str, found: Found, pythons: Interpreters) -> Chosen | None:
    """The oldest interpreter that is newer than the usual one, which is too old for this machine."""
    number = re.fullmatch(r"==3\.(\d+)\.\*", usual)
    minors = sorted(int(minor.split(".")[1]) for minor in pythons.minors(_allowed(found)))
    nearest = next((minor for minor in minors if number and minor > max(int(number[1]), _OLDEST - 1)), None)
    chosen = pythons.at_hand(f"==3.{nearest}.*") if number and nearest else None
    if not chosen or not number:
        return None
    return replace(chosen, note=f"Python 3.{nearest} stands in for 3.{number[1]}, which cannot be used here")


def _allowed(found: Found) -> str:
    """The specifier of what the project's files and the worker allow."""
    return ",".join(part for part in (found.python, _RUNS) if part)


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
    for name, folder in sorted(sibling_packages.packages(request.checkout, found).items()):
        digest.update(f"{name}={folder.relative_to(request.checkout).as_posix()}".encode() + b"\0")
    near = request.siblings(found)
    for each in near:
        digest.update((each.member or each.folder).relative_to(request.checkout).as_posix().encode() + b"\0")
    for path in (*found.files, *requirements.included(found), *(path for each in near for path in each.files)):
        text = beneath.data(found.root, path.relative_to(found.root).as_posix(), dependencies.LARGEST)
        digest.update(path.name.encode() + b"\0" + (text or b"") + b"\0")
    for other in request.more(found):
        digest.update("\n".join((other.place, other.line, *other.lines)).encode() + b"\0")
    if request.install:
        digest.update(str(request.checkout).encode())
    return digest.hexdigest()[:24]


def _tool_env(env: Mapping[str, str]) -> dict[str, str]:
    return {**env, "UV_LINK_MODE": "hardlink", "SETUPTOOLS_SCM_PRETEND_VERSION": "0.0.0"}


def code(environment: Environment, request: EnvironmentRequest, run_dir: Path) -> tuple[Path, ...]:
    """Folders of the project's own code for the end of `sys.path`; none where the user's command installs it."""
    if environment.source == "--install":
        return ()
    return source_path.folders(request.project, request.checkout, run_dir, environment.own)
