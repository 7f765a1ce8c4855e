"""Progress on standard error: a live line on a terminal, plain lines elsewhere. Standard output is the report's."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bot.report.text import plain

if TYPE_CHECKING:
    from rich.status import Status


class Progress:
    """Shows what goes on. A context manager; without `verbose`, a terminal shows the latest line only."""

    def __init__(self, *, verbose: bool = False) -> None:
        self.verbose = verbose
        self._status: Status | None = None
        self._stage = ""

    def __enter__(self) -> Self:
        if sys.stderr.isatty() and not self.verbose:
            # Slow to load, and of use on a terminal only.
            from rich.console import Console  # noqa: PLC0415

            self._status = Console(file=sys.stderr).status("")
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None

    def stage(self, text: str) -> None:
        """A new stage begins."""
        self._stage = text
        self._tell(text)

    def log(self, text: str) -> None:
        """Something worth knowing within the stage."""
        self._tell(f"{self._stage}: {text}" if self._status is not None else f"  {text}")

    def _tell(self, text: str) -> None:
        if self._status is not None:
            from rich.text import Text  # noqa: PLC0415

            self._status.update(Text(plain(text.splitlines()[0] if text else "")))
        else:
            sys.stderr.write(plain(text) + "\n")
            sys.stderr.flush()
