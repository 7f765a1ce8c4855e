"""What a run has at hand and what it finds; its temporary folder and its clock."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.processes import Accounts
from bot.report.progress import Progress
from bot.settings import Settings


@dataclass
class Run:
    """What a run has at hand and what it finds."""

    settings: Settings
    directory: Path
    accounts: Accounts
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    exit_code: int = 0

    @contextmanager
    def stage(self, name: str, text: str) -> Iterator[None]:
        """Show what goes on and note how long it took."""
        self.progress.stage(text)
        started = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - started
            self.seconds[name] = round(self.seconds.get(name, 0.0) + spent, 3)
