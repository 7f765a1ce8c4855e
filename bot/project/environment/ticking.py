"""A line every few seconds while something takes long, so that nobody wonders whether it goes on."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY = 8.0  # seconds


@contextmanager
def ticking(log: Callable[[str], None], what: str, every: float = EVERY) -> Iterator[None]:
    """Say `what` goes on, and for how long already, for the time of the context."""
    started, done = time.monotonic(), threading.Event()

    def tick() -> None:
        while not done.wait(every):
            log(f"{what}: {time.monotonic() - started:.0f} s so far")

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
