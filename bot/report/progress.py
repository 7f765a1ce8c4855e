"""Progress on standard error: a live line on a terminal, plain lines elsewhere."""

import sys
from types import TracebackType
from typing import Self


class Progress:
    """Shows what goes on; standard output is left to the report."""

    def __init__(self, *, verbose: bool = False) -> None:
        self.verbose = verbose

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return

    def stage(self, text: str) -> None:
        sys.stderr.write(f"{text}\n")

    def log(self, text: str) -> None:
        sys.stderr.write(f"  {text}\n")
