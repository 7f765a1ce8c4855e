"""Moments at the ends of what a field of a date or a time can be: a Sunday is 0, or 7, and Saturday is 6.

Pure. In: SQL, and calls of Python. Out: values for the columns that a field is taken from.
"""

import re
from collections.abc import Iterator

_FIELD = re.compile(
    r"\bextract\(\s*(\w+)\s+from\s+(?:\w+\.)?(\w+)|\bdate_part\(\s*'(\w+)'\s*,\s*(?:\w+\.)?(\w+)", re.IGNORECASE
)
_WEEK = ("2024-06-02", "2024-06-03", "2024-06-08")
_YEARS = ("2021-01-01", "2024-12-30")  # around New Year, a week belongs to another year
_ENDS = {
    "dow": _WEEK,
    "isodow": _WEEK,
    "day": ("2024-01-01", "2024-01-31"),
    "week": _YEARS,
    "month": ("2024-01-31", "2024-12-31"),
    "quarter": ("2024-01-01", "2024-12-31"),
    "doy": ("2023-01-01", "2024-12-31"),
    "year": _YEARS,
    "isoyear": _YEARS,
    "hour": ("2024-06-02 00:30", "2024-06-02 23:30"),
    "minute": ("2024-06-02 12:00", "2024-06-02 12:59"),
}
_CALLS = {"weekday": "dow", "isoweekday": "dow", "isocalendar": "week"}


def in_sql(text: str) -> Iterator[tuple[str, str]]:
    """The columns that a field is taken from, each with its moments."""
    for field, column, part, argument in _FIELD.findall(text):
        for moment in _ENDS.get((field or part).lower(), ()):
            yield (column or argument).lower(), moment


def of_call(name: str) -> tuple[str, ...]:
    """The moments for what `name` is called on in Python: `row.day.weekday()`."""
    return _ENDS.get(_CALLS.get(name, ""), ())
