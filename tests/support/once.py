"""What all processes of one run of the tests share: made by the first that needs it, gone when the run ends."""

import compileall
import fcntl
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.system import remove

BOT = Path(__file__).parents[2] / "bot"
PLACE = "MIGRATION_BOT_TESTS_SHARED"


def begin(config: pytest.Config) -> None:
    """In the process that starts the others: a folder that every account can reach.

    Compiled files are kept, whatever the environment says: else every process of every test compiles the bot again, and
    every worker what it runs of it.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if not hasattr(config, "workerinput"):
        folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="migration-bot-tests-"))
        folder.chmod(0o755)
        os.environ[PLACE] = str(folder)
        compile_files(BOT)


def end(config: pytest.Config) -> None:
    """There again, when all others have ended."""
    if not hasattr(config, "workerinput"):
        remove(Path(os.environ.pop(PLACE)))


def compile_files(folder: Path) -> None:
    """What is compiled already is left as it is; a folder that takes nothing, too."""
    compileall.compile_dir(folder, quiet=2)


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills, once for all processes."""
    place = Path(os.environ[PLACE], name)
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = place.with_suffix(".done")
        if not done.exists():
            place.mkdir(exist_ok=True)
            make(place)
            done.touch()
    return place
