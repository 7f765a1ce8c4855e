"""`report.json` and `views.json` as the privileged half of the workflows for forks takes them: from anybody."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.action.checking import FOLDER
from bot.action.publish_report import read, read_views
from bot.errors import UsageError
from bot.github.checkrun import CheckRequest, check_run
from bot.model import Report, to_json
from bot.report.comment import LIMIT, Reader, comment
from bot.report.views import Views
from bot.report.views import to_json as views_to_json
from tests.properties import hostile, shapes
from tests.properties.refusals import told
from tests.support import reports as samples
from tests.support.report_schema import valid_report

reports = shapes.of(Report)
all_views = st.dictionaries(hostile.texts, shapes.of(Views), max_size=2)
NESTED = b'[{"kind": "a", "schema": "", "parent": "", "name": "a", "action": "added", "after": {"a": %s}}]'


def _with(field: bytes, value: bytes) -> bytes:
    """A report that is as it should be but for one field of its project."""
    whole = to_json(samples.report(samples.project(findings=[], migrations=[])))
    before, _, rest = whole.partition(b'"config"')
    return before + b'"' + field + b'": ' + value + b', "config"' + rest


def _json(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (msgspec.MsgspecError, OverflowError, UnicodeEncodeError):
        return repr(value).encode("utf-8", "replace")


damaged = reports.map(msgspec.to_builtins).flatmap(hostile.damaged).map(_json)
files = st.one_of(
    damaged,
    damaged,
    reports.map(to_json),
    st.builds(lambda whole, at, junk: whole[:at] + junk, reports.map(to_json), st.integers(0, 400), st.binary()),
    st.integers(0, 200_000).map(lambda depth: _with(b"drift", NESTED % (b"[" * depth + b"]" * depth))),
    st.integers(0, 6_000).map(lambda digits: _with(b"round_trip", b'{"rows": {"inserted": 1%s}}' % (b"0" * digits))),
)


def _accepted(folder: Path, name: str, data: bytes, read_it: Any) -> Any:
    path = folder / FOLDER / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    try:
        return read_it(folder)
    except UsageError as error:
        told(error)
        return None


def _shown(report: Report, views: dict[str, Views]) -> None:
    assert len(comment(report, views, reader=Reader(workflow=True, fork=True)).encode()) < LIMIT
    check = check_run(report, views, CheckRequest("Migration", "a" * 40, "text", "https://x", "error"))
    assert all(0 < note.line < 2**31 for note in check.annotations)


@given(files)
@example(b"\xff")
@example(b'{"status": "proven", "base": "\xed\xa0\x80"}')
@example(b'{"status": "proven", "base": "\\ud800", "head": "b"}')
@example(b'{"status": "proven", "status": "error", "base": "a", "head": "b"}')
@example(_with(b"round_trip", b'{"rows": {"inserted": 1%s}}' % (b"0" * 4_299)))
@example(_with(b"drift", NESTED % (b"[" * 800 + b"]" * 800)))
def test_a_file_is_a_report_that_can_be_shown_or_refused(tmp_path_factory: Any, data: bytes) -> None:
    report = _accepted(tmp_path_factory.mktemp("report"), "report.json", data, read)
    if report is not None:
        _shown(report, {})


@given(st.one_of(all_views.map(views_to_json), all_views.map(msgspec.to_builtins).flatmap(hostile.damaged).map(_json)))
@example(b"\xff")
@example(b"[" * 100_000)
def test_a_file_holds_views_that_can_be_shown_or_is_refused(tmp_path_factory: Any, data: bytes) -> None:
    found = _accepted(tmp_path_factory.mktemp("views"), "views.json", data, read_views)
    if found:
        _shown(samples.report(*(samples.project(config=config) for config in found)), found)


@given(reports)
def test_a_report_comes_back_as_it_was(report: Report) -> None:
    assert valid_report(to_json(report)) == report


@pytest.mark.parametrize("line", ["-5", "3000000000", "1e3", "true"])
def test_a_line_that_no_file_has_is_refused(tmp_path: Path, line: str) -> None:
    """GitHub would refuse the whole check run for it."""
    where = b'[{"code": "a", "severity": "error", "title": "", "detail": "", "where": {"path": "a", "line": %s}}]'
    data = _with(b"findings", where % line.encode())
    assert _accepted(tmp_path, "report.json", data, read) is None
