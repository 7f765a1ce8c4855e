"""SIGTERM and SIGINT are obeyed wherever the run is, also in a call into C that no signal interrupts (a query, a lookup
of a name) and while a thread is waited for.

The signal's own handler ends the run in order. Where that takes longer than the patience, the process ends as it is;
what it leaves is the reaper's to remove.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ENDING = {signal.SIGINT, signal.SIGTERM}
PATIENCE = 4.0  # seconds; GitHub's runner and Docker kill after ten


def end_when_asked(patience: float = PATIENCE) -> None:
    """From now on this process ends at most `patience` seconds after such a signal. For the main thread."""
    woken, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(woken, patience), daemon=True).start()


def _watch(woken: int, patience: float) -> None:
    # The C part of Python's handling writes each signal's number, whatever Python itself is doing.
    asked: set[int] = set()
    while not asked:
        asked = {number for number in os.read(woken, 64) if number in _ENDING}
    threading.Event().wait(patience)
    os._exit(128 + max(asked))


@contextmanager
def signals_deferred() -> Iterator[None]:
    """Such a signal is obeyed when the context ends, so that updates of a pull request are whole, and forks notice it.

    The runner sends a second signal some seconds after the first, and then kills.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[int] = []
    before = {number: signal.signal(number, lambda number, _: caught.append(number)) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if caught:
            signal.raise_signal(caught[0])
