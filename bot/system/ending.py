"""SIGTERM is obeyed wherever the run is, also in a call into C that no signal interrupts (a query, a lookup of a name).

The signal's own handler ends the run in order. Where that takes longer than the patience, the process ends as it is;
what it leaves is the reaper's to remove.
"""

import os
import signal
import threading

PATIENCE = 4.0  # seconds; GitHub's runner and Docker kill after ten


def obey_sigterm(patience: float = PATIENCE) -> None:
    """From now on this process ends at most `patience` seconds after SIGTERM. For the main thread."""
    woken, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(woken, patience), daemon=True).start()


def _watch(woken: int, patience: float) -> None:
    # The C part of Python's handling writes each signal's number, whatever Python itself is doing.
    while signal.SIGTERM not in os.read(woken, 64):
        pass
    threading.Event().wait(patience)
    os._exit(128 + signal.SIGTERM)
