"""Runs that race, in an order that a seed decides: every request waits for its turn.

All runs are waiting for a turn, or have ended, before one of them is let through; so a seed always gives the same
order, and many seeds try many orders. No clock is involved.
"""

import random
import threading
from collections.abc import Callable, Sequence


class Turns:
    """`take` is called before a request, with the name of the run that sends it."""

    def __init__(self, names: Sequence[str], seed: int) -> None:
        self._random = random.Random(seed)
        self._changed = threading.Condition()
        self._running = set(names)
        self._waiting: set[str] = set()
        self._chosen: str | None = None

    def take(self, name: str) -> None:
        """Wait until it is this run's turn."""
        with self._changed:
            self._waiting.add(name)
            self._choose()
            self._changed.wait_for(lambda: self._chosen == name)
            self._chosen = None
            self._waiting.discard(name)

    def end(self, name: str) -> None:
        """The run sends nothing any more."""
        with self._changed:
            self._running.discard(name)
            self._choose()

    def _choose(self) -> None:
        if self._chosen is None and self._waiting and self._waiting == self._running:
            self._chosen = self._random.choice(sorted(self._waiting))
            self._changed.notify_all()


def race(runs: dict[str, Callable[[], None]], turns: Turns) -> None:
    """All runs at once; an error in any of them is raised."""
    failed: list[BaseException] = []

    def one(name: str, run: Callable[[], None]) -> None:
        try:
            run()
        except BaseException as error:
            failed.append(error)
        finally:
            turns.end(name)

    threads = [threading.Thread(target=one, args=item) for item in runs.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
