"""Locks between processes, in a process that may not have any: `loguru` and queues make them when they are set up.

In: Python's own semaphores. Out: the same where the system gives them; else one for the threads of this process, which
the project's code is alone in.
"""

import threading
from contextlib import suppress
from importlib import import_module
from typing import Any, Optional

_RECURSIVE = 0  # the kind that its owner may take again
_original: Any = None
with suppress(ImportError):  # there are Pythons without
    _module: Any = import_module("_multiprocessing")
    _original = _module.SemLock


def install() -> None:
    """Stand in for what the confinement refuses."""
    if _original is not None:
        _module.SemLock = Semaphore


class Semaphore:
    """Behaves as `_multiprocessing.SemLock`."""

    SEM_VALUE_MAX = getattr(_original, "SEM_VALUE_MAX", 2**31 - 1)
    handle, name = 0, None

    def __new__(cls, kind: int, value: int, maxvalue: int, *arguments: Any) -> Any:
        try:
            return _original(kind, value, maxvalue, *arguments)
        except OSError:
            return super().__new__(cls)

    def __init__(self, kind: int, value: int, maxvalue: int, *_: Any) -> None:
        self.kind, self.maxvalue = kind, maxvalue
        self._value, self._changed = value, threading.Condition()
        self._owner: Optional[int] = None
        self._times = 0

    @staticmethod
    def _rebuild(*arguments: Any) -> Any:
        return _original._rebuild(*arguments)

    def acquire(self, block: bool = True, timeout: Optional[float] = None) -> bool:
        me = threading.get_ident()
        with self._changed:
            if not (self.kind == _RECURSIVE and self._owner == me):
                if not self._changed.wait_for(lambda: self._value > 0, timeout if block else 0):
                    return False
                self._value -= 1
                self._owner = me
            self._times += 1
            return True

    def release(self) -> None:
        with self._changed:
            if self.kind == _RECURSIVE and not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self.kind != _RECURSIVE and self._value >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            self._times -= 1
            if self.kind != _RECURSIVE or not self._times:
                self._value, self._owner = self._value + 1, None
            self._changed.notify()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def _count(self) -> int:
        return self._times

    def _is_mine(self) -> bool:
        return self._times > 0 and self._owner == threading.get_ident()

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return self._value == 0

    def _after_fork(self) -> None:
        self._times = 0
