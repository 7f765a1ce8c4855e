"""The comment as GitHub's own parser of Markdown sees it."""

import re
from html.parser import HTMLParser

import cmarkgfm
import msgspec
import pytest
from cmarkgfm.cmark import Options

from bot.decisions import decision
from bot.model import Failure, Finding, RoundTrip, Severity, Step, StepError, Where
from bot.report.comment import LIMIT, UNVERIFIED, Reader, comment
from bot.report.views import TableChange, Views
from bot.schema.describe import ColumnCells, Section, TableView
from bot.schema.diagram import Diagram, DiagramColumn, DiagramTable, Link
from tests.support import reports as samples

HOSTILE = [
    "@everyone and @octocat",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/x.png)",
    "[click](https://evil.example)",
    "https://evil.example/path and www.evil.example",
    "_https://evil.example",
    "a.com_www.evil.example 1._http://evil.example",
    "\\|@octocat \\\\|https://evil.example",
    "a\n\n# Heading\n\n- item",
    "```\n</details>\n# out\n```",
    "~~~\n@out",
    "|| a | b |",
    "</details><h1>out</h1>",
    "<!-- migration-bot:0123456789abcdef -->",
    "--> <b>x</b>",
    "#1 and GH-2 and owner/repo#3",
    "a@b.example",
    "`a` ``b`` ```c```",
    "*bold* _it_ ~~gone~~ $x$",
    "\x1b[31m\x00\u202e\u200b",
    "::error::injected",
    "x" * 500,
    "&lt;b&gt; &#64;octocat",
]


