"""A table before and after in the style of psql's `\\d`.

In: a `TableChange`, from anybody. Out: lines of plain text, not escaped. Both sides have the same columns and widths,
so that a diff of them shows what changed and not how wide a column became.
"""

import re
from collections.abc import Sequence

from bot.report.text import visible
from bot.report.views import TableChange
from bot.schema.describe import ColumnCells, TableView

_HEADINGS = ColumnCells("Column", "Type", "Collation", "Nullable", "Default", "Description")
_ALWAYS = (0, 1, 3, 4)  # a collation that nobody chose and a missing description would only take room
_WIDEST = 60  # characters that a column of text is padded to: a long default must not draw a long line
_MOST = 1_600  # PostgreSQL has no table with more columns
_BREAK = r"\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029"
_BREAKS = re.compile(rf"(?<!\s)[^\S{_BREAK}]*[{_BREAK}]\s*")

HEAD = 3  # lines above the columns: without them, nobody could read those


def before_and_after(change: TableChange) -> tuple[list[str], list[str]]:
    """The lines of both sides; none where the table does not exist."""
    sides = [side for side in (change.before, change.after) if side is not None]
    rows = {id(side): [[line(cell) for cell in cells] for cells in side.columns[:_MOST]] for side in sides}
    all_rows = [row for found in rows.values() for row in found]
    shown = [i for i in range(len(_HEADINGS)) if i in _ALWAYS or any(row[i] for row in all_rows)]
    widths = {i: max(len(_HEADINGS[i]), *(min(len(row[i]), _WIDEST) for row in all_rows), 0) for i in shown}
    title = f'"{line(change.schema)}.{line(change.name)}"'
    before, after = (
        [] if side is None else _lines(side, title, rows[id(side)], widths) for side in (change.before, change.after)
    )
    return before, after


def _lines(view: TableView, title: str, rows: list[list[str]], widths: dict[int, int]) -> list[str]:
    lines = [
        f"{line(view.kind)} {title}",
        _row([_HEADINGS[i].center(width) for i, width in widths.items()]),
        "+".join("-" * (width + 2) for width in widths.values()),
        *(_row([row[i].ljust(width) for i, width in widths.items()]) for row in rows),
    ]
    for section in view.sections:
        heading = line(section.heading)
        lines += [f"{heading}:", *(f"    {line(entry)}" for entry in section.entries)] if section.entries else [heading]
    return lines


def _row(cells: Sequence[str]) -> str:
    return f" {' | '.join(cells)}".rstrip()


def line(text: str) -> str:
    """The text on one line, with characters that could hide or move others made visible."""
    return visible(_BREAKS.sub(" ", text))
