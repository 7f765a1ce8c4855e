"""Databases created ahead of time: copying one takes as long as a small migration.

In: labels of databases that will be asked for, in that order. Out: what is there when somebody asks.
"""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress

from bot.errors import MemoryDiskFullError, ToolError


class DatabasePrefetcher:
    """`make` makes a database of that label and returns its name; it is called with `lock` held, from a thread."""

    def __init__(self, make: Callable[[str], str], lock: threading.Lock) -> None:
        self._make = make
        self._lock = lock
        self._wanted: list[str] = []
        self._there: dict[str, str] = {}
        self._maker: threading.Thread | None = None

    def begin(self, labels: Iterable[str]) -> None:
        """Make these, one after the other."""
        self._wanted += labels
        maker = threading.Thread(target=self._work, daemon=True)
        # Where the machine has no more threads, they are made when they are asked for.
        with suppress(RuntimeError):
            maker.start()
            self._maker = maker

    def take(self, label: str) -> str | None:
        """The database of that label, or None: then it is not made ahead any more. The caller holds the lock."""
        if label in self._wanted:
            self._wanted.remove(label)
        return self._there.pop(label, None)

    def end(self) -> None:
        """Make no more; returns when the last one is done."""
        with self._lock:
            self._wanted.clear()
        if self._maker is not None:
            self._maker.join()

    def _work(self) -> None:
        # An error comes again to whoever asks for the database.
        with suppress(ToolError, MemoryDiskFullError, MemoryError):
            while self._next():
                pass

    def _next(self) -> bool:
        with self._lock:
            if not self._wanted:
                return False
            label = self._wanted.pop(0)
            self._there[label] = self._make(label)
            return True
