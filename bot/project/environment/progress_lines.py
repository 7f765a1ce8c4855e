"""A line every few seconds while something takes long, so that nobody wonders whether it goes on."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.system.repeating import repeating

EVERY = 8.0  # seconds


@contextmanager
def ticking(log: Callable[[str], None], what: str, every: float = EVERY) -> Iterator[None]:
    """Say `what` goes on, and for how long already, for the time of the context."""
    started = time.monotonic()
    with repeating(lambda: log(f"{what}: {time.monotonic() - started:.0f} s so far"), every) as thread:
        yield
    thread.join()
