"""What is told of the parameters of a statement."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.project.worker.sent_values import LONGEST, MOST_SETS, MOST_VALUES, listed


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"a": "x", "b": 1}, [{"a": "x", "b": "1"}]),
        (("x", None, True), [["x", None, "True"]]),
        ([("x",), ("y",)], [["x"], ["y"]]),
        ([{"a": 1}, {"a": 2}], [{"a": "1"}, {"a": "2"}]),
        ([Decimal("1.50"), date(2020, 1, 2), datetime(2020, 1, 2, 3)], [["1.50", "2020-01-02", "2020-01-02 03:00:00"]]),
        (["x" * LONGEST, "x" * (LONGEST + 1), b"x", object(), 2**70], [["x" * LONGEST, None, None, None, None]]),
        (None, []),
        ((), []),
        ({}, []),
        ("text", []),
        (dict.fromkeys(map(str, range(MOST_VALUES + 1)), 1), []),
        ([(number,) for number in range(MOST_SETS + 5)], [[str(number)] for number in range(MOST_SETS)]),
    ],
)
def test_plain_values_of_some_sets(parameters: Any, told: list[Any]) -> None:
    assert listed(parameters) == told
