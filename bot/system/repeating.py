"""Something that is done every few seconds while something else goes on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeating(act: Callable[[], object], seconds: float, name: str | None = None) -> Iterator[threading.Thread]:
    """Call `act` in a thread, for the first time after so many seconds; nobody waits for a call that is under way."""
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(seconds):
            act()

    thread = threading.Thread(target=repeat, name=name, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        done.set()