class Page(HTMLParser):
    """Tags, and the text that is not code."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.prose = ""
        self.comments: list[str] = []
        self._code = 0
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)
        self._code += tag in ("code", "pre")

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in ("code", "pre")

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.prose += data


def table(*columns: str) -> TableView:
    return TableView(kind="Table", columns=tuple(ColumnCells(name, "integer") for name in columns))


def hostile_views(text: str) -> Views:
    """The same text in every place of the views."""
    view = TableView(kind=text, columns=(ColumnCells(*[text] * 6),), sections=(Section(heading=text, entries=(text,)),))
    column = DiagramColumn(name=text, type=text)
    drawn = DiagramTable(schema=text, name=text, change="new", columns=(column,))
    link = Link(child=(text, text), parent=("", text), columns=(text,))
    change = TableChange(schema=text, name=text, before=table(text), after=view)
    return Views(tables=(change,), diagram=Diagram(tables=(drawn,), links=(link,)), history=(text,))


JOB = TableChange(schema="__reana", name="job", before=table("id"), after=table("id", "started_at"))
DRAWN = DiagramTable(schema="__reana", name="job", change="changed")
VIEWS = {"alembic.ini": Views(tables=(JOB,), diagram=Diagram(tables=(DRAWN,)))}
WRITTEN = {"h3", "h4", "p", "ul", "li", "code", "pre", "table", "thead", "tbody", "tr", "th", "td"}
WRITTEN |= {"details", "summary", "strong", "em", "hr", "sub", "br"}


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_the_project_comes_to_life(text: str) -> None:
    page = Page(comment(samples.hostile(text), {text: hostile_views(text)}))
    assert set(page.tags) <= WRITTEN
    assert not re.search(r"@(?=\w)|#(?=\d)|https?:|www\.", page.prose)
    assert page.tags.count("h3") == 1
    assert page.tags.count("h4") == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_no_control_character_and_no_marker_is_left(text: str) -> None:
    rendered = comment(samples.hostile(text))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", rendered)
    assert not Page(rendered).comments


def test_the_order_is_that_of_a_reader() -> None:
    one = samples.open_question()
    rendered = comment(samples.report(one), VIEWS)
    places = [
        rendered.index(words)
        for words in (
            "not proven yet",
            "**What changes**",
            "**Decisions**",
            "`/migration fill author.country SQL`",
            "<summary>The file, not finished: answer the questions above first",
            "The schema before and after",
            "The round trip",
            "The SQL",
            "mermaid",
        )
    ]
    assert places == sorted(places)
    assert "+ started_at" in rendered


def test_a_file_with_open_questions_is_not_offered_for_commit() -> None:
    rendered = comment(samples.report(samples.open_question()))
    assert "The file, not finished: answer the questions above first: <code>" in rendered
    assert "**The file**" not in rendered
    assert "`/migration commit`" not in rendered


def test_a_local_run_speaks_of_local_means() -> None:
    rendered = comment(msgspec.structs.replace(samples.report(samples.project()), head=None))
    assert "or let `--write` put it" in rendered
    assert "`/migration commit`" not in rendered


def test_a_failure_shows_what_is_wrong() -> None:
    rendered = comment(samples.report(samples.failed()))
    assert rendered.startswith("### ❌ Migration failed: The migration does not lead to what the models declare")
    assert 'relation "x" does not exist' in rendered
    assert rendered.count("started\\_at is missing") == 1
    assert "`models.py:3`" in rendered


def test_of_a_migration_that_has_to_be_mended_notices_wait_and_no_file_is_named_that_nobody_sees() -> None:
    project = samples.mended()
    second = msgspec.structs.replace(project.migrations[0], path="versions/second.py", origin="generated")
    kinds: list[tuple[str, Severity]] = [("no-lock-timeout", "notice"), ("not-tried", "warning")]
    found = [
        Finding(
            code=code, severity=severity, title=code, detail="", advice="Do it.", where=Where(path=second.path, line=3)
        )
        for code, severity in kinds
    ]
    changed = msgspec.structs.replace(
        project, migrations=[*project.migrations, second], findings=[*project.findings, *found]
    )
    body = comment(samples.report(changed))
    shown, _, folded = body.partition("<details>")
    assert "⚠️ not-tried _Do it._" in shown
    assert "no-lock-timeout" not in shown
    assert "**no-lock-timeout**  _Do it._" in folded
    assert second.path not in body


def test_lines_that_wait_for_an_answer_are_not_called_right() -> None:
    project = msgspec.structs.replace(samples.mended(), decisions=samples.open_question().decisions)
    body = comment(samples.report(project))
    assert "**With these lines, and an answer to the question below, it would be right:**" in body
    assert "**With these lines it would be right:**" in comment(samples.report(samples.mended()))


def test_a_long_diff_does_not_hide_the_question_below_it() -> None:
    mended = samples.mended()
    long = [
        msgspec.structs.replace(finding, detail=finding.detail + "+    pass\n" * 20 * (finding.code == "mended"))
        for finding in mended.findings
    ]
    asked = msgspec.structs.replace(mended, findings=long, decisions=samples.open_question().decisions)
    body = comment(samples.report(asked))
    assert "<summary><b>With these lines, and an answer to the question below, it would be right</b></summary>" in body
    alone = comment(samples.report(msgspec.structs.replace(mended, findings=long)))
    assert "+    pass" in alone.partition("<details>")[0]


def test_of_many_questions_a_screen_has_some_and_the_title_how_many() -> None:
    """Before: seven of them made a comment of 1,174 pixels, with three lines of a title."""
    asked = [decision("fill", f"t.c{n}", f"What do rows get in `t.c{n}`?", "open") for n in range(7)]
    body = comment(samples.report(samples.project("warning", decisions=asked)))
    assert "### ⚠️ Migration not proven yet: 7 questions to you\n" in body
    seen, _, folded = body.partition("<details><summary><b>3 more to answer or to confirm</b></summary>")
    assert [f"t.c{n}" in seen for n in range(7)] == [True] * 4 + [False] * 3
    parsed = cmarkgfm.github_flavored_markdown_to_html(folded.partition("</details>")[0])
    assert parsed.count("<li>") == 3
    few = comment(samples.report(samples.project("warning", decisions=asked[:2])))
    assert "2 questions to you (t.c0, t.c1)\n" in few


def test_notices_on_locks_wait_behind_the_line_on_deployment_which_has_their_advice() -> None:
    project = samples.two_questions()
    shown, _, folded = comment(samples.report(project)).partition("<details>")
    assert "while their rows are read _`/migration safer` writes it in steps._ (2 more below)" in shown
    for finding in project.findings:
        assert (finding.title in shown) == (finding.code == "data-dropped")
        assert finding.title in shown + folded
    without = msgspec.structs.replace(project, deploy=None)
    assert "keeps readers and writers out" in comment(samples.report(without)).partition("<details>")[0]


def test_words_that_two_questions_share_are_said_once() -> None:
    body = comment(samples.report(samples.two_questions()))
    assert body.count("With an expression for `SQL`:") == 1
    assert "what becomes of them?** `/migration using order.quantity SQL`" in body.replace("  ", " ")


def test_beside_lines_that_mend_there_is_no_advice_in_words() -> None:
    project = samples.mended()
    stops = Finding(
        code="stopped-by-rows", severity="error", title="It stops", detail="No value\nSQL: ALTER …", advice="Fill it."
    )
    waits = Finding(code="proven-without-rows", severity="warning", title="Empty tables only", detail="")
    found = [stops, waits, *project.findings]
    shown, _, folded = comment(samples.report(msgspec.structs.replace(project, findings=found))).partition("<details>")
    assert "- ❌ No value\n" in shown
    assert "Fill it." not in shown
    assert "Empty tables only" in folded
    assert "Empty tables only" not in shown


def test_an_error_shows_what_to_do() -> None:
    rendered = comment(samples.report(samples.without_verdict()))
    assert "no verdict: sqlalchemyy cannot be installed" in rendered
    assert "**What to do:** Check its name." in rendered


def test_what_stopped_claims_nothing_about_rows_and_offers_no_commit() -> None:
    rendered = comment(samples.report(samples.failed()))
    assert "There were 7 rows in 1 table." in rendered
    assert "none was lost" not in rendered
    assert "`/migration commit` does not take it" in rendered


@pytest.mark.parametrize("message", ["", "\n", " \n\n "])
def test_an_error_without_words_is_told_all_the_same(message: str) -> None:
    failure = Failure(kind="install", message=message)
    assert "no verdict: the check stopped" in comment(samples.report(samples.project("error", error=failure)))
    broken = Step(name="upgrade", ok=False, seconds=0.1, error=StepError(type="DataError", message=message))
    one = samples.project("failed", round_trip=samples.round_trip(steps=[broken]))
    assert "the upgrade stops: DataError" in comment(samples.report(one))


def test_a_long_message_is_a_short_headline_and_told_below() -> None:
    failure = Failure(kind="project", message="x" * 500 + "\nLINE 1")
    lines = comment(samples.report(samples.project("error", error=failure))).splitlines()
    assert len(lines[0]) < 200
    assert "LINE 1" in lines


def test_several_environments_have_an_overview() -> None:
    rendered = comment(samples.report(samples.project(), samples.failed()))
    assert "2 Alembic environments: 1 proven and 1 failed" in rendered
    assert "| ✅ | `alembic.ini` |" in rendered


def test_unchanged_is_short() -> None:
    bare = samples.project("unchanged", migrations=[], declared=[], round_trip=RoundTrip())
    assert len(comment(samples.report(bare))) < 600


def test_an_empty_report_says_that_there_was_nothing_to_do() -> None:
    assert "nothing to do" in comment(samples.report())


@pytest.mark.parametrize("count", [1, 30, 400])
@pytest.mark.parametrize("length", [100, 20_000, 200_000])
def test_the_comment_always_fits_and_every_fence_closes(count: int, length: int) -> None:
    line = "op.execute('```')\n"
    one = samples.project(
        "failed",
        migrations=[samples.migration(source=line * (length // len(line))) for _ in range(min(count, 3))],
        findings=samples.failed().findings * count,
        residual=[samples.ADDED] * count,
        drift=[samples.ADDED] * count,
    )
    rendered = comment(samples.report(*[one] * min(count, 3)))
    assert len(rendered.encode()) < LIMIT
    assert set(Page(rendered).tags) <= WRITTEN
    if length * count > LIMIT:
        assert "left out" in rendered or "too long for a comment" in rendered


@pytest.mark.parametrize("count", [1, 150, 1_000])
def test_what_a_verdict_is_worth_is_said_however_long_the_report_is(count: int) -> None:
    projects = [msgspec.structs.replace(samples.project(), config=f"{number}/{'x' * 190}") for number in range(count)]
    rendered = comment(samples.report(*projects), reader=Reader(fork=True, unverified=True))
    assert len(rendered.encode()) < LIMIT
    assert UNVERIFIED in rendered


@pytest.mark.parametrize(("source", "place"), [("x = 1\n", "from below"), ("ж" * LIMIT, "from the job's summary")])
def test_the_file_is_where_the_comment_says(source: str, place: str) -> None:
    rendered = comment(samples.report(samples.project(migrations=[samples.migration(source=source)])))
    assert f"or copy it {place}." in rendered
    assert ("<summary>The file" in rendered) == (place == "from below")


def test_a_conflict_stands_at_the_top_and_once() -> None:
    told = "Head conflicts with main (in <b>.py): it is examined alone, against a1b2, where it left"
    found = [Finding(code="merge-conflict", severity="notice", title=told, detail="")]
    body = comment(samples.report(samples.project(findings=found), samples.project(config="b.ini", findings=found)))
    _, line, *_ = filter(None, body.splitlines())
    assert line.startswith("⚠️ Head conflicts with main (in ")
    assert "<b>" not in body
    assert body.count("it is examined alone") == 1


def test_advice_that_two_notices_share_is_given_once() -> None:
    found = [
        Finding(code="a", severity="notice", title=f"the {number}. is slow", detail="", advice="Do it at night.")
        for number in (1, 2)
    ]
    body = comment(samples.report(samples.project(findings=found))).partition("<details>")[0]
    assert body.count("is slow") == 2
    assert body.count("Do it at night.") == 1
