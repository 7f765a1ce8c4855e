"""Python interpreters: which there are, which one a project wants, and one that the worker's account can start.

In: what a project says of its Python, as a specifier. Out: the path of an interpreter. They are looked for where
neither the worker's account nor anybody else can put one, and they are only ever started as that account, confined:
the bot itself starts none, not even to ask for its version.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.errors import ReportedUsageError, ToolError
from bot.project.environment import sandbox_policy, specifiers, uv
from bot.project.environment.trust import is_trusted
from bot.system import Account, Confinement, run_confined
from bot.system.atomic import whole_folder, write_whole
from bot.system.links import link

_LEFT_OUT = ("site-packages", "test", "tests", "idlelib", "turtledemo", "ensurepip")
_MINORS = range(8, 15)  # of Python 3, that can be downloaded
_NAME = re.compile(r"python(3(\.\d+)?)?")
_ASK = "import ssl, sys; print('%d.%d.%d' % sys.version_info[:3])"
_START = 60.0  # seconds; a loaded machine, not a normal one


@dataclass(frozen=True)
class Chosen:
    """An interpreter; `note` says why it is not the one that was asked for."""

    path: Path
    note: str = ""


@dataclass(frozen=True)
class Interpreters:
    """The interpreters of this machine for `account`; `sandbox` is what nobody's code may see.

    Nothing in the folders `apart`, which are the project's, is looked at.
    """

    account: Account
    cache: Path
    env: Mapping[str, str] = field(default_factory=dict)
    sandbox: Confinement = field(default_factory=Confinement)
    apart: tuple[Path, ...] = ()

    def find(self, specifier: str) -> "Chosen":
        """The first interpreter that fits, or another patch release of the same minor one, with a note.

        Raises `ToolError` naming the versions that are there when none does.
        """
        there: dict[str, Path] = {}
        for path in self._candidates():
            version = self._version(path)
            if version and specifiers.fits(version, specifier):
                return Chosen(path)
            if version:
                there.setdefault(version, path)
        near = next((version for version in there if specifiers.fits_another_patch(version, specifier)), None)
        if near:
            wanted = specifier.removeprefix("==")
            return Chosen(there[near], f"Python {near} stands in for {wanted}, which cannot be used here")
        newest = specifiers.newest_minor(specifier, _MINORS)
        if newest and uv.install_python(self.cache, newest, self._own(), self.env):
            for path in self._downloaded():
                if specifiers.fits(self._version(path), specifier):
                    return Chosen(path)
        raise ToolError(
            f"no Python {specifier.removeprefix('==').removesuffix('.*')} on this machine",
            f"There are: {', '.join(sorted(there, key=_numbers)) or 'none'}. Install it, or choose another one with "
            "--python.",
            kind="python",
        )

    def at_hand(self, specifier: str) -> "Chosen | None":
        """The first interpreter of this machine that fits."""
        fitting = (path for path in self._candidates() if self.fits(path, specifier))
        return next((Chosen(path) for path in fitting), None)

    def fits(self, python: Path, specifier: str) -> bool:
        """Whether an interpreter is of a version."""
        return specifiers.fits(self._version(python) or "0", specifier)

    def minors(self, specifier: str) -> list[str]:
        """The minor versions of this machine's interpreters that fit, each once."""
        versions = [self._version(path) or "0" for path in self._candidates()]
        return list(dict.fromkeys(_minor(version) for version in versions if specifiers.fits(version, specifier)))

    def reachable(self, interpreter: Path) -> Path:
        """The interpreter, or a copy of it where the account may go.

        Root's own home is closed to others, but interpreters often live there. Hard links cost nothing; where they
        cannot be made, files are copied.
        """
        executable = base_of(interpreter)
        if not self.account.is_other:
            return interpreter
        if self.runs(executable):
            return executable
        prefix = executable.parent.parent
        if not is_trusted(executable, self.account) or not any(prefix.glob("lib/python3.*/os.py")):
            raise _unreachable(interpreter)
        mark = hashlib.sha256(f"{prefix}\0{executable}".encode()).hexdigest()[:16]
        target = self.cache / "interpreters" / mark
        python = target / executable.relative_to(prefix)
        if not self.runs(python):
            shutil.rmtree(target, ignore_errors=True)  # an earlier copy may be damaged
            _mirror(prefix, target)
        if not self.runs(python):
            shutil.rmtree(target, ignore_errors=True)
            raise _unreachable(interpreter)
        return python

    def is_machines(self, python: Path) -> bool:
        """Whether the program that is started with `python` was there before the project's code."""
        executable = base_of(python)
        return is_trusted(executable, self.account) and not self._is_apart(executable)

    def runs(self, python: Path) -> bool:
        """Whether the account can start an interpreter."""
        return bool(self._asked(python))

    def ask(self, python: Path, code: str) -> str | None:
        """What a piece of code prints in an interpreter, started as the account; None when it fails."""
        confinement = replace(
            self.sandbox,
            readable=(*self.sandbox.readable, *sandbox_policy.python_paths(python, self.sandbox)),
            ports=(),
        )
        words = [str(python), "-I", "-c", code]
        try:
            done = run_confined(words, self.account, confinement, cwd=Path("/"), env=libraries(python), timeout=_START)
        except (ToolError, OSError):
            return None
        return done.stdout if done.code == 0 else None

    def _asked(self, python: Path) -> str:
        """The version that an interpreter says it has; empty when it does not run, or says something else."""
        if not python.is_file():
            return ""
        said = self.ask(python, _ASK) or ""
        return said.strip() if re.fullmatch(r"\d{1,2}\.\d{1,3}\.\d{1,3}\s*", said) else ""

    def _version(self, python: Path) -> str:
        """The version, as the folder of the installation is called or as the interpreter says; kept for later runs."""
        real = Path(os.path.realpath(python))
        named = re.search(r"(?<![\d.])3\.\d+\.\d+(?![\d.])", str(real.parent.parent))
        if named:
            return named[0]
        facts = real.stat()
        mark = f"{real}\0{facts.st_ino}\0{facts.st_size}\0{facts.st_mtime_ns}\0{self.account.is_other}"
        note = self.cache / "interpreters" / f"version-{hashlib.sha256(mark.encode()).hexdigest()[:24]}"
        try:
            known = note.read_text(errors="replace")
        except OSError:
            known = ""
        if not re.fullmatch(r"3\.\d{1,3}\.\d{1,3}", known):
            known = self._asked(python)
            note.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
            write_whole(note, known)
        return known

    def _candidates(self) -> Iterator[Path]:
        """All interpreters, the user's own choice first, each once; none that somebody else may have put there."""
        seen: set[str] = set()
        for path in (*self._on_path(), *self._pyenv(), *self._downloaded()):
            real = os.path.realpath(path)
            if real in seen or not os.access(real, os.X_OK) or sandbox_policy.home_of(path) is not None:
                continue
            seen.add(real)
            if is_trusted(path, self.account) and not self._is_apart(path):
                yield path

    def _is_apart(self, path: Path) -> bool:
        places = (path, Path(os.path.realpath(path)))
        return any(place.is_relative_to(folder) for place in places for folder in self.apart)

    def _on_path(self) -> Iterator[Path]:
        for word in self.env.get("PATH", "").split(os.pathsep):
            folder = Path(word)
            if not folder.is_absolute():
                continue
            if folder.name == "shims":  # pyenv's scripts start what its own file names
                yield from (folder.parent / "versions" / name / "bin/python3" for name in _words(folder.parent))
                continue
            names = [name for name in _listed(folder) if _NAME.fullmatch(name)]
            yield from (folder / name for name in sorted(names, key=_usual_first))

    def _pyenv(self) -> list[Path]:
        """Interpreters that pyenv keeps aside from PATH, newest first."""
        words = self.env.get("PATH", "").split(os.pathsep)
        roots = dict.fromkeys(Path(word).parent for word in words if word.endswith(("/shims", "/.pyenv/bin")))
        # Path.glob fails on a folder of the PATH that this account may not enter.
        kept = [root / "versions" / name for root in roots for name in _listed(root / "versions")]
        found = [path / "bin/python3" for path in kept]
        return sorted(found, key=lambda path: _numbers(path.parent.parent.name), reverse=True)

    def _downloaded(self) -> list[Path]:
        found = self._own().glob("cpython-*/bin/python3")
        return sorted(found, key=lambda path: _numbers(path.parent.parent.name), reverse=True)

    def _own(self) -> Path:
        return self.cache / "pythons"


