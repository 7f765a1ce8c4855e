"""One environment, made by uv as the worker's account: from lock files, requirements, or the user's own command.

In: what to install and where. Out: a complete environment that belongs to the bot, or none. Home, cache and temporary
folder are of this one installation: what a package's build leaves there is found by nobody later. What the index gives
is kept by `downloads`.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.errors import ProjectError
from bot.project.environment import dependencies, groups, interpreters, outcomes, requirements, sandbox_policy, uv
from bot.project.environment.dependencies import Found
from bot.project.environment.downloads import Downloads, give, temporary_folder
from bot.project.environment.exporters import Toolbox
from bot.project.environment.installation import Installation
from bot.project.environment.interpreters import Interpreters
from bot.project.environment.ownership import take_over
from bot.project.environment.requirements import Requirements
from bot.system import Account, Completed, Confinement, beneath, remove, run_confined

TIMEOUT = 1200.0  # seconds for an installation
_DRIVERS = ("psycopg2", "psycopg2-binary", "psycopg", "asyncpg", "pg8000")
_DRIVER = "psycopg2-binary"  # where the project has none
_PKG_RESOURCES = "setuptools<81"  # what every environment had up to Python 3.11
_INSTALLED = "lib/python*/site-packages/*.dist-info"
_NEEDED = {"alembic": {"alembic"}, "sqlalchemy": {"sqlalchemy"}, _DRIVER: set(_DRIVERS)}  # and what stands for it

Log = Callable[[str], None]


@dataclass(frozen=True)
class Recipe:
    """What to make: `install` is the user's command, run in `checkout`, instead of what was `found`.

    `sandbox` is what installed code may not see: setting up a package runs its code. `tools` is the folder for programs
    that read lock files, `pythons` finds an interpreter for them. Without `downloads` everything is downloaded for this
    environment alone. `others` are minor versions of Python that would do as well. `neighbours` are other packages of
    the repository, whose code is imported.
    """

    found: Found
    python: Path
    env: dict[str, str]
    install: str
    checkout: Path
    sandbox: Confinement
    tools: Path
    pythons: Interpreters
    downloads: Downloads | None = None
    others: Callable[[], Sequence[str]] = tuple
    neighbours: tuple[Found, ...] = ()


class Installer:
    """Makes one environment."""

    def __init__(self, recipe: Recipe, folder: Path, account: Account, log: Log) -> None:
        self.recipe, self.found, self.folder = recipe, recipe.found, folder
        self.python, self.env = recipe.python, dict(recipe.env)
        self.account, self.log = account, log
        self.notes: list[str] = []
        self.added: list[str] = []
        self.left_out: list[str] = []
        self.own: list[str] = []  # folders of the checkout that were installed with the rest
        self.sources_folder = folder  # what uv is told to install: belongs to the bot
        self.lent = folder  # uv's cache with what others have downloaded; the account's once it has been filled

    def install(self) -> str:
        """Leave a complete environment in the folder, or none: then the minor version of Python that does better."""
        remove(self.folder)
        self.folder.mkdir(parents=True, mode=0o755)
        self.account.own(self.folder)
        try:
            with self._temporary(), self._told() as self.sources_folder:
                self._uv("venv", "--allow-existing", "--python", str(self.python), str(self.folder))
                better = self._by_command() if self.recipe.install else self._by_files()
                if better:
                    remove(self.folder)
                    return better
                self._complete()
                if not self.recipe.install:
                    self._take_out_own_code()
        except BaseException:
            remove(self.folder)
            raise
        if self.account.is_other:
            take_over(self.folder)
        return ""

    def record(self) -> list[str]:
        """What is to be remembered of the environment, as `name=value`."""
        source = "--install" if self.recipe.install else self.found.kind
        kinds = (("added", self.added), ("note", self.notes), ("left-out", self.left_out), ("own", self.own))
        return [f"source={source}", *(f"{name}={value}" for name, values in kinds for value in values)]

    @contextmanager
    def _told(self) -> Iterator[Path]:
        with temporary_folder(self.folder.parent) as folder:
            folder.chmod(0o755)
            yield folder

    @contextmanager
    def _temporary(self) -> Iterator[None]:
        """Folders for what building leaves, beside the environment: files are linked into it from uv's cache."""
        parent = self.folder.parent
        with temporary_folder(parent) as folder, temporary_folder(parent) as self.lent:
            self.account.own(folder)
            # In the places of the user's: those are out of sight.
            self.env |= {**self.account.variables(folder), "UV_CACHE_DIR": str(folder / "uv-cache")}
            yield

    def _confinement(self) -> Confinement:
        needed = (
            self.sources_folder,
            uv.uv_program(self.recipe.pythons.cache).parent,
            *sandbox_policy.python_paths(self.python),
            *sandbox_policy.paths_in_env(self.env),
        )
        own = (self.folder, Path(self.env["HOME"]), Path(self.env["UV_CACHE_DIR"]))
        return replace(
            self.recipe.sandbox,
            readable=(*self.recipe.sandbox.readable, *needed),
            writable=(*own, self.recipe.checkout),
        )

    def _uv(self, *words: str, check: bool = True) -> Completed:
        env = {**self.env, "VIRTUAL_ENV": str(self.folder), **interpreters.libraries(self.python)}
        command = uv.command(self.recipe.pythons.cache, *words)
        done = uv.confined(command, self.account, self._confinement(), self.found.folder, env, TIMEOUT)
        return done.checked(words) if check else done

    def _by_command(self) -> str:
        env = {**self.env, "VIRTUAL_ENV": str(self.folder), **interpreters.libraries(self.python)}
        env["PATH"] = f"{self.folder / 'bin'}:{env.get('PATH', '')}:{uv.uv_program(self.recipe.pythons.cache).parent}"
        # For commands that expect them; one that brings its own tools can do without.
        self._uv("pip", "install", "--quiet", "pip", "setuptools", "wheel", check=False)
        done = run_confined(
            ["/bin/sh", "-c", self.recipe.install],
            self.account,
            self._confinement(),
            cwd=self.recipe.checkout,
            env=uv.fixed(env),
            timeout=TIMEOUT,
        )
        if done.code != 0:
            raise ProjectError(
                f"--install {self.recipe.install!r} failed with exit code {done.code}",
                "Run it by hand in a fresh environment to see why.",
                kind="install",
                log_tail=(done.stdout + done.stderr)[-4000:],
            )
        return ""

    def _by_files(self) -> str:
        wanted = self._wanted()
        for folder in wanted.local:
            inside = dependencies.code_folders(folder, self.recipe.checkout)
            inner = dependencies.find(folder, folder) if inside else None
            if inner is not None and inner.kind in ("pyproject", "setup") and folder != self.found.folder:
                wanted = replace(wanted, files=(*wanted.files, *inner.files[:1]))
        installation = Installation(self._uv, self.sources_folder, self.found.kind, self.log)
        installation.python, installation.others = self._minor, self.recipe.others
        self._borrow(wanted, installation)
        better = installation.install(wanted) if wanted.lines or wanted.files else ""
        self.notes += installation.notes
        self.left_out += installation.left_out
        if not better:
            for found in self.recipe.neighbours:
                self._add(found)
        return better

    def _add(self, found: Found) -> None:
        """What another package of the repository requires, as far as it goes with what is there."""
        if found.member and found.folder == self.found.folder:
            return  # it came with the workspace
        declared = [path for path in found.files if path.name == "pyproject.toml" and found.kind.endswith(".lock")]
        place = (found.member or found.folder).relative_to(self.recipe.checkout)
        installation = Installation(self._uv, self.sources_folder, found.kind, self.log)
        try:
            wanted = Requirements(files=tuple(declared[-1:])) if declared else requirements.read(found)
            there = tuple(f"{name}=={version}" for name, version in self._versions().items())
            installation.install(replace(wanted, constraints=(*wanted.constraints, *there)))
        except ProjectError as error:
            self.notes.append(f"what {place} requires was not installed: {error.message}")
            return
        self.notes += [f"what {place} requires was installed as well: its code is imported", *installation.notes]
        self.left_out += [name for name in installation.left_out if name not in self.left_out]

    def _borrow(self, wanted: Requirements, installation: Installation) -> None:
        """Before any code of a package is run: the cache is filled by the bot."""
        downloads = self.recipe.downloads
        if downloads is not None:
            ways = installation.ways(wanted) if wanted.lines or wanted.files else []
            downloads.lend(ways, self._needed(), (self.sources_folder, *wanted.files), self.lent)
            give(self.lent, self.account)
            self.env["UV_CACHE_DIR"] = str(self.lent)

    @property
    def _minor(self) -> str:
        return "{}.{}".format(*_version(self.folder))

    def _wanted(self) -> Requirements:
        """What the lock's own tool says or, where that says nothing, what the files say."""
        if self.found.kind == "uv.lock":
            return self._export()
        toolbox = Toolbox(self.recipe.tools, self.recipe.pythons, Path(self.env["HOME"]), self._confinement())
        lines = toolbox.lines(self.found, self.env)
        return requirements.read(self.found) if lines is None else requirements.of_lines(self.found, lines, self._minor)

    def _export(self) -> Requirements:
        """What uv.lock says, without the workspace's own members, as lines: the least that brings Alembic."""
        words = ["export", "--frozen", "--quiet", "--no-hashes", "--no-header", "--no-annotate", "--no-dev"]
        words += ["--no-emit-workspace", "--python", str(self.python)]
        exported: list[str] = []
        for scope in self._scopes():
            for more in (["--all-extras"], []):
                done = self._uv(*words, *scope, *more, check=False)
                if done.code == 0:
                    exported.append(done.stdout)
                    break
            if done.code == 0 and re.search("^alembic=", done.stdout, re.MULTILINE):
                return requirements.of_lines(self.found, done.stdout.splitlines(), self._minor)
        if exported:
            return requirements.of_lines(self.found, exported[0].splitlines(), self._minor)
        raise ProjectError(
            "uv.lock cannot be exported",
            "Run `uv lock` and commit the result.",
            kind="install",
            log_tail=done.stderr[-4000:],
        )

    def _scopes(self) -> Iterator[list[str]]:
        """What of uv.lock may be meant: the package, with groups of its own, or the whole workspace."""
        near = [found.member for found in self.recipe.neighbours if found.folder == self.found.folder]
        folders = [folder for folder in (self.found.member, *near) if folder]
        # Whoever works in a workspace has what its root requires.
        named = [dependencies.project_name(folder, self.recipe.checkout) for folder in (*folders, self.found.folder)]
        package = [f"--package={name}" for name, _ in filter(None, named)] if folders else []
        yield package
        if names := groups.with_alembic(self.found):
            yield [*package, *(f"--group={name}" for name in names)]
        yield ["--all-packages"]

    def _needed(self) -> dict[str, set[str]]:
        """What every environment has, as requirements, with the packages that make each superfluous."""
        # Many packages ask pkg_resources for something.
        old = {_PKG_RESOURCES: {"setuptools"}} if _version(self.folder) < (3, 12) else {}
        return {**_NEEDED, **old}

    def _complete(self) -> None:
        """Alembic and a driver, where the project's own files do not bring them."""
        there = self._distributions()
        missing = [name for name, others in self._needed().items() if not there & others]
        words = ("pip", "install", "--quiet", "--compile-bytecode")
        if not missing or self._uv(*words, *missing, check=False).code == 0:
            self.added += [name for name in missing if name != _PKG_RESOURCES]
            return
        missing = [name for name in missing if name != _PKG_RESOURCES]
        done = self._uv(*words, *missing, check=False) if missing else None
        if done is not None and done.code != 0:
            raise ProjectError(
                f"{', '.join(missing)} cannot be installed: {outcomes.first_line(done.stderr)}",
                "Give an environment that has them with --python.",
                kind="install",
                log_tail=done.stderr[-4000:],
            )
        self.added += missing

    def _take_out_own_code(self) -> None:
        """Uninstall packages that were made from the checkout: the other side would have this one's code."""
        root, names = Path(os.path.realpath(self.recipe.checkout)), []
        for path in sorted(self.folder.glob("lib/python*/site-packages/*.dist-info/direct_url.json")):
            said = beneath.text(self.folder, path.relative_to(self.folder).as_posix())
            folder = Path(os.path.realpath(_local_folder(said or "")))
            if folder.is_relative_to(root) and str(folder).isprintable():
                names.append(path.parent.name.partition("-")[0])
                self.own.append(folder.relative_to(root).as_posix())
        if names:
            self._uv("pip", "uninstall", "--quiet", *names)

    def _versions(self) -> dict[str, str]:
        """The packages that are there, with their versions."""
        names = (path.name.removesuffix(".dist-info") for path in self.folder.glob(_INSTALLED))
        return {name: version for name, _, version in (each.rpartition("-") for each in names) if name}

    def _distributions(self) -> set[str]:
        """The packages that are there, as the index calls them."""
        names = [path.name for path in self.folder.glob(_INSTALLED)]
        return {
            re.sub(r"[-_.]+", "-", name.rsplit("-", 1)[0] if name.count("-") == 1 else name.split("-")[0]).lower()
            for name in names
        }


def _local_folder(text: str) -> str:
    """The folder that a package was installed from, as its `direct_url.json` says; the root where it says none."""
    try:
        address = urlsplit(json.loads(text)["url"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return "/"
    return unquote(address.path) if address.scheme == "file" else "/"


def _version(folder: Path) -> tuple[int, int]:
    """The Python version of an environment."""
    found = next(folder.glob("lib/python*"), Path("python3.12"))
    major, _, minor = found.name.removeprefix("python").partition(".")
    return int(major), int(re.sub(r"\D.*", "", minor) or 0)
