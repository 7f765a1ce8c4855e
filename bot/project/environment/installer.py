"""One environment, made by uv as the worker's account: from lock files, requirements, or the user's own command.

In: what to install and where. Out: a complete environment that belongs to the bot, or none. Home, cache and temporary
folder are of this one installation: what a package's build leaves there is found by nobody later. What the index gives
is kept by `downloads`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from bot.errors import ProjectError, ToolError
from bot.project.environment import (
    bytecode,
    dependencies,
    installed,
    interpreters,
    requirements,
    sandbox_policy,
    sibling_packages,
    uv,
    uv_errors,
    uv_lock,
)
from bot.project.environment.dependencies import Found
from bot.project.environment.downloads import give, temporary_folder
from bot.project.environment.exporters import Toolbox
from bot.project.environment.installation import Installation
from bot.project.environment.other_lists import Listed
from bot.project.environment.ownership import take_over
from bot.project.environment.recipe import Recipe
from bot.project.environment.requirement_lines import package_of
from bot.project.environment.requirements import Requirements
from bot.system import Account, Completed, Confinement, remove, run_confined

TIMEOUT = 1200.0  # seconds for an installation
_DRIVERS = ("psycopg2", "psycopg2-binary", "psycopg", "asyncpg", "pg8000")
_DRIVER = "psycopg2-binary"  # where the project has none
_PKG_RESOURCES = "setuptools<81"  # what every environment had up to Python 3.11
_NEEDED = {"alembic": {"alembic"}, "sqlalchemy": {"sqlalchemy"}, _DRIVER: set(_DRIVERS)}  # and what stands for it


class Installer:
    """Makes one environment."""

    def __init__(self, recipe: Recipe, folder: Path, account: Account, log: Callable[[str], None]) -> None:
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
        with self._all_or_nothing():
            self.folder.mkdir(parents=True, mode=0o755)
            self.account.own(self.folder)
            with self._temporary():
                self._uv("venv", "--allow-existing", "--python", str(self.python), str(self.folder))
                better = self._by_command() if self.recipe.install else self._by_files()
                if not better:
                    self._complete()
                    if not self.recipe.install:
                        self._take_out_own_code()
                        self._compile()
            if better:
                remove(self.folder)
        return better

    def extend(self, start: Path) -> None:
        """Leave a copy of a complete environment in the folder, with what other lists have as well."""
        with self._all_or_nothing():
            installed.copy(start, self.folder)
            give(self.folder, self.account)
            with self._temporary():
                for listed in self.recipe.more:
                    self._add_listed(listed)
                self._take_out_own_code()
                self._compile()

    def record(self) -> list[str]:
        """What is to be remembered of the environment, as `name=value`."""
        source = "--install" if self.recipe.install else self.found.kind
        kinds = (("added", self.added), ("note", self.notes), ("left-out", self.left_out), ("own", self.own))
        return [f"source={source}", *(f"{name}={value}" for name, values in kinds for value in values)]

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """The folder begins as none, and ends up as the bot's own, or as none."""
        remove(self.folder)
        try:
            yield
        except BaseException:
            remove(self.folder)
            raise
        if self.account.is_other and self.folder.exists():
            take_over(self.folder)

    @contextmanager
    def _temporary(self) -> Iterator[None]:
        """Folders for what building leaves, beside the environment: files are linked into it from uv's cache."""
        place = self.folder.parent
        with temporary_folder(place) as own, temporary_folder(place) as self.lent, temporary_folder(place) as told:
            told.chmod(0o755)
            self.sources_folder = told
            self.account.own(own)
            # In the places of the user's: those are out of sight.
            self.env |= {**self.account.variables(own), "UV_CACHE_DIR": str(own / "uv-cache")}
            yield

    def _confinement(self) -> Confinement:
        needed = (
            self.sources_folder,
            uv.uv_program(self.recipe.pythons.cache).parent,
            *sandbox_policy.python_paths(self.python, self.recipe.sandbox),
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

    def _compile(self) -> None:
        if self.env.get("UV_COMPILE_BYTECODE"):  # said by the user, to uv
            return
        command = bytecode.command(self.folder, self.recipe.imported(), self.sources_folder)
        env = uv.fixed({**self.env, **interpreters.libraries(self.python)})
        with suppress(ToolError):  # it can be done without
            run_confined(command, self.account, self._confinement(), cwd=self.folder, env=env, timeout=TIMEOUT)

    def _by_command(self) -> str:
        env = {**self.env, "VIRTUAL_ENV": str(self.folder), **interpreters.libraries(self.python)}
        env["PATH"] = f"{self.folder / 'bin'}:{env.get('PATH', '')}:{uv.uv_program(self.recipe.pythons.cache).parent}"
        # For commands that expect them; one that brings its own tools can do without.
        self._uv("pip", "install", "--quiet", "--no-compile-bytecode", "pip", "setuptools", "wheel", check=False)
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
                self._are_own([folder.relative_to(self.recipe.checkout).as_posix()])
        installation = Installation(self._uv, self.sources_folder, self.found.kind, self.log)
        installation.python, installation.others = self._minor, self.recipe.others
        self._borrow(wanted, installation)
        better = installation.install(wanted) if wanted.lines or wanted.files else ""
        self.notes += installation.notes
        self.left_out += installation.left_out
        if not better:
            for found in self.recipe.siblings:
                self._add(found)
            for listed in self.recipe.more:
                self._add_listed(listed)
        return better

    def _add_listed(self, listed: Listed) -> None:
        """What another list has, as far as it goes with what is there; if all of it does not, what is missing."""
        for lines in dict.fromkeys((listed.lines, (listed.line,))):
            installation = Installation(self._uv, self.sources_folder, listed.place, self.log)
            try:
                installation.install(Requirements(lines, constraints=self._there()))
            except ProjectError:
                continue
            what = listed.place if lines == listed.lines else f"{listed.line} of {listed.place}"
            self.notes += [f"{what} was installed as well: an import did not find its package", *installation.notes]
            self.left_out += [name for name in installation.left_out if name not in self.left_out]
            return
        self.notes.append(f"{listed.line} of {listed.place} does not go with what is installed")

    def _there(self) -> tuple[str, ...]:
        return tuple(f"{name}=={version}" for name, version in installed.versions(self.folder).items())

    def _add(self, found: Found) -> None:
        """What another package of the repository requires, as far as it goes with what is there."""
        if found.member and found.folder == self.found.folder:
            return  # it came with the workspace
        declared = [path for path in found.files if path.name == "pyproject.toml" and found.kind.endswith(".lock")]
        place = (found.member or found.folder).relative_to(self.recipe.checkout)
        installation = Installation(self._uv, self.sources_folder, found.kind, self.log)
        try:
            wanted = Requirements(files=tuple(declared[-1:])) if declared else requirements.read(found)
            installation.install(replace(wanted, constraints=(*wanted.constraints, *self._there())))
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
            of_git = [name for line in wanted.lines if "git+" in line and (name := package_of(line))]
            downloads.lend(ways, self._needed(), (self.sources_folder, *wanted.files), self.lent, of_git)
            give(self.lent, self.account)
            self.env["UV_CACHE_DIR"] = str(self.lent)

    @property
    def _minor(self) -> str:
        return "{}.{}".format(*installed.python_version(self.folder))

    def _wanted(self) -> Requirements:
        """What the lock's own tool says or, where that says nothing, what the files say."""
        if self.found.kind == "uv.lock":
            near, root = self.recipe.siblings, self.recipe.checkout
            exported = uv_lock.export(self._uv, self.found, near, root, self.python)
            return requirements.of_lines(self.found, exported, self._minor)
        toolbox = Toolbox(self.recipe.tools, self.recipe.pythons, Path(self.env["HOME"]), self._confinement())
        lines = toolbox.lines(self.found, self.env)
        return requirements.read(self.found) if lines is None else requirements.of_lines(self.found, lines, self._minor)

    def _needed(self) -> dict[str, set[str]]:
        """What every environment has, as requirements, with the packages that make each superfluous."""
        # Many packages ask pkg_resources for something.
        old = {_PKG_RESOURCES: {"setuptools"}} if installed.python_version(self.folder) < (3, 12) else {}
        return {**_NEEDED, **old}

    def _complete(self) -> None:
        """Alembic and a driver, where the project's own files do not bring them."""
        there = installed.distributions(self.folder)
        missing = [name for name, others in self._needed().items() if not there & others]
        words = ("pip", "install", "--quiet")
        if not missing or self._uv(*words, *missing, check=False).code == 0:
            self.added += [name for name in missing if name != _PKG_RESOURCES]
            return
        missing = [name for name in missing if name != _PKG_RESOURCES]
        done = self._uv(*words, *missing, check=False) if missing else None
        if done is not None and done.code != 0:
            raise ProjectError(
                f"{', '.join(missing)} cannot be installed: {uv_errors.first_line(done.stderr)}",
                "Give an environment that has them with --python.",
                kind="install",
                log_tail=done.stderr[-4000:],
            )
        self.added += missing

    def _take_out_own_code(self) -> None:
        """Uninstall packages that were made from the checkout: the other side would have this one's code."""
        made = list(installed.made_of(self.folder, self.recipe.checkout))
        own = installed.of_index(self.folder, sibling_packages.packages(self.recipe.checkout, self.found))
        made += [(name, folder.relative_to(self.recipe.checkout).as_posix()) for name, folder in own]
        self._are_own(folder for _, folder in made)
        if made:
            self._uv("pip", "uninstall", "--quiet", *(name for name, _ in made))

    def _are_own(self, folders: Iterable[str]) -> None:
        """Note folders of the checkout with packages that are required: their code is read from there."""
        new = dict.fromkeys(folder for folder in folders if folder.isprintable())
        self.own += [folder for folder in new if folder not in self.own]
