"""Whole reports as people read them.

`python -m tests.unit.report.test_golden` rewrites the files, to be looked at.
"""

import io
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from bot.decisions import decision
from bot.model import Report, RoundTrip
from bot.report.comment import comment
from bot.report.terminal import show
from bot.report.views import TableChange, Views
from bot.schema.diagram import Diagram, DiagramColumn, DiagramTable
from tests.support import reports as samples
from tests.support.reports import AFTER, BEFORE

FOLDER = Path(__file__).parent / "golden"
DRAWN = DiagramTable(
    schema="__reana",
    name="job",
    change="changed",
    columns=(
        DiagramColumn(name="id", type="integer", marks=("PK",)),
        DiagramColumn(name="started_at", type="timestamp without time zone", change="new"),
    ),
)
VIEWS = {
    "alembic.ini": Views(
        tables=(TableChange(schema="__reana", name="job", before=BEFORE, after=AFTER),),
        diagram=Diagram(tables=(DRAWN,)),
        history=("ad93dae04483 -> 4801b98f6408 (head), Job times.", "<base> -> ad93dae04483, Job table."),
    )
}


def _unchanged() -> Report:
    return samples.report(samples.project("unchanged", migrations=[], declared=[], round_trip=RoundTrip()))


def _assumed() -> Report:
    asked = decision("rename", "member.name", "Is `member.full_name` the old `member.name`?", "assumed", "full_name")
    return samples.report(samples.project("warning", decisions=[asked], drift=[samples.ADDED]))


REPORTS: dict[str, Callable[[], Report]] = {
    "proven": lambda: samples.report(samples.project()),
    "open_question": lambda: samples.report(samples.open_question()),
    "two_questions": lambda: samples.report(samples.two_questions()),
    "assumed": _assumed,
    "failed": lambda: samples.report(samples.failed()),
    "error": lambda: samples.report(samples.without_verdict()),
    "several": lambda: samples.report(
        samples.project(), msgspec.structs.replace(samples.without_verdict(), config="other/alembic.ini")
    ),
    "unchanged": _unchanged,
    "to_add": lambda: samples.report(samples.to_add()),
    "mended": lambda: samples.report(samples.mended()),
    "takes_values": lambda: samples.report(samples.takes_values()),
    "behind": lambda: samples.report(samples.behind()),
}


def _terminal(report: Report, views: dict[str, Views]) -> str:
    file = io.StringIO()
    show(report, views, Console(file=file, width=100, color_system=None))
    return file.getvalue()


def _written(name: str) -> dict[Path, str]:
    report = REPORTS[name]()
    views = VIEWS if report.projects[0].declared else {}
    return {FOLDER / f"{name}.md": comment(report, views), FOLDER / f"{name}.txt": _terminal(report, views)}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_reads_as_it_did(name: str) -> None:
    for path, text in _written(name).items():
        assert text == path.read_text(encoding="utf-8"), f"{path.name} differs"


def test_every_golden_file_has_its_report() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(REPORTS)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in REPORTS:
        for target, content in _written(each).items():
            target.write_text(content, encoding="utf-8")
