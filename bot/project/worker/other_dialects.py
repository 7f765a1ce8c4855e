"""Engines of other databases led to PostgreSQL, for projects that develop with SQLite and bring PostgreSQL's driver.

In: any address that the code makes an engine of. Out: the dialect of PostgreSQL in its place.
"""

import re
from functools import wraps
from typing import Any

from sqlalchemy.engine.url import URL, make_url

from .connection import installed_driver

_ASYNC = re.compile(r"\+(aio|async)")


def install() -> None:
    """SQLAlchemy asks an address for its dialect at one place, in all of its versions."""
    as_ever: Any = URL._get_entrypoint

    @wraps(as_ever)
    def entrypoint(self: Any) -> Any:
        if self.get_backend_name() == "postgresql":
            return as_ever(self)
        driver = installed_driver(asynchronous=bool(_ASYNC.search(self.drivername)))
        return as_ever(make_url("postgresql+{}://".format(driver)) if driver else self)

    patched: Any = URL
    patched._get_entrypoint = entrypoint
