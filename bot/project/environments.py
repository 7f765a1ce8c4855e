"""The project's Python: an environment for each distinct set of dependency files, made by uv and kept.

Comes in: a checkout and what the user says of its Python. Goes out: an interpreter with everything that the
project needs to be imported, Alembic and a driver included, and the folders of the project's own code. All of it
is installed as the worker's account and belongs to the bot afterwards, so that later code cannot change it.
"""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ProjectError, ToolError
from bot.processes import Account, Accounts, Completed, run
from bot.project import dependencies, interpreters, requirements
from bot.project.dependencies import Found
from bot.project.requirements import Requirements

RECIPE = "1"  # another one makes all environments anew
TIMEOUT = 1200.0  # seconds for an installation
_DRIVERS = ("psycopg2", "psycopg2_binary", "psycopg", "asyncpg", "pg8000")
_DROPS = 8  # packages that may be left out because they cannot be built

Log = Callable[[str], None]


@dataclass(frozen=True)
class Environment:
    """`added` are packages that the project does not list; `source` is what it was made from, for people."""

    python: Path
    added: tuple[str, ...] = ()
    source: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class EnvironmentRequest:
    """`project` is the folder of the Alembic configuration; `env` is what tools may see of the environment."""

    checkout: Path
    project: Path
    python: str
    install: str
    driver: str | None
    env: Mapping[str, str]


def prepare(
    request: EnvironmentRequest, *, cache_dir: Path, accounts: Accounts, use_cache: bool, log: Log
) -> Environment:
    """The environment for one side, from the cache when there is one.

    Raises `ProjectError` of kind `install` when the dependencies cannot be installed, `ToolError` when there is no
    such Python.
    """
    given = interpreters.given(request.python)
    if given is not None and not request.install:
        return _as_given(given, cache_dir, accounts.worker)
    found = dependencies.find(request.project, request.checkout)
    wanted = request.python if request.python != "auto" else found.python
    tools = _tool_env(request.env, cache_dir)
    base = given or interpreters.find(wanted or ">=3.9", tools)
    folder = cache_dir / "environments" / _fingerprint(request, found, base)
    with _locked(folder):
        if use_cache and (folder / ".complete").exists():
            return _finished(folder)
        log(f"installing the project's dependencies ({found.kind}) for Python {base.parent.parent.name}")
        python = interpreters.reachable(base, accounts.worker, cache_dir)
        _Installer(request, found, folder, python, accounts.worker, tools, log).install()
        return _finished(folder)


def fingerprint(request: EnvironmentRequest) -> str:
    """Requests with equal fingerprints share one environment."""
    found = dependencies.find(request.project, request.checkout)
    return _fingerprint(request, found, Path(request.python))


def _fingerprint(request: EnvironmentRequest, found: Found, python: Path) -> str:
    digest = hashlib.sha256()
    parts = [RECIPE, found.kind, str(python), request.install, request.env.get("UV_EXCLUDE_NEWER", "")]
    for part in parts:
        digest.update(part.encode() + b"\0")
    for path in found.files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    if request.install:
        digest.update(str(request.checkout).encode())
    return digest.hexdigest()[:24]


def _tool_env(env: Mapping[str, str], cache_dir: Path) -> dict[str, str]:
    home = cache_dir / "home"
    extra = {
        "HOME": str(home),
        "UV_CACHE_DIR": str(cache_dir / "uv"),
        "UV_LINK_MODE": "copy" if os.geteuid() == 0 else "hardlink",
        "UV_NO_PROGRESS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "SETUPTOOLS_SCM_PRETEND_VERSION": "0.0.0",
    }
    return {**env, **extra}


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


def _finished(folder: Path) -> Environment:
    lines = (folder / ".complete").read_text().splitlines()
    values = [line.partition("=") for line in lines]
    return Environment(
        folder / "bin" / "python",
        tuple(value for name, _, value in values if name == "added"),
        next((value for name, _, value in values if name == "source"), ""),
        tuple(value for name, _, value in values if name == "note"),
    )


