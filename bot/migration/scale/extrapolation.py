"""From a few measurements to a time with more rows: a range, never one number. Pure.

In: seconds of the same statements with few, more and many rows. Out: seconds with as many as there are, low and high.
What a statement does is taken to grow with the rows, or a little more than they do, as sorting does.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.migration.trace.replay import StatementFacts
from bot.project.client.client import RanStatement

# Measured again, the same takes up to so much less or more (docs/deploying.md has what was seen).
_LESS, _MORE = 0.7, 1.4
MILLION = 1_000_000

# The same statement in another run: revision, line, and the text, whatever its numbers.
Same = tuple[str, int | None, str]


@dataclass(frozen=True)
class Foretold:
    """`seconds` were measured, one for each number of rows; `per_million` is what a million more rows take."""

    sql: str
    line: int | None
    seconds: tuple[float, ...]
    per_million: float
    low: float
    high: float


def same(statement: RanStatement | StatementFacts) -> Same:
    """Steps of a loop are one statement: a backfill page by page has the more of them the more rows there are."""
    return statement.revision, statement.line, re.sub(r"\d+", "0", statement.sql)


def foretell(rows: Sequence[int], runs: Sequence[Iterable[RanStatement]], wanted: int) -> dict[Same, Foretold]:
    """One for each statement of the last run; `rows` are those of each run, ascending."""
    spent: defaultdict[Same, list[float]] = defaultdict(lambda: [0.0] * len(runs))
    shown: dict[Same, RanStatement] = {}
    for number, run in enumerate(runs):
        for statement in run:
            shown.setdefault(same(statement), statement)
            spent[same(statement)][number] += statement.seconds if math.isfinite(statement.seconds) else 0.0
    return {key: _foretold(shown[key], rows, seconds, wanted) for key, seconds in spent.items() if seconds[-1]}


def _foretold(statement: RanStatement, rows: Sequence[int], seconds: Sequence[float], wanted: int) -> Foretold:
    last, more = seconds[-1], max(wanted - rows[-1], 0)
    slopes = [
        max((last - before) / (rows[-1] - count), 0.0)
        for count, before in zip(rows[:-1], seconds[:-1], strict=True)
        if count < rows[-1]
    ]
    slopes = slopes or [last / rows[-1]]
    # Of two slopes, a brief statement's one may be nothing by chance: it is not taken for half as much as both.
    gentle, steep = max(min(slopes), sum(slopes) / len(slopes) / 2), max(slopes)
    sorting = math.log(max(wanted, 2)) / math.log(max(rows[-1], 2)) if more else 1.0
    return Foretold(
        sql=statement.sql,
        line=statement.line,
        seconds=tuple(seconds),
        per_million=(gentle + steep) / 2 * MILLION,
        low=(last + more * gentle) * _LESS,
        high=(last + more * steep * sorting) * _MORE,
    )
