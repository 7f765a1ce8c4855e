"""Times with many rows, from those with fewer."""

import math

import pytest

from bot.migration.scale.extrapolation import Foretold, foretell, same
from bot.project.client.client import RanStatement


def sent(sql: str, seconds: float, line: int = 7) -> RanStatement:
    return RanStatement(revision="b2", sql=sql, line=line, seconds=seconds)


def one(rows: list[int], seconds: list[float], wanted: int) -> Foretold:
    runs = [[sent("CREATE INDEX i ON t (c)", spent)] for spent in seconds]
    (found,) = foretell(rows, runs, wanted).values()
    return found


def test_what_grows_with_the_rows_is_foretold_as_a_range_around_it() -> None:
    found = one([250_000, 500_000, 1_000_000], [0.5, 1.0, 2.0], 10_000_000)
    assert found.per_million == pytest.approx(2.0)
    assert found.low < 20 < found.high
    assert found.high / found.low < 4
    assert math.sqrt(found.low * found.high) == pytest.approx(20, rel=0.2)


def test_what_does_not_grow_stays_as_it_is() -> None:
    found = one([250, 500, 1_000], [0.01, 0.01, 0.01], 1_000_000)
    assert found.per_million == 0
    assert found.low < 0.01 < found.high < 0.02


def test_what_costs_much_at_the_beginning_does_not_make_it_steeper() -> None:
    found = one([250_000, 500_000, 1_000_000], [5.25, 5.5, 6.0], 11_000_000)
    assert found.low < 16 < found.high
    assert found.per_million == pytest.approx(1.0)


def test_what_was_measured_in_full_is_not_stretched() -> None:
    found = one([25, 50, 100], [1.0, 2.0, 4.0], 100)
    assert found.low == pytest.approx(2.8)
    assert found.high == pytest.approx(5.6)


def test_a_time_that_falls_with_the_rows_is_none_that_goes_on_falling() -> None:
    assert one([25, 50, 100], [3.0, 2.0, 1.0], 1_000_000).low > 0.5


def test_the_turns_of_a_loop_are_one_statement() -> None:
    pages = [[sent(f"UPDATE t SET c = 1 WHERE id BETWEEN {i} AND {i + 9}", 0.1) for i in range(n)] for n in (1, 2, 4)]
    (found,) = foretell([10, 20, 40], pages, 400).values()
    assert found.seconds == pytest.approx((0.1, 0.2, 0.4))
    assert found.low < 4 < found.high


def test_statements_of_one_line_are_told_apart_by_what_they_say() -> None:
    run = [sent("ALTER TABLE a ADD x int", 1.0), sent("ALTER TABLE b ADD x int", 2.0)]
    assert [found.seconds for found in foretell([10], [run], 10).values()] == [(1.0,), (2.0,)]
    assert same(run[0]) != same(run[1])


def test_no_time_is_none() -> None:
    """The seconds come from a process that runs the project's code."""
    assert foretell([10], [[sent("SELECT 1", math.nan), sent("SELECT 2", math.inf)]], 10) == {}


def test_a_slope_that_is_nothing_by_chance_is_not_believed() -> None:
    found = one([25_000, 50_000, 100_000], [0.002, 0.009, 0.009], 10_000_000)
    assert found.low > 0.1
    assert found.high < 2
