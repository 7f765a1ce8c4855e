"""Two ways to the same thing, timed in turn: seconds of both, and their ratio pair by pair, as medians."""

import statistics
from collections.abc import Sequence


def show(one: str, other: str, pairs: Sequence[tuple[float, float]]) -> None:
    """Print the figures; `pairs` are seconds of one and of the other."""
    columns = {
        f"{one}, s": [pair[0] for pair in pairs],
        f"{other}, s": [pair[1] for pair in pairs],
        "ratio, pair by pair": [pair[0] / pair[1] for pair in pairs],
    }
    width = max(map(len, columns))
    for name, found in columns.items():
        print(f"{name:{width}}  {statistics.median(found):.2f}  (min {min(found):.2f}, max {max(found):.2f})")
