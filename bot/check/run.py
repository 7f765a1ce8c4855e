"""The context of a run: settings, temporary folder, accounts, progress, clock."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot import system
from bot.errors import ToolError
from bot.project.checkout.git import Git
from bot.report.progress import Progress
from bot.settings import Settings
from bot.system import Accounts, run_directories
from bot.system.disk_reserve import Room, watched
from bot.system.running import end_programs
from bot.system.timing import Clock

CACHE_ROOM = 128 * 1024**2  # bytes: a prepared data folder, and some more


@dataclass
class Run:
    """The context of a run."""

    settings: Settings
    directory: Path
    accounts: Accounts
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    exit_code: int = 0
    filled: Mapping[str, str] = field(default_factory=dict)  # settings that the bot found by itself
    withdrawn: frozenset[str] = frozenset()  # settings that led to a server, and are not filled in again
    code_folders: tuple[str, ...] = ()  # of both checkouts, that are put on the search path as well
    modules: tuple[str, ...] = ()  # that imports did not find, and other lists of the project's have
    base_failure: str = ""  # what base's models cannot be built for
    any_database: bool = False  # whether engines of other databases are led to PostgreSQL
    prepared: set[Path] = field(default_factory=set)  # checkouts in which the user's commands have run
    preparing: threading.Lock = field(default_factory=threading.Lock)
    clock: Clock = field(default_factory=lambda: Clock(""))
    room: Room = field(default_factory=Room)

    @property
    def git(self) -> Git:
        return Git(self.settings.machine.environ)

    @property
    def filled_lines(self) -> tuple[str, ...]:
        """The settings that the bot found by itself, as NAME=VALUE."""
        return tuple(f"{name}={value}" for name, value in sorted(self.filled.items()))

    @contextmanager
    def stage(self, name: str, text: str = "") -> Iterator[None]:
        """Show progress, if there is a text, and measure the time."""
        if text:
            self.progress.stage(text)
        started = time.perf_counter()
        try:
            with self.clock.measure(name):
                yield
        finally:
            spent = time.perf_counter() - started
            self.seconds[name] = round(self.seconds.get(name, 0.0) + spent, 3)


@contextmanager
def begin(settings: Settings, progress: Progress) -> Iterator[Run]:
    """A run with a temporary folder of its own, removed when the context ends.

    Raises `ToolError` when there is no room for it, or when those who need it cannot enter it.
    """
    system.become_subreaper()
    temporary = settings.machine.temporary
    run_directories.sweep([temporary])
    with ExitStack() as stack:
        try:
            directory = stack.enter_context(run_directories.run_directory(temporary))
        except OSError as error:
            raise ToolError(
                f"cannot write to {error.filename or temporary}: {error.strerror}",
                "Free some space, or set TMPDIR to a folder that can be written.",
            ) from error
        accounts = system.accounts()
        if accounts.worker.is_other:
            _open_to_others(directory)
            # What is made from now on is read by other accounts; secrets are given narrower rights one by one.
            stack.callback(os.umask, os.umask(0o022))
        cache = _cache(settings, directory, progress)
        room = stack.enter_context(watched((directory, cache), end_programs))
        yield Run(replace(settings, cache_dir=cache), directory, accounts, progress, room=room)


def _cache(settings: Settings, directory: Path, progress: Progress) -> Path:
    """The cache folder; if it is not writable, a folder of this run, which costs time only."""
    wanted, why = settings.cache_dir, ""
    try:
        wanted.mkdir(parents=True, exist_ok=True, mode=0o755)
        tempfile.TemporaryFile(dir=wanted).close()
        if shutil.disk_usage(wanted).free < CACHE_ROOM:
            why = f"less than {CACHE_ROOM >> 20} MB are free"
        if os.statvfs(wanted).f_flag & os.ST_NOEXEC:
            why = "nothing on that file system may be run (noexec)"
    except OSError as error:
        why = str(error.strerror)
    if settings.cache and not why:
        return wanted
    if settings.cache:
        progress.log(f"this run does without the cache {wanted} (MIGRATION_BOT_CACHE): {why}")
    # What other runs use at this moment is not made anew under their feet.
    own = directory / "cache"
    own.mkdir(mode=0o755)
    return own


def _open_to_others(directory: Path) -> None:
    """Let the account that runs the project's code enter the run's folder."""
    closed = next((parent for parent in directory.parents if not parent.stat().st_mode & 0o001), None)
    if closed is not None:
        raise ToolError(
            f"the account that runs the project's code cannot enter {closed}",
            "Set TMPDIR to a folder that others may enter, such as /tmp.",
        )