class _Installer:
    """Makes one environment."""

    def __init__(
        self,
        request: EnvironmentRequest,
        found: Found,
        folder: Path,
        python: Path,
        account: Account,
        env: dict[str, str],
        log: Log,
    ) -> None:
        self.request, self.found, self.folder, self.python = request, found, folder, python
        self.account, self.env, self.log = account, env, log
        self.notes: list[str] = []
        self.added: list[str] = []

    def install(self) -> None:
        """Leave a complete environment in the folder, or none."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for path in (self.folder, Path(self.env["UV_CACHE_DIR"]), Path(self.env["HOME"])):
            path.mkdir(parents=True, exist_ok=True, mode=0o755)
            self.account.own(path)
        try:
            self._uv("venv", "--allow-existing", "--python", str(self.python), str(self.folder))
            if self.request.install:
                self._by_command()
            else:
                self._by_files()
            self._complete()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        if self.account.is_other:
            self._take_over()
        words = [f"added={name}" for name in self.added] + [f"note={note}" for note in self.notes]
        source = "--install" if self.request.install else self.found.kind
        (self.folder / ".complete").write_text("\n".join([f"source={source}", *words]))

    def _uv(self, *words: str, check: bool = True, cwd: Path | None = None) -> Completed:
        command = [str(interpreters.uv_program()), "--no-config", *words]
        return run(
            command,
            cwd=cwd or self.found.folder,
            env={**self.env, "VIRTUAL_ENV": str(self.folder), **interpreters.libraries(self.python)},
            account=self.account,
            timeout=TIMEOUT,
            check=check,
        )

    def _by_command(self) -> None:
        env = {**self.env, "VIRTUAL_ENV": str(self.folder), **interpreters.libraries(self.python)}
        uv_folder = interpreters.uv_program().parent
        env["PATH"] = f"{self.folder / 'bin'}:{env.get('PATH', '')}:{uv_folder}"
        self._uv("pip", "install", "--quiet", "pip", "setuptools", "wheel")
        done = run(
            ["/bin/sh", "-c", self.request.install],
            cwd=self.request.checkout,
            env=env,
            account=self.account,
            timeout=TIMEOUT,
            check=False,
        )
        if done.code != 0:
            raise ProjectError(
                f"--install {self.request.install!r} failed with exit code {done.code}",
                "Run it by hand in a fresh environment to see why.",
                kind="install",
                log_tail=(done.stdout + done.stderr)[-4000:],
            )

    def _by_files(self) -> None:
        wanted = self._export() if self.found.kind == "uv.lock" else requirements.read(self.found)
        for folder in wanted.local:
            inner = dependencies.find(folder, folder) if folder.is_dir() else None
            if inner is not None and inner.kind in ("pyproject", "setup") and folder != self.found.folder:
                wanted = Requirements(wanted.lines, (*wanted.files, *inner.files[:1]), wanted.local, wanted.exact)
        if wanted.lines or wanted.files:
            self._install(wanted)

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
        # A marker that is never true takes a package out, wherever it is asked for.
        never = [f"{name} ; python_version < '0'" for name in ("psycopg2", *dropped)]
        overrides = self.folder / "overrides.txt"
        overrides.write_text("\n".join(never))
        lines = self.folder / "requirements.txt"
        lines.write_text("\n".join(line for line in map(_binary, wanted.lines) if _name(line) not in dropped))
        words = ["pip", "install", "--quiet", "--compile-bytecode", "--override", str(overrides)]
        words += ["-r", str(lines)] if wanted.lines else []
        for path in wanted.files:
            words += ["-r", str(path)]
        if wanted.files and wanted.files[0].name == "pyproject.toml":
            done = self._uv(*words, "--all-extras", check=False)
            if done.code == 0:
                return done
        if wanted.exact:
            done = self._uv(*words, "--no-deps", check=False)
            if done.code == 0:
                return done
        return self._uv(*words, check=False)

    def _complete(self) -> None:
        """Alembic and a driver, where the project's own files do not bring them."""
        there = self._distributions()
        missing = [name for name in ("alembic", "sqlalchemy") if name not in there]
        if "setuptools" not in there and _version(self.folder) < (3, 12):
            # Up to Python 3.11, every environment had it, and many packages ask its pkg_resources for something.
            self._uv("pip", "install", "--quiet", "--compile-bytecode", "setuptools<81", check=False)
        if not there & set(_DRIVERS):
            missing.append("psycopg2-binary")
        if missing:
            done = self._uv("pip", "install", "--quiet", "--compile-bytecode", *missing, check=False)
            if done.code != 0:
                raise ProjectError(
                    f"{', '.join(missing)} cannot be installed: {_first_line(done.stderr)}",
                    "Give an environment that has them with --python.",
                    kind="install",
                    log_tail=done.stderr[-4000:],
                )
            self.added += missing

    def _distributions(self) -> set[str]:
        names = [path.name for path in self.folder.glob("lib/python*/site-packages/*.dist-info")]
        return {
            re.sub(r"[-.]+", "_", name.rsplit("-", 1)[0] if name.count("-") == 1 else name.split("-")[0]).lower()
            for name in names
        }

    def _take_over(self) -> None:
        """From now on the environment belongs to the bot alone."""
        for root, folders, files in os.walk(self.folder):
            for name in (*folders, *files):
                os.lchown(Path(root) / name, 0, 0)
        os.chown(self.folder, 0, 0)


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


