"""What the tables of a round trip held, in words."""

import pytest

from bot.model import Rows
from bot.report.headline import rows_in_words


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (Rows(), "on tables without rows"),
        (Rows(tables=1, inserted=1), "with 1 row in 1 table"),
        (Rows(tables=3, inserted=31, breaking=9), "with 31 rows in 3 tables, 9 of them made to break what is new"),
        (Rows(tables=2, inserted=8, given=5), "with 8 rows in 2 tables, besides 5 of yours"),
        (Rows(tables=2, inserted=8, far=1), "with 8 rows in 2 tables, few or none in 1 table far from the change"),
        (Rows(tables=2, inserted=8, far=40), "with 8 rows in 2 tables, few or none in 40 tables far from the change"),
    ],
)
def test_rows_in_words(rows: Rows, said: str) -> None:
    assert rows_in_words(rows) == said
