"""Whole comments, made of reports with any text in every place: what is seen is the bot's own, and text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Project, Report
from bot.report.comment import LIMIT, Reader, comment
from bot.report.text import visible
from bot.report.views import Views
from tests.properties import hostile, shapes
from tests.properties.page import LIVE, WRITTEN, Page
from tests.support import reports as samples

LANGUAGES = ("text", "python", "diff", "sql", "mermaid", "bash", "yaml")
ATTRIBUTES = {("align", "right")} | {("lang", name) for name in LANGUAGES}
reports = st.builds(samples.report, shapes.of(Project), shapes.of(Project))
extras = shapes.of(Views)


def _foreign(page: Page) -> set[str]:
    return {tag for tag in page.tags if tag not in WRITTEN}


@given(reports, extras, st.booleans())
def test_nothing_of_the_project_comes_to_life(report: Report, extra: Views, fork: bool) -> None:
    views = {project.config: extra for project in report.projects}
    rendered = comment(report, views, reader=Reader(workflow=fork, fork=fork))
    page = Page(rendered)
    assert len(rendered.encode()) < LIMIT
    assert not _foreign(page)
    assert page.attributes <= ATTRIBUTES
    assert not page.other
    assert not page.loose
    assert not LIVE.search(page.prose)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", rendered)
    assert page.tags.count("h3") == 1
    assert page.tags.count("h4") <= len(report.projects)


@given(hostile.texts, hostile.texts, st.sampled_from(["proven", "warning", "failed"]))
def test_the_file_is_shown_as_it_is(source: str, path: str, status: str) -> None:
    written = samples.migration(source=source, path=path)
    one = samples.project(status, migrations=[written], declared=[], findings=[])  # type: ignore[arg-type]
    page = Page(comment(samples.report(one)))
    shown = re.sub("`{70,}", "`````…", visible(source)).rstrip("\n") + "\n"
    assert shown in page.codes or not shown.strip("\n")


@given(hostile.texts)
def test_the_same_hostile_text_everywhere(text: str) -> None:
    page = Page(comment(samples.hostile(text)))
    assert not _foreign(page)
    assert not page.loose
    assert page.tags.count("h3") == 1
