"""`--database embedded`: a PostgreSQL server of our own, started in a blink from a prepared data folder.

In: the accounts and the cache. Out: a server that only a socket leads to, with a password for the
bot and one for the project's code; nothing of it is left afterwards.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import psycopg2

from bot.database import heartbeat, roles
from bot.database.addresses import Address
from bot.database.embedded import orphans, placement, prepared, programs
from bot.database.embedded.disk_full import OutOfSpaceProbe
from bot.database.embedded.process import DATA, PORT, Place, end_by_force, running
from bot.database.embedded.programs import Programs
from bot.database.servers import Context, Server
from bot.errors import ToolError
from bot.system.disk_reserve import Room, watched
from bot.system.run_directories import run_directory, sweep

HOME = "server"  # in the run's folder


def claims(spec: str) -> bool:
    """Whether `spec` means this server."""
    return spec == "embedded"


@contextmanager
def start(spec: str, context: Context) -> Iterator[Server]:  # noqa: ARG001  all servers start alike
    """Start the server; it and its folder end with the context.

    Raises `ToolError` when there are no programs, no room, or the server does not start or dies.
    """
    found = programs.find(context.accounts.server, context.extensions)
    places = placement.places(context.temporary)
    sweep(places, lambda folder: orphans.clear(folder / HOME / DATA))
    chosen = placement.choose(places, context.tables, in_memory=context.in_memory)
    with run_directory(chosen) as folder, ExitStack() as stack:
        place = _new_place(folder, context)
        stack.callback(place.log.unlink, missing_ok=True)
        kept = context.cache_dir / "postgres"
        kept.mkdir(parents=True, exist_ok=True)
        archive = kept / prepared.archive_name(found)
        start_it = Starting(stack, found, place, archive, context.timeout)
        server = start_it.from_archive() or start_it.from_initdb()
        yield replace(
            server,
            in_memory=chosen == placement.MEMORY,
            elsewhere=partial(_is_elsewhere, context),
            notes=_notes(context, server),
        )


def _is_full(probe: OutOfSpaceProbe, room: Room) -> bool:
    return probe() or bool(room.short)


def _notes(context: Context, server: Server) -> tuple[str, ...]:
    named = ", ".join(context.extensions)
    return (f"PostgreSQL {server.version} was taken: it has {named}, which this machine's usual server lacks",) * bool(
        named
    )


def _is_elsewhere(context: Context, extension: str) -> bool:
    """Whether other programs have an extension, besides those that were asked for already."""
    wanted = (*context.extensions, extension)
    return extension not in context.extensions and all(map(programs.find(context.accounts.server, wanted).has, wanted))


@dataclass(frozen=True)
class Starting:
    """The server on its way; it ends with `stack`."""

    stack: ExitStack
    programs: Programs
    place: Place
    archive: Path
    timeout: float

    def from_archive(self) -> Server | None:
        """The server from what an earlier run prepared; `None` when there is nothing or it is damaged."""
        if not self.archive.exists():
            return None
        with suppress(ToolError, psycopg2.Error, OSError), ExitStack() as attempt:
            server = self._serve(attempt)
            self.stack.enter_context(attempt.pop_all())
            return server
        prepared.clear(self.place)
        return None

    def from_initdb(self) -> Server:
        """The server from a data folder that is made for it, and kept for later runs."""
        prepared.build(self.programs, self.place, self.archive)
        return self._serve(self.stack)

    def _serve(self, stack: ExitStack) -> Server:
        password = prepared.unpack(self.archive, self.place)
        process = stack.enter_context(running(self.programs, self.place, {}))
        address = Address(str(self.place.home), PORT, prepared.ADMIN, password, prepared.DATABASE, trusted=True)
        stack.enter_context(heartbeat.watched(address, self.timeout, partial(end_by_force, process)))
        room = stack.enter_context(watched((self.place.home,), partial(end_by_force, process)))
        full = partial(_is_full, OutOfSpaceProbe(self.place.log), room)
        return replace(roles.secure(address), log_tail=self.place.log_tail, full=full)


def _new_place(folder: Path, context: Context) -> Place:
    home = folder / HOME
    home.mkdir()
    home.chmod(0o711)
    context.accounts.server.own(home)
    return Place(home, context.accounts.server, context.run_dir / f"{folder.name}.log")