def base_of(interpreter: Path) -> Path:
    """The executable that a virtual environment is made from, as its files say; of any other, the file itself."""
    home = sandbox_policy.home_of(interpreter)
    if home is not None:
        for name in (interpreter.name, "python3", "python"):
            if (home / name).is_file():
                return Path(os.path.realpath(home / name))
    return Path(os.path.realpath(interpreter))


def libraries(python: Path) -> dict[str, str]:
    """What an interpreter that was copied from elsewhere needs in its environment to find its own library."""
    folder = python.resolve().parent.parent / "lib"
    mirrored = (folder.parent / ".complete").exists() and any(folder.glob("libpython*.so*"))
    return {"LD_LIBRARY_PATH": str(folder)} if mirrored else {}


def given(spec: str) -> Path | None:
    """An interpreter that the user names: a program, or the folder of a virtual environment; None for a version."""
    if re.fullmatch(r"auto|[\d.]+|[<>=!~][\d.,<>=!~* ]+", spec):
        return None
    path = Path(spec).absolute()
    for candidate in (path / "bin" / "python", path / "Scripts" / "python.exe", path):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    raise ReportedUsageError(
        f"--python {spec}: there is no interpreter",
        "Name a version (3.12), an interpreter, or the folder of a virtual environment.",
        kind="python",
    )


def _unreachable(interpreter: Path) -> ToolError:
    return ToolError(
        f"the account that runs the project's code cannot start {interpreter}",
        "Install Python outside of root's home, or run the bot as an ordinary user.",
        kind="python",
    )


def _mirror(prefix: Path, target: Path) -> None:
    ignore = shutil.ignore_patterns(*_LEFT_OUT)
    try:
        with whole_folder(target) as building:
            shutil.copytree(prefix / "bin", building / "bin", symlinks=True, copy_function=link)
            shutil.copytree(prefix / "lib", building / "lib", symlinks=True, ignore=ignore, copy_function=link)
            if (prefix / "include").is_dir():
                shutil.copytree(prefix / "include", building / "include", symlinks=True, copy_function=link)
            (building / ".complete").touch()
    except OSError as error:
        raise ToolError(f"cannot copy the interpreter {prefix}: {error}", kind="python") from error


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  names only
    except OSError:
        return []


def _words(root: Path) -> list[str]:
    """The versions that pyenv's user has chosen for everything."""
    try:
        words = (root / "version").read_text(errors="replace").split()
    except OSError:
        return []
    return [word for word in words if re.fullmatch(r"[\w.-]+", word) and not word.startswith(".")]


def _usual_first(name: str) -> tuple[bool, list[int]]:
    return (name != "python3", [-number for number in _numbers(name)])


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]
