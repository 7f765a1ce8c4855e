"""How many messages with statements a server gets, by its own log."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.least import server
from bot.database.servers import Server

_SENT = re.compile(r"LOG:  (?:statement|execute [^:]*):")


def sent(cache: Path, act: Callable[[Server], object]) -> int:
    """Those that `act` sends to a server of its own."""
    with server(cache) as (started, log):
        with closing(started.admin.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("ALTER SYSTEM SET log_statement = 'all'")
            cursor.execute("SELECT pg_reload_conf()")
        before = _count(log)
        act(started)
        return _count(log) - before


def _count(log: Path) -> int:
    return len(_SENT.findall(log.read_text(errors="replace")))
