"""`--database embedded`: a PostgreSQL server of our own, started in a blink from a prepared data folder.

Comes in: the accounts and the cache. Goes out: a server that only a socket leads to, with a password for the
bot and one for the project's code; nothing of it is left afterwards.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.database import roles
from bot.database.addresses import Address
from bot.database.cluster import prepared, programs
from bot.database.cluster.process import PORT, Place, running
from bot.database.cluster.programs import Programs
from bot.database.leftovers import run_directory, sweep
from bot.database.servers import Context, Server
from bot.errors import ToolError
from bot.processes import Account

MEMORY = Path("/dev/shm")  # noqa: S108  a file system in memory; our folder there is private
ROOM = 400 * 1024 * 1024  # bytes: a few copies of a database with 1,000 tables
SOCKET_PATH = 80  # characters of a folder that leave room for the rest; the kernel stops at 104 to 108


def claims(spec: str) -> bool:
    """Whether `spec` means this server."""
    return spec == "embedded"


@contextmanager
def start(spec: str, context: Context) -> Iterator[Server]:  # noqa: ARG001  all servers start alike
    """Start the server; it and its folder end with the context.

    Raises `ToolError` when there are no programs, no room, or the server does not start or dies.
    """
    found = programs.find(context.accounts.server)
    places = _places()
    sweep(places)
    with run_directory(_roomy(places)) as folder:
        place = _new_place(folder, context.accounts.server)
        cache = context.cache_dir / "postgres" if context.use_cache else folder
        password = _fill(found, place, cache)
        with running(found, place, {}):
            admin = Address(str(place.home), PORT, prepared.ADMIN, password, "postgres")
            yield roles.secure(admin)


def _places() -> list[Path]:
    """Where a run's folder may be, the fastest first."""
    usual = Path(tempfile.gettempdir())
    return [MEMORY, usual, Path("/tmp")] if len(str(usual)) <= SOCKET_PATH else [MEMORY, Path("/tmp")]  # noqa: S108


def _roomy(places: list[Path]) -> Path:
    for place in places:
        with suppress(OSError):
            if os.access(place, os.W_OK | os.X_OK) and shutil.disk_usage(place).free >= ROOM:
                return place
    raise ToolError(
        f"no temporary folder with {ROOM >> 20} MB of room for a database server",
        f"Free some space in {' or '.join(map(str, places[1:]))}.",
    )


def _new_place(folder: Path, account: Account) -> Place:
    home = folder / "server"
    home.mkdir()
    home.chmod(0o711)
    account.own(home)
    return Place(home, account)


def _fill(found: Programs, place: Place, cache: Path) -> str:
    """Unpack the prepared data folder, making it first when there is none or it is damaged."""
    archive = cache / prepared.archive_name(found)
    if archive.exists():
        try:
            return prepared.unpack(archive, place)
        except ToolError:
            shutil.rmtree(place.data, ignore_errors=True)
            archive.unlink(missing_ok=True)
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:  # a cache that cannot be written is no reason to fail
        archive = place.home.parent / archive.name
    prepared.build(found, place, archive)
    return prepared.unpack(archive, place)
