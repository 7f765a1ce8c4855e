"""One environment, made by uv as the worker's account: from lock files, requirements, or the user's own command.

In: what to install and where. Out: a complete environment that belongs to the bot, or none. Home, cache and temporary
folder are of this one installation: what a package's build leaves there is found by nobody later. What the index gives
is kept by `downloads`.
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import ProjectError, ToolError
from bot.project.environment import dependencies, interpreters, requirements, sandbox_policy, uv
from bot.project.environment.dependencies import Found
from bot.project.environment.downloads import Downloads, give
from bot.project.environment.requirements import Requirements
from bot.system import Account, Completed, Confinement, remove, run_confined

TIMEOUT = 1200.0  # seconds for an installation
_DRIVERS = ("psycopg2", "psycopg2-binary", "psycopg", "asyncpg", "pg8000")
_DRIVER = "psycopg2-binary"  # where the project has none
_PKG_RESOURCES = "setuptools<81"  # what every environment had up to Python 3.11
_NEEDED = {"alembic": {"alembic"}, "sqlalchemy": {"sqlalchemy"}, _DRIVER: set(_DRIVERS)}  # and what stands for it
_SETUPTOOLS = "2025-06-01T00:00:00Z"  # the newest of that day still has pkg_resources
_DROPS = 8  # packages that may be left out because they cannot be built

Log = Callable[[str], None]


@dataclass(frozen=True)
class Recipe:
    """What to make: `install` is the user's command, run in `checkout`, instead of what was `found`.

    `around` is what installed code may not see: setting up a package runs its code. Without `downloads` everything is
    downloaded for this environment alone.
    """

    found: Found
    python: Path
    env: dict[str, str]
    install: str
    checkout: Path
    around: Confinement
    downloads: Downloads | None = None


class Installer:
    """Makes one environment."""

    def __init__(self, recipe: Recipe, folder: Path, account: Account, log: Log) -> None:
        self.recipe, self.found, self.folder = recipe, recipe.found, folder
        self.python, self.env = recipe.python, dict(recipe.env)
        self.account, self.log = account, log
        self.notes: list[str] = []
        self.added: list[str] = []
        self.newer_setuptools = False
        self.told_folder = folder  # what uv is told to install: belongs to the bot
        self.lent = folder  # uv's cache with what others have downloaded; the account's once it has been filled

    def install(self) -> None:
        """Leave a complete environment in the folder, or none."""
        remove(self.folder)
        self.folder.mkdir(parents=True, mode=0o755)
        self.account.own(self.folder)
        try:
            with self._temporary(), self._told() as self.told_folder:
                self._uv("venv", "--allow-existing", "--python", str(self.python), str(self.folder))
                if self.recipe.install:
                    self._by_command()
                else:
                    self._by_files()
                self._complete()
        except BaseException:
            remove(self.folder)
            raise
        if self.account.is_other:
            self._take_over()

    def told(self) -> list[str]:
        """What is to be remembered of the environment, as `name=value`."""
        source = "--install" if self.recipe.install else self.found.kind
        added, notes = (
            [f"{name}={value}" for value in values] for name, values in (("added", self.added), ("note", self.notes))
        )
        return [f"source={source}", *added, *notes]

    @contextmanager
    def _told(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(dir=self.folder.parent) as folder:
            Path(folder).chmod(0o755)
            yield Path(folder)

    @contextmanager
    def _temporary(self) -> Iterator[None]:
        """Folders for what building leaves, beside the environment: files are linked into it from uv's cache."""
        folder, self.lent = (Path(tempfile.mkdtemp(dir=self.folder.parent)) for _ in range(2))
        self.account.own(folder)
        # In the places of the user's: those are out of sight.
        self.env |= {"HOME": str(folder), "TMPDIR": str(folder), "UV_CACHE_DIR": str(folder / "uv-cache")}
        try:
            yield
        finally:
            remove(folder)
            remove(self.lent)

    def _confinement(self) -> Confinement:
        needed = (
            self.told_folder,
            uv.uv_program().parent,
            *sandbox_policy.of_python(self.python),
            *sandbox_policy.named_in(self.env),
        )
        own = (self.folder, Path(self.env["HOME"]), Path(self.env["UV_CACHE_DIR"]))
        return replace(
            self.recipe.around,
            readable=(*self.recipe.around.readable, *needed),
            writable=(*own, self.recipe.checkout),
        )

    def _uv(self, *words: str, check: bool = True) -> Completed:
        env = {**self.env, "VIRTUAL_ENV": str(self.folder), **interpreters.libraries(self.python)}
        done = uv.confined(words, self.account, self._confinement(), self.found.folder, env, TIMEOUT)
        return done.checked(words) if check else done

    def _by_command(self) -> None:
        env = {**self.env, "VIRTUAL_ENV": str(self.folder), **interpreters.libraries(self.python)}
        env["PATH"] = f"{self.folder / 'bin'}:{env.get('PATH', '')}:{uv.uv_program().parent}"
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

    def _by_files(self) -> None:
        wanted = self._export() if self.found.kind == "uv.lock" else requirements.read(self.found)
        for folder in wanted.local:
            inside = dependencies.code_folders(folder, self.recipe.checkout)
            inner = dependencies.find(folder, folder) if inside else None
            if inner is not None and inner.kind in ("pyproject", "setup") and folder != self.found.folder:
                wanted = Requirements(wanted.lines, (*wanted.files, *inner.files[:1]), wanted.local, wanted.exact)
        self._borrow(wanted)
        if wanted.lines or wanted.files:
            self._install(wanted)

    def _borrow(self, wanted: Requirements) -> None:
        """Before any code of a package is run: the cache is filled by the bot."""
        downloads = self.recipe.downloads
        if downloads is not None:
            ways = self._ways(wanted, []) if wanted.lines or wanted.files else []
            downloads.lend(ways, self._needed(), (self.told_folder, *wanted.files), self.lent)
            give(self.lent, self.account, files=False)
            self.env["UV_CACHE_DIR"] = str(self.lent)

    def _export(self) -> Requirements:
        """What uv.lock says, without the workspace's own members, as lines."""
        words = ["export", "--frozen", "--quiet", "--no-hashes", "--no-header", "--no-annotate", "--no-dev"]
        words += ["--no-emit-workspace", "--python", str(self.python)]
        for more in (["--all-extras"], []):
            done = self._uv(*words, *more, check=False)
            if done.code == 0:
                lines = [line for line in done.stdout.splitlines() if line.strip() and not line.startswith("#")]
                return Requirements(tuple(line for line in lines if not line.startswith("-e")), exact=True)
        raise ProjectError(
            "uv.lock cannot be exported",
            "Run `uv lock` and commit the result.",
            kind="install",
            log_tail=done.stderr[-4000:],
        )

    def _install(self, wanted: Requirements) -> None:
        """Install; leave out, one after another, packages that cannot be built here, and say so."""
        dropped: list[str] = []
        while True:
            done = self._pip(wanted, dropped)
            if done.code == 0:
                break
            if _OLD_SETUPTOOLS.search(done.stderr) and not self.newer_setuptools:
                self.newer_setuptools = True
                continue
            if _NO_NETWORK.search(done.stderr):
                raise ToolError(
                    f"the package index cannot be reached: {_first_line(done.stderr)}",
                    "Check network, proxy (HTTPS_PROXY) and certificates (SSL_CERT_FILE), or UV_INDEX_URL.",
                    kind="network",
                    log_tail=done.stderr[-4000:],
                )
            culprit = _culprit(done.stderr)
            if culprit is None or culprit in dropped or len(dropped) >= _DROPS:
                raise ProjectError(
                    f"the dependencies in {self.found.kind} cannot be installed"
                    + (f": {culprit} fails" if culprit else f": {_first_line(done.stderr)}"),
                    "Install them another way with --install, or use an environment that is there with --python.",
                    kind="install",
                    log_tail=done.stderr[-4000:],
                )
            self.log(f"{culprit} cannot be installed here: going on without it")
            dropped.append(culprit)
        self.notes += [f"{name} could not be installed and was left out" for name in dropped]

    def _pip(self, wanted: Requirements, dropped: list[str]) -> Completed:
        for words in self._ways(wanted, dropped):
            done = self._uv("pip", "install", "--quiet", "--compile-bytecode", *words, check=False)
            if done.code == 0:
                break
        return done

    def _ways(self, wanted: Requirements, dropped: list[str]) -> list[list[str]]:
        """What uv is asked to install: with all extras, or just what a lock says, and if that fails, without."""
        # A marker that is never true takes a package out, wherever it is asked for.
        never = [f"{name} ; python_version < '0'" for name in ("psycopg2", *dropped)]
        overrides = self.told_folder / "overrides.txt"
        overrides.write_text("\n".join(never))
        lines = self.told_folder / "requirements.txt"
        lines.write_text("\n".join(line for line in map(_binary, wanted.lines) if _name(line) not in dropped))
        words = ["--override", str(overrides)]
        if self.newer_setuptools:
            # UV_EXCLUDE_NEWER picked one for building that Python 3.12 cannot run.
            words += ["--exclude-newer-package", f"setuptools={_SETUPTOOLS}"]
        words += ["-r", str(lines)] if wanted.lines else []
        for path in wanted.files:
            words += ["-r", str(path)]
        extras = bool(wanted.files) and wanted.files[0].name == "pyproject.toml"
        more = [*(["--all-extras"] if extras else []), *(["--no-deps"] if wanted.exact else [])]
        return [*([*words, option] for option in more), words]

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
                f"{', '.join(missing)} cannot be installed: {_first_line(done.stderr)}",
                "Give an environment that has them with --python.",
                kind="install",
                log_tail=done.stderr[-4000:],
            )
        self.added += missing

    def _distributions(self) -> set[str]:
        """The packages that are there, as the index calls them."""
        names = [path.name for path in self.folder.glob("lib/python*/site-packages/*.dist-info")]
        return {
            re.sub(r"[-_.]+", "-", name.rsplit("-", 1)[0] if name.count("-") == 1 else name.split("-")[0]).lower()
            for name in names
        }

    def _take_over(self) -> None:
        """From now on the environment belongs to the bot alone.

        By descriptors: a path could lead elsewhere by the time that it is used.
        """
        for _, folders, files, folder in os.fwalk(self.folder):
            for name in (*folders, *files):
                os.chown(name, 0, 0, dir_fd=folder, follow_symlinks=False)
            os.fchown(folder, 0, 0)


