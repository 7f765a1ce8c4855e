"""What people at a terminal see."""

import io
import re

from rich.console import Console

from bot.model import Report
from bot.report.terminal import show
from bot.report.views import Views
from tests.support import reports as samples


def shown(report: Report, *, terminal: bool = False) -> str:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=100, color_system="standard" if terminal else None)
    show(report, {"alembic.ini": Views(history=("ad93dae04483 -> 4801b98f6408 (head), Job times.",))}, console)
    return file.getvalue()


def test_a_proven_report_tells_the_round_trip() -> None:
    text = shown(samples.report(samples.project()))
    assert "alembic.ini: generated and proven" in text
    assert re.search(r"✓ upgrade +ad93dae04483 → 4801b98f6408 +0\.02 s +job: started_at is there", text)
    assert re.search(r"✓ downgrade +4801b98f6408 → ad93dae04483 +0\.02 s +job: no started_at", text)
    assert "History (base is at ad93dae04483)" in text


def test_a_long_history_is_said_to_be_cut() -> None:
    """Before: a project's five hundred migrations stood between the file and the round trip."""
    text = shown(samples.report(samples.project()))
    assert "Job times.\n  …\n" in text


def test_a_question_comes_with_the_option_that_answers_it() -> None:
    assert "--fill 'author.country=SQL'" in shown(samples.report(samples.open_question()))


def test_without_a_terminal_there_is_no_escape_sequence_and_no_line_is_broken() -> None:
    long = samples.report(samples.project(config="x" * 300))
    assert "\x1b" not in shown(long)
    assert "x" * 300 in shown(long)


def test_on_a_terminal_the_projects_text_moves_nothing() -> None:
    text = shown(samples.hostile("\x1b]0;title\x07\x1b[2J"), terminal=True)
    assert "\x1b]0" not in text
    assert "\x1b[2J" not in text
