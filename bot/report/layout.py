"""Two views of one table laid out alike, so that a diff shows what changed and not how wide a column became.

Comes in: a table before and after in the style of psql's `\\d`. Goes out: the same with common columns and widths.
"""

import re
from dataclasses import dataclass

_RULE = re.compile(r"-+(\+-+)*")
# Of a table that is laid out: a forged view could have columns by the thousand, and each row would become as wide.
_MOST_COLUMNS = 8
_WIDEST = 2_000  # characters of the rule


@dataclass(frozen=True)
class _Grid:
    """Lines above and below the columns, and between them the cells by heading; `rule` are the widths."""

    above: list[str]
    headings: list[str]
    rows: list[dict[str, str]]
    below: list[str]
    rule: dict[str, int]


def alike(before: str, after: str) -> tuple[str, str]:
    """Both texts; unchanged where either is not such a view."""
    old, new = _read(before), _read(after)
    if old is None or new is None:
        return before, after
    headings = list(new.headings)
    for index, heading in enumerate(old.headings):
        if heading not in headings:
            headings.insert(index, heading)
    # The last column may be wider than its rule, and needs no padding.
    widths = {h: max(old.rule.get(h, 0), new.rule.get(h, 0)) for h in headings}
    return _written(old, widths), _written(new, widths)


def _read(view: str) -> _Grid | None:
    lines = view.split("\n")
    at = next((index for index, line in enumerate(lines[:4]) if index and _RULE.fullmatch(line)), None)
    if at is None or lines[at].count("+") >= _MOST_COLUMNS or len(lines[at]) > _WIDEST:
        return None
    widths = [len(dashes) - 2 for dashes in lines[at].split("+")]
    headings = _cells(lines[at - 1], widths)
    end = next((index for index in range(at + 1, len(lines)) if not lines[index].startswith(" ")), len(lines))
    rows = [dict(zip(headings, _cells(line, widths), strict=True)) for line in lines[at + 1 : end]]
    return _Grid(lines[: at - 1], headings, rows, lines[end:], dict(zip(headings, widths, strict=True)))


def _cells(line: str, widths: list[int]) -> list[str]:
    found, start = [], 1
    for width in widths[:-1]:
        found.append(line[start : start + width].strip())
        start += width + 3
    return [*found, line[start:].strip()]


def _written(grid: _Grid, widths: dict[str, int]) -> str:
    return "\n".join(
        [
            *grid.above,
            _row([heading.center(width) for heading, width in widths.items()]),
            "+".join("-" * (width + 2) for width in widths.values()),
            *(_row([row.get(heading, "").ljust(width) for heading, width in widths.items()]) for row in grid.rows),
            *grid.below,
        ]
    )


def _row(cells: list[str]) -> str:
    return f" {' | '.join(cells)}".rstrip()