def _version(folder: Path) -> tuple[int, int]:
    """The Python version of an environment."""
    found = next(folder.glob("lib/python*"), Path("python3.12"))
    major, _, minor = found.name.removeprefix("python").partition(".")
    return int(major), int(re.sub(r"\D.*", "", minor) or 0)


def _binary(line: str) -> str:
    """psycopg2 compiles; its twin has wheels."""
    return re.sub(r"^psycopg2(?=[\s=<>~!;\[]|$)", "psycopg2-binary", line)


def _name(line: str) -> str:
    match = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
    return re.sub(r"[-_.]+", "-", match[0]).lower() if match else ""


_OLD_SETUPTOOLS = re.compile(r"ImpImporter|No module named 'distutils'")
_NO_NETWORK = re.compile(r"error sending request|client error \(Connect\)|dns error|invalid peer certificate")
_CULPRITS = (
    re.compile(r"Failed to (?:download and )?build `([A-Za-z0-9][A-Za-z0-9._-]*?)(?:==[^`]*| @ [^`]*)?`"),
    re.compile(r"Failed to (?:download|fetch|prepare)[^`]*`([A-Za-z0-9][A-Za-z0-9._-]*?)(?:==[^`]*| @ [^`]*)?`"),
    re.compile(r"Git operation failed.*?`([A-Za-z0-9][A-Za-z0-9._-]*?) @", re.DOTALL),
)


def _culprit(text: str) -> str | None:
    """The package that uv's error speaks of, when leaving it out could help."""
    for pattern in _CULPRITS:
        match = pattern.search(text)
        if match:
            return re.sub(r"[-_.]+", "-", match[1]).lower()
    return None


_FRAME = " \u00d7\u2502\u251c\u2570\u2500\u25b6"  # what uv draws around its errors


def _first_line(text: str) -> str:
    lines = [line.strip(_FRAME) for line in text.splitlines() if line.strip(_FRAME)]
    return (lines[0] if lines else "no reason was given")[:300]
