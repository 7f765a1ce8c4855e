"""What this process was given by whoever started it, and does not go by: closed streams, variables of libpq's, an
encoding in which not every path has a name.
"""

import os
import sys

# They would choose another server, or other settings, for the bot's own sessions (PostgreSQL manual, "Environment
# Variables"). Passwords and certificates stay: a URL may count on them.
_LIBPQ = (
    *("PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE", "PGSERVICEFILE", "PGOPTIONS"),
    *("PGAPPNAME", "PGCONNECT_TIMEOUT", "PGCLIENTENCODING", "PGTARGETSESSIONATTRS", "PGLOADBALANCEHOSTS"),
    *("PGREQUIREAUTH", "PGREQUIREPEER", "PGDATESTYLE", "PGTZ", "PGGEQO", "PGLOCALEDIR", "PGSYSCONFDIR"),
)


def forget_variables() -> None:
    """No session of ours depends on them."""
    for name in _LIBPQ:
        os.environ.pop(name, None)


def speak_utf8() -> None:
    """Begin again where the locale has another encoding: names in git are bytes, and mostly UTF-8."""
    if sys.getfilesystemencoding() != "utf-8" and sys.executable and not sys.flags.utf8_mode:
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, "PYTHONUTF8": "1"})  # noqa: S606


def open_streams() -> None:
    """Whoever closed standard input, output or errors wants nothing of them: what is opened next is none of them."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            to_nowhere(number)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))


def to_nowhere(number: int) -> None:
    """What is written to this descriptor is lost."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != number:
        os.dup2(nowhere, number)
        os.close(nowhere)