_CULPRITS = (
    re.compile(r"Failed to (?:download and )?build `([A-Za-z0-9._-]+?)(?:==[^`]*| @ [^`]*)?`"),
    re.compile(r"Failed to (?:download|fetch|prepare)[^`]*`([A-Za-z0-9._-]+?)(?:==[^`]*| @ [^`]*)?`"),
    re.compile(r"Git operation failed.*?`([A-Za-z0-9._-]+?) @", re.DOTALL),
)


def _culprit(text: str) -> str | None:
    """The package that uv's error speaks of, when leaving it out could help."""
    for pattern in _CULPRITS:
        match = pattern.search(text)
        if match:
            return re.sub(r"[-_.]+", "-", match[1]).lower()
    return None


def _first_line(text: str) -> str:
    lines = [line.strip(" ×│├╰─▶") for line in text.splitlines() if line.strip(" ×│├╰─▶")]
    return (lines[0] if lines else "no reason was given")[:300]


_LOOK = """
import importlib.util, sys, sysconfig
print(" ".join(name for name in ("alembic", "sqlalchemy") if importlib.util.find_spec(name) is None))
print(sysconfig.get_path("purelib"))
print(sysconfig.get_python_version())
"""


def _as_given(python: Path, cache_dir: Path, account: Account) -> Environment:
    """An environment of the user's, used as it is."""
    looked = run([python, "-I", "-c", _LOOK], check=False)
    if looked.code != 0:
        raise ProjectError(
            f"--python {python} does not run",
            "Name another interpreter.",
            kind="python",
            log_tail=looked.stderr[-2000:],
        )
    lacking, packages, version = looked.stdout.splitlines()
    if lacking:
        raise ProjectError(
            f"--python {python}: {' and '.join(lacking.split())} cannot be imported there",
            f"Install what is missing: {python} -m pip install {lacking} psycopg2-binary",
            kind="python",
        )
    if not account.is_other or interpreters.runs(python, account):
        return Environment(python, source="--python")
    return Environment(_twin(python, Path(packages), version, cache_dir, account), source="--python")


def _twin(python: Path, packages: Path, version: str, cache_dir: Path, account: Account) -> Path:
    """The user's environment with an interpreter that the worker's account can start."""
    base = interpreters.reachable(python, account, cache_dir)
    mark = hashlib.sha256(f"{python}\0{base}".encode()).hexdigest()[:16]
    twin = cache_dir / "interpreters" / f"twin-{mark}"
    library = twin / "lib" / f"python{version}"
    library.mkdir(parents=True, exist_ok=True, mode=0o755)
    (twin / "bin").mkdir(exist_ok=True, mode=0o755)
    (twin / "pyvenv.cfg").write_text(f"home = {base.parent}\ninclude-system-site-packages = false\n")
    for link, target in ((twin / "bin" / "python", base), (library / "site-packages", packages)):
        if not link.is_symlink():
            link.symlink_to(target)
    return twin / "bin" / "python"


def prepare_checkout(
    environment: Environment, request: EnvironmentRequest, run_dir: Path, accounts: Accounts
) -> tuple[Path, ...]:
    """Folders for the end of `sys.path`: the project's code, and its metadata for importlib.metadata."""
    if environment.source == "--install":
        return ()
    found = dependencies.find(request.project, request.checkout)
    folders = dependencies.code_folders(found.folder)
    if found.kind == "uv.lock":
        for member in requirements.sources_in_uv_lock(found.files[0]):
            folders += dependencies.code_folders(member)
    folders += _neighbours(request.checkout)
    overlay = run_dir / f"metadata-{request.checkout.name}"
    overlay.mkdir(exist_ok=True, mode=0o755)
    for folder in dict.fromkeys((found.folder, request.checkout)):
        named = dependencies.project_name(folder)
        if named is not None:
            _write_metadata(overlay, *named)
    return tuple(dict.fromkeys((overlay, *folders)))


def _neighbours(checkout: Path) -> list[Path]:
    """Code of other projects in the same repository, which may be imported without being listed."""
    found: list[Path] = []
    for pattern in ("*/pyproject.toml", "*/setup.py", "*/*/pyproject.toml"):
        for path in sorted(checkout.glob(pattern))[:50]:
            found += dependencies.code_folders(path.parent)
    return found


def _write_metadata(overlay: Path, name: str, version: str) -> None:
    folder = overlay / f"{re.sub(r'[-_.]+', '_', name)}-{re.sub(r'[^0-9A-Za-z.+]', '.', version)}.dist-info"
    folder.mkdir(exist_ok=True, mode=0o755)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
