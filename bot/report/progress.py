"""Progress on standard error: a live line on a terminal, plain lines elsewhere. Standard output is the report's."""

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.status import Status
from rich.text import Text

from bot.report.text import plain


class Progress:
    """Shows what goes on. A context manager; without `verbose`, a terminal shows the latest line only."""

    def __init__(self, *, verbose: bool = False) -> None:
        self.verbose = verbose
        self._console = Console(file=sys.stderr)
        self._status: Status | None = None
        self._stage = ""

    def __enter__(self) -> Self:
        if self._console.is_terminal and not self.verbose:
            self._status = self._console.status(Text(""))
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
            self._status.update(Text(plain(text.splitlines()[0] if text else "")))
        else:
            self._console.print(Text(plain(text)), soft_wrap=True, highlight=False)
