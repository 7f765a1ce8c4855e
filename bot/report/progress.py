"""Progress on standard error: a live line on a terminal, plain lines elsewhere. Standard output is the report's."""

import sys
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bot.report.text import plain

SILENCE = 10.0  # seconds after which a plain log says that something still goes on

if TYPE_CHECKING:
    from rich.status import Status


class Progress:
    """Shows progress. A context manager; without `verbose`, a terminal shows the latest line only.

    A plain log repeats the current stage after each `silence` seconds without a line.
    """

    def __init__(self, *, verbose: bool = False, silence: float = SILENCE) -> None:
        self.verbose = verbose
        self._silence = silence
        self._ended = threading.Event()
        self._last = ""
        self._since = self._shown = time.monotonic()
        self._status: Status | None = None
        self._stage = ""

    def __enter__(self) -> Self:
        if sys.stderr.isatty() and not self.verbose:
            # Slow to load, and of use on a terminal only.
            from rich.console import Console  # noqa: PLC0415

            self._status = Console(file=sys.stderr).status("")
            self._status.start()
        else:
            with suppress(RuntimeError):  # no more threads to be had
                threading.Thread(target=self._repeat, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._status is not None:
            self._status.stop()
            self._status = None

    def stage(self, text: str) -> None:
        """A new stage begins."""
        self._stage = text
        self._tell(text)

    def log(self, text: str) -> None:
        """A note within the stage."""
        self._tell(f"{self._stage}: {text}" if self._status is not None else f"  {text}")

    def _tell(self, text: str) -> None:
        if self._status is not None:
            from rich.text import Text  # noqa: PLC0415

            self._status.update(Text(plain(text.splitlines()[0] if text else "")))
        else:
            self._last, self._since = text, time.monotonic()
            self._write(text)

    def _write(self, text: str) -> None:
        self._shown = time.monotonic()
        with suppress(OSError):  # where nothing can be shown, the run goes on
            sys.stderr.write(plain(text) + "\n")
            sys.stderr.flush()

    def _repeat(self) -> None:
        """Until the end: repeat the stage when there has been no line."""
        while not self._ended.wait(max(self._shown + self._silence - time.monotonic(), self._silence / 10)):
            now = time.monotonic()
            if self._last and now - self._shown >= self._silence:
                self._write(f"  still {self._last.strip()} ({now - self._since:.0f} s)")
