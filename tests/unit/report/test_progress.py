"""Lines on standard error: what goes on, and that it still does."""

import threading

import pytest

from bot.report.progress import Progress


class Output:
    """Standard error, which says when it has a line of some kind."""

    def __init__(self, wanted: str) -> None:
        self.text, self.wanted, self.there = "", wanted, threading.Event()

    def isatty(self) -> bool:
        return False

    def flush(self) -> None:
        pass

    def write(self, text: str) -> None:
        self.text += text
        if self.wanted in text:
            self.there.set()


def test_a_long_wait_is_not_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    output = Output("still")
    monkeypatch.setattr("sys.stderr", output)
    with Progress(silence=0.01) as progress:
        progress.stage("examining alembic.ini")
        progress.log("making the round trip")
        assert output.there.wait(30)
    lines = output.text.splitlines()
    assert lines[:2] == ["examining alembic.ini", "  making the round trip"]
    assert lines[2].startswith("  still making the round trip (")
