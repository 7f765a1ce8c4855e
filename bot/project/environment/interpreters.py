"""Python interpreters: which there are, which one a project wants, and one that the worker account can run.

Comes in: what a project says of its Python. Goes out: the path of an interpreter.
"""

import hashlib
import os
import re
import shutil
from pathlib import Path

import uv

from bot.errors import ProjectError, ToolError
from bot.system import Account, run
from bot.system.atomic import whole_folder

_LEFT_OUT = ("site-packages", "test", "tests", "idlelib", "turtledemo", "ensurepip")


def uv_program() -> Path:
    """The `uv` that came with the bot; raises `ToolError` when it is gone."""
    try:
        return Path(uv.find_uv_bin())
    except FileNotFoundError as error:
        raise ToolError(
            "the program uv, which came with the bot, is missing",
            "Install it again, or name an environment that is there with --python.",
        ) from error


def find(request: str, env: dict[str, str]) -> Path:
    """The interpreter for a version or specifier such as `3.12` or `>=3.10`.

    Raises `ToolError` naming the versions that are there when none fits.
    """
    # The cache belongs to the account that installs: nothing of the bot's own may lie in it.
    env = {**env, "UV_NO_CACHE": "1"}
    tried = run([uv_program(), "python", "find", "--no-project", "--system", request], env=env, check=False)
    if tried.code == 0:
        return Path(tried.stdout.strip())
    for path in _pyenv(env):
        if _fits(path, request):
            return path
    got = run([uv_program(), "python", "install", request], env=env, check=False, timeout=120)
    if got.code == 0:
        again = run([uv_program(), "python", "find", "--no-project", request], env=env, check=False)
        if again.code == 0:
            return Path(again.stdout.strip())
    there = sorted({_version_of(path) for path in _pyenv(env)} | set(_listed(env)))
    raise ToolError(
        f"no Python {request} on this machine",
        f"There are: {', '.join(there) or 'none'}. Install it, or choose another one with --python.",
        kind="python",
    )


def _pyenv(env: dict[str, str]) -> list[Path]:
    """Interpreters that pyenv keeps aside from PATH, newest first."""
    roots = [
        Path(word).parent for word in env.get("PATH", "").split(os.pathsep) if word.endswith(("/shims", "/.pyenv/bin"))
    ]
    found = [path for root in roots for path in root.glob("versions/*/bin/python3") if path.exists()]
    return sorted(found, key=lambda path: [int(n) for n in re.findall(r"\d+", _version_of(path))], reverse=True)


def _version_of(path: Path) -> str:
    return path.parent.parent.name


def _fits(path: Path, request: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415

    try:
        version = Version(_version_of(path))
        plain = re.fullmatch(r"\d+(\.\d+)*", request)
        wanted = f"=={request}.*" if plain and request.count(".") < 2 else f"=={request}" if plain else request
        return version in SpecifierSet(wanted)
    except (InvalidVersion, InvalidSpecifier):
        return False


def _listed(env: dict[str, str]) -> list[str]:
    listed = run([uv_program(), "python", "list", "--only-installed", "--no-config"], env=env, check=False).stdout
    return re.findall(r"^cpython-(\d+\.\d+\.\d+)", listed, re.MULTILINE)


def reachable(interpreter: Path, account: Account, cache: Path) -> Path:
    """The interpreter, or a copy of it where the worker's account may go.

    Root's own home is closed to others, but interpreters often live there. Hard links cost nothing; where they
    cannot be made, files are copied.
    """
    if not account.is_other:
        return interpreter
    prefix, executable = _prefix(interpreter)
    if runs(executable, account):
        return executable
    mark = hashlib.sha256(f"{prefix}\0{executable}".encode()).hexdigest()[:16]
    target = cache / "interpreters" / mark
    python = target / executable.relative_to(prefix)
    if not (target / ".complete").exists():
        _mirror(prefix, target)
        if not runs(python, account):
            shutil.rmtree(target, ignore_errors=True)
            raise _unreachable(interpreter)
    return python


def _unreachable(interpreter: Path) -> ToolError:
    return ToolError(
        f"the account that runs the project's code cannot start {interpreter}",
        "Install Python outside of root's home, or run the bot as an ordinary user.",
        kind="python",
    )


def libraries(python: Path) -> dict[str, str]:
    """What an interpreter that was copied from elsewhere needs in its environment to find its own library."""
    folder = python.resolve().parent.parent / "lib"
    mirrored = (folder.parent / ".complete").exists() and any(folder.glob("libpython*.so*"))
    return {"LD_LIBRARY_PATH": str(folder)} if mirrored else {}


def runs(python: Path, account: Account) -> bool:
    """Whether an account can start an interpreter."""
    env = libraries(python)
    try:
        return run([python, "-I", "-c", "import ssl"], account=account, cwd=Path("/"), env=env, check=False).code == 0
    except (ToolError, PermissionError):
        return False


def _prefix(interpreter: Path) -> tuple[Path, Path]:
    done = run(
        [
            interpreter,
            "-I",
            "-c",
            "import os,sys; print(sys.base_prefix); print(os.path.realpath(sys._base_executable))",
        ]
    )
    prefix, executable = done.stdout.strip().splitlines()
    return Path(prefix).resolve(), Path(executable).resolve()


def _mirror(prefix: Path, target: Path) -> None:
    ignore = shutil.ignore_patterns(*_LEFT_OUT)
    try:
        with whole_folder(target) as building:
            shutil.copytree(prefix / "bin", building / "bin", symlinks=True, copy_function=_link)
            shutil.copytree(prefix / "lib", building / "lib", symlinks=True, ignore=ignore, copy_function=_link)
            if (prefix / "include").is_dir():
                shutil.copytree(prefix / "include", building / "include", symlinks=True, copy_function=_link)
            (building / ".complete").touch()
    except OSError as error:
        raise ToolError(f"cannot copy the interpreter {prefix}: {error}", kind="python") from error


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def given(spec: str) -> Path | None:
    """An interpreter that the user names: a program, or the folder of a virtual environment; None for a version."""
    if re.fullmatch(r"auto|[\d.]+|[<>=!~][\d.,<>=!~* ]+", spec):
        return None
    path = Path(spec).expanduser().absolute()
    for candidate in (path / "bin" / "python", path / "Scripts" / "python.exe", path):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    raise ProjectError(
        f"--python {spec}: there is no interpreter",
        "Name a version (3.12), an interpreter, or the folder of a virtual environment.",
        kind="python",
    )
