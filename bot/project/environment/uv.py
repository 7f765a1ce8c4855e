"""The only caller of uv, which reads no configuration of the folder, the user or the repository.

In: arguments, what may be seen of the environment. Out: what uv printed. What strangers wrote is never an argument
here: versions are read before and written again, requirements are in files.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import uv

from bot.errors import ToolError
from bot.system import Account, Completed, Confinement, run, run_confined
from bot.system.atomic import whole_folder

_FIXED = {"UV_NO_CONFIG": "1", "UV_NO_PROGRESS": "1", "UV_NO_ENV_FILE": "1", "GIT_TERMINAL_PROMPT": "0"}


def uv_program(cache: Path) -> Path:
    """The bot's own `uv`, or a copy in `cache` that other accounts reach; raises `ToolError` if it is gone."""
    try:
        return _reachable(Path(uv.find_uv_bin()), cache)
    except FileNotFoundError as error:
        raise ToolError(
            "the program uv, which came with the bot, is missing",
            "Install it again, or name an environment that is there with --python.",
        ) from error


def _reachable(found: Path, cache: Path) -> Path:
    """Root's own folders, such as pre-commit's, are closed to the account that uv runs as."""
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in found.parents):
        return found
    facts = found.stat()
    folder = cache / "uv-program" / f"{facts.st_size}-{facts.st_mtime_ns}"
    if not folder.exists():
        with whole_folder(folder) as building:
            shutil.copy2(found, building / "uv")
    return folder / "uv"


def command(cache: Path, *words: str) -> list[str]:
    """A command line of uv's."""
    return [str(uv_program(cache)), "--no-config", *words]


def fixed(env: Mapping[str, str]) -> dict[str, str]:
    """The environment of uv: what the user set, and what holds for all its calls."""
    return {**env, **_FIXED}


def install_python(cache: Path, version: str, folder: Path, env: Mapping[str, str]) -> bool:
    """Download a Python of the bot's own choice, such as `3.12`, into `folder`; whether that worked."""
    where = {"UV_PYTHON_INSTALL_DIR": str(folder), "UV_PYTHON_INSTALL_BIN": "0", "UV_NO_CACHE": "1"}
    words = command(cache, "python", "install", "--no-bin", "--", version)
    return run(words, cwd=Path("/"), env={**fixed(env), **where}, check=False, timeout=120).code == 0


def confined(
    words: Sequence[str], account: Account, confinement: Confinement, cwd: Path, env: Mapping[str, str], timeout: float
) -> Completed:
    """Run a `command` of uv's as somebody else: what it installs may run code of its own."""
    return run_confined(words, account, confinement, cwd=cwd, env=fixed(env), timeout=timeout)
