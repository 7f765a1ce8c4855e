"""How long the upgrade takes with many rows, in words.

In: the times of a report. Out: plain text, not escaped.
"""

from collections.abc import Iterator

from bot.model import Seconds, Times
from bot.report.text import first_line, shortened

_MOST = 5  # statements, or tables, that are listed one by one
_SHARE = 0.02  # of the whole time: less is not worth a line
_SQL = 80  # characters of a statement


def how_long(times: Times) -> tuple[str, ...]:
    """The answer in one line, then what it is made of; nothing where nothing was asked."""
    if times.foretold is None:
        return (f"not known: the upgrade stops {times.stopped}", *_limited(times)) if times.stopped else ()
    largest = next((size.table for size in times.tables if size.rows == times.rows), "")
    rows = f"{times.rows:,} rows" + (f" in {largest}" if largest else "")
    return (f"{seconds(times.foretold)} with {rows}{_measured(times)}", *_statements(times), *_limited(times))


def seconds(found: Seconds) -> str:
    """A range as people say it."""
    if found.high < 1:
        return "less than a second"
    low, high = _rounded(found.low), _rounded(found.high)
    if found.high < 300:
        return f"{low} to {high} s"
    return f"{_rounded(found.low / 60)} to {_rounded(found.high / 60)} min"


def _rounded(number: float) -> str:
    """Two digits are more than enough of a guess."""
    return f"{number:.1f}" if number < 10 else f"{float(f'{number:.2g}'):,.0f}"


def _measured(times: Times) -> str:
    """What it was made of, if that was fewer rows."""
    most = max(times.measured, default=0)
    return f", foretold from {most:,} here" if most < times.rows else ", measured here"


def _statements(times: Times) -> Iterator[str]:
    """Those that take the most of it."""
    whole = times.foretold.high if times.foretold else 0.0
    for statement in times.statements[:_MOST]:
        if statement.foretold.high >= max(whole * _SHARE, 0.01):
            line = f"line {statement.line}: " if statement.line else ""
            more = f", {_rounded(statement.per_million)} s for each million rows more"
            yield f"{line}{seconds(statement.foretold)}{more}: {shortened(first_line(statement.sql), _SQL)}"


def _limited(times: Times) -> Iterator[str]:
    if times.stopped and times.foretold is not None:
        yield f"the upgrade stops {times.stopped}"
    for size in [size for size in times.tables if size.limited][:_MOST]:
        yield f"{size.table} had {size.measured:,} rows only: more could not be made of those that it takes"
