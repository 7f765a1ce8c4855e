"""Reports of the size that `publish` accepts, made to be slow: they are shown all the same, and shortened."""

import msgspec
import pytest

from bot.model import Difference, Finding
from bot.report.comment import LIMIT, comment
from bot.report.table_text import before_and_after
from bot.report.text import code, inline, prose
from bot.report.views import TableChange, Views
from bot.schema.describe import ColumnCells, TableView
from tests.support import reports as samples

MIRRORED = [str(number % 397) for number in range(40_000)]


def test_long_definitions_are_not_compared_line_by_line() -> None:
    view = Difference(
        kind="view",
        schema="public",
        parent="",
        name="v",
        action="changed",
        before={"definition": "\n".join(MIRRORED)},
        after={"definition": "\n".join(reversed(MIRRORED))},
    )
    assert len(comment(samples.report(samples.project(declared=[view])))) < LIMIT


@pytest.mark.parametrize(("columns", "width"), [(100_000, 10), (1_000, 10_000)])
def test_a_forged_table_is_not_padded_without_end(columns: int, width: int) -> None:
    forged = TableView(kind="Table", columns=(ColumnCells("x" * width, "x"), *[ColumnCells("a", "b")] * columns))
    change = TableChange(schema="public", name="a", before=None, after=forged)
    assert sum(map(len, before_and_after(change)[1])) < 1_000_000
    views = {"alembic.ini": Views(tables=(change,))}
    assert len(comment(samples.report(samples.project()), views)) < LIMIT


@pytest.mark.parametrize("piece", ["x`", "`", "@", "\\", "a ", "\x1b", "&"])
def test_a_line_that_would_fill_the_comment_is_cut(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    assert max(len(inline(text)), len(prose(text)), len(code(text))) < 200_000
    finding = Finding(code="a", severity="error", title=text, detail=text, advice=text)
    one = samples.project("failed", findings=[finding], migrations=[samples.migration(source=text)])
    assert len(comment(samples.report(one))) < LIMIT


def test_many_of_everything_are_counted() -> None:
    one = msgspec.structs.replace(samples.failed(), declared=[samples.ADDED] * 20_000, drift=[samples.ADDED] * 20_000)
    assert len(comment(samples.report(*[one] * 5))) < LIMIT
