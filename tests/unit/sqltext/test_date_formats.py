"""Patterns of dates and times whose letters do not go together."""

import pytest

from bot.sqltext.date_formats import in_sql, of_python

RIGHT = [
    *("HH24:MI", "HH24:MI:SS.MS", "HH12:MI AM", "HH:MI p.m.", "YYYY-MM-DD HH24:MI:SS TZH", "IYYY-IW", 'IYYY-"W"IW-ID'),
    *(
        "YYYY-MM",
        "DD Mon YYYY",
        "FMMonth",
        "YYYYMMDD",
        "HH24MISS",
        "YYYY-Q",
        "999D99",
        "FM0000",
        "",
        'YYYY"IW"',
        "MI:SS",
    ),
]


@pytest.mark.parametrize("pattern", RIGHT)
def test_right_ones(pattern: str) -> None:
    assert list(in_sql(f"UPDATE t SET a = to_char(at, '{pattern}')")) == []


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("HH24:MM", "month"),
        ("YYYY-MM-DD HH24:MM:SS", "month"),
        ("HH:MI", "twelve"),
        ("hh12:mi", "twelve"),
        ("YYYY-MM-DD HH:MI:SS", "twelve"),
        ("YYYY-IW", "ISO week"),
        ("IYYY-MM", "year of the ISO week"),
        ("IYYY-WW", "year of the ISO week"),
        ("MI", "minutes"),
        ("YYYY-MI-DD", "minutes"),
    ],
)
def test_wrong_ones(pattern: str, said: str) -> None:
    ((found, why),) = in_sql(f"UPDATE t SET a = to_timestamp(lower(b), '{pattern}'), c = 'HH24:MM'")
    assert found == pattern
    assert said in why


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("%H:%M", ""),
        ("%Y-%m-%d %H:%M:%S", ""),
        ("%I:%M %p", ""),
        ("%G-W%V", ""),
        ("%-d %B %Y", ""),
        ("%M:%S", ""),
        ("%H:%m", "month"),
        ("%Y-%M-%d", "minutes"),
        ("%I:%M", "twelve"),
        ("%Y-W%V", "ISO week"),
        ("%G-%m", "year of the ISO week"),
    ],
)
def test_of_python(pattern: str, said: str) -> None:
    assert bool(of_python(pattern)) is bool(said)
    assert said in of_python(pattern)
