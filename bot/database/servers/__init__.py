"""Database servers to try things on: one module per way of getting one, found by listing this folder.

In: what `--database` says. Out: a running server, gone when the context ends. A plug-in is a
module with `claims(spec) -> bool` and `start(spec, context)`, as `Plugin` says.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from bot.database.addresses import Address
from bot.database.embedded.placement import TABLES_FOR_DISK
from bot.errors import ReportedUsageError
from bot.system import Accounts, plugins


@dataclass(frozen=True)
class Context:
    """What a server may use: the run's private folder, the cache, the temporary folder, the accounts to run things as.

    `timeout` is how many seconds it may take to answer before it counts as hanging; `tables` says about how many
    tables the project has; without `in_memory`, the databases are on disk whatever their size. With `shared_server`, a
    server by URL is taken even where the project's code can reach more of it than this run's databases. `extensions`
    are to be available on it, where there is a choice.
    """

    run_dir: Path
    cache_dir: Path
    temporary: Path
    accounts: Accounts
    timeout: float = 30.0
    tables: Callable[[], int] = lambda: TABLES_FOR_DISK
    in_memory: bool = True
    shared_server: bool = False
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Server:
    """A running server.

    `admin` is a superuser, or the URL's user; `project` is the unprivileged role of the project's code, or
    the same as `admin` where roles cannot be made. `reader` has the project's rights and reads rows for the bot.
    `setup_role` is who owns what `--setup` makes at first.
    `private` means that nobody else uses the server and that it is thrown away as a whole; `file_copy` that
    it understands `STRATEGY = file_copy` and that it is cheap there. `notes` are facts for the report, `log_tail`
    is the end of what the server itself has written. `full` tells whether it has found no room for
    something, `in_memory` that this was memory: on disk there may be more. Names of this run's databases begin with
    `prefix`. `extensions` are there in every database; `elsewhere` tells whether another server of this
    machine has one that this server lacks.
    """

    version: str
    major: int
    admin: Address
    project: Address
    reader: Address
    setup_role: str
    private: bool
    file_copy: bool
    notes: tuple[str, ...] = ()
    log_tail: Callable[[], str] = lambda: ""
    full: Callable[[], bool] = lambda: False
    in_memory: bool = False
    prefix: str = ""
    extensions: tuple[str, ...] = ()
    elsewhere: Callable[[str], bool] = lambda _extension: False


class Plugin(Protocol):
    @staticmethod
    def claims(spec: str) -> bool: ...

    @staticmethod
    def start(spec: str, context: Context) -> AbstractContextManager[Server]: ...


def start(spec: str, context: Context) -> AbstractContextManager[Server]:
    """Start (or connect to) the server that `spec` names; it ends with the context.

    Raises `ReportedUsageError` for a spec that nobody claims; entering the context raises `ToolError` when the
    server cannot be had.
    """
    return claimed(spec).start(spec, context)


def claimed(spec: str) -> Plugin:
    """Who starts the server that `spec` names; raises `ReportedUsageError` when it names none."""
    for module in plugins.modules(__name__).values():
        plugin = cast("Plugin", module)
        if plugin.claims(spec):
            return plugin
    shown = spec if "@" not in spec else spec.rpartition("@")[2]
    raise ReportedUsageError(
        f"unknown database {shown!r}",
        "Use `embedded`, `docker:IMAGE` such as `docker:postgres:17`, or a URL `postgresql://user@host/database`.",
    )
