"""Which row of a table is which row of it later on.

Pure. In: the rows before and after, the columns that both have, and keys. Out: pairs of positions, the rows that
are gone and those that came. Rows are known by a key where one survives, else by their likeness.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.migration.proof.rows import Row, TableRows

Pairs = Sequence[tuple[str, str]]  # a column's name before and after

_MOST_COMPARED = 40_000  # pairs of rows whose likeness is looked at


@dataclass(frozen=True)
class Matching:
    """Positions of rows: the same row before and after, rows that are gone, rows that came."""

    same: tuple[tuple[int, int], ...]
    gone: tuple[int, ...]
    came: tuple[int, ...]


def match(
    before: TableRows,
    after: TableRows,
    pairs: Pairs,
    keys: Sequence[frozenset[str]],
    retyped: Collection[str] = frozenset(),
) -> Matching:
    """Find each row of `before` in `after`; `keys` are sets of old columns that identify a row.

    Of rows whose key has `retyped` columns, whose values may be written in another way now, the rest is known by what
    the server writes, then by likeness: what became of a value, others have to judge.
    """
    best: dict[int, int] = {}
    by: Pairs = ()
    for key in keys:
        named = [pair for pair in pairs if pair[0] in key]
        if len(named) < len(key):
            continue
        found = _by_key(_projected(before, [old for old, _ in named]), _projected(after, [new for _, new in named]))
        if len(found) > len(best):
            best, by = found, named
    if not best:
        best = _by_likeness(_projected(before, [old for old, _ in pairs]), _projected(after, [new for _, new in pairs]))
    elif any(old in retyped for old, _ in by):
        best |= _rest(best, before, after, by, written=True)
        best |= _rest(best, before, after, pairs, written=False)
    there = set(best.values())
    return Matching(
        tuple(sorted(best.items())),
        tuple(position for position in range(len(before.rows)) if position not in best),
        tuple(position for position in range(len(after.rows)) if position not in there),
    )


def _rest(found: dict[int, int], before: TableRows, after: TableRows, pairs: Pairs, *, written: bool) -> dict[int, int]:
    """The rows that were not found yet: by a key as the server writes it, or by likeness."""
    there = set(found.values())
    left = [position for position in range(len(before.rows)) if position not in found]
    right = [position for position in range(len(after.rows)) if position not in there]
    one = _projected(before, [old for old, _ in pairs], written=written)
    other = _projected(after, [new for _, new in pairs], written=written)
    known = (_by_key if written else _by_likeness)([one[p] for p in left], [other[p] for p in right])
    return {left[old]: right[new] for old, new in known.items()}


def _projected(rows: TableRows, columns: list[str], *, written: bool = False) -> list[Row]:
    positions = [rows.columns.index(column) for column in columns]
    return [tuple(row[position] for position in positions) for row in (rows.rows if written else rows.canonical)]


def _by_key(before: list[Row], after: list[Row]) -> dict[int, int]:
    """Rows with the same key, as far as that is one on both sides."""
    counts = Counter(before), Counter(after)
    places = {row: position for position, row in enumerate(after) if counts[1][row] == 1}
    return {position: places[row] for position, row in enumerate(before) if row in places and counts[0][row] == 1}


def _by_likeness(before: list[Row], after: list[Row]) -> dict[int, int]:
    """Rows that are alike as a whole, then those that have the most in common."""
    places: dict[Row, list[int]] = defaultdict(list)
    for position, row in enumerate(after):
        places[row].append(position)
    found = {}
    for position, row in enumerate(before):
        if places[row]:
            found[position] = places[row].pop(0)
    taken = set(found.values())
    left = [position for position in range(len(before)) if position not in found]
    right = [position for position in range(len(after)) if position not in taken]
    if len(left) * len(right) > _MOST_COMPARED:
        return {**found, **dict(zip(left, right, strict=False))}
    alike = sorted((-_common(before[one], after[other]), one, other) for one in left for other in right)
    for _, one, other in alike:
        if one not in found and other not in taken:
            found[one] = other
            taken.add(other)
    return found


def _common(one: Row, other: Row) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))
