"""Waiting for what other processes do: as long as it takes, not longer than a minute, and never by sleeping."""

import os
import time
from collections.abc import Callable

PATIENCE = 60.0  # seconds until something that has to happen counts as not happening


def wait_until(what: Callable[[], bool], message: Callable[[], str] = lambda: "") -> None:
    """Look again and again; fails after a minute."""
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, message()
        os.sched_yield()
