"""Seconds by what was done: counted once each, whatever lies in what, and whoever does it."""

import pytest

from bot.report.trace import trace
from bot.system.timing import OTHER, TOTAL, Clock, Threads, span


def _named(clock: Clock) -> list[str]:
    return [found.name for found in clock.spans]


def test_a_span_within_another_is_not_counted_twice() -> None:
    with Clock("shop").running() as clock, span("outer"):
        with span("inner"):
            pass
        with span("inner"):
            pass
    seconds = clock.seconds()
    assert set(seconds) == {"outer", "inner", OTHER, TOTAL}
    assert sum(seconds.values()) - seconds[TOTAL] == pytest.approx(seconds[TOTAL], abs=0.002)
    assert _named(clock) == ["inner", "inner", "outer"]
    assert all(clock.spans[2].started <= each.started <= each.ended <= clock.spans[2].ended for each in clock.spans)


def test_threads_work_for_the_clock_of_whoever_gives_them_work() -> None:
    with Clock("shop").running() as clock, Threads(1) as pool:
        pool.submit(span("elsewhere")(lambda: None)).result()
        assert pool.submit(lambda text: text * 2, "ab").result() == "abab"
    assert _named(clock) == ["elsewhere"]
    assert "elsewhere" not in clock.seconds()  # somebody waited for it, in a span of their own or in none


def test_a_clock_within_another_has_its_own_time() -> None:
    with Clock("").running() as run:
        with Clock("shop", run.spans).running() as shop, span("read"):
            pass
        with span("write"):
            pass
    assert set(shop.seconds()) == {"read", OTHER, TOTAL}
    assert "read" not in run.seconds()
    assert [(found.track, found.name) for found in run.spans] == [("shop", "read"), ("", "write")]


def test_a_span_that_fails_is_counted_and_fails() -> None:
    with pytest.raises(KeyError), Clock("shop").running() as clock, span("broken"):
        raise KeyError
    assert "broken" in clock.seconds()


def test_outside_of_a_clock_a_span_is_nothing() -> None:
    with span("nobody asks"):
        pass
    assert trace([]).startswith(b'{"displayTimeUnit"')
