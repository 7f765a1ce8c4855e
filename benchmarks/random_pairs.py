"""The bot on random pairs of schemas, judged by `pg_dump` and by rows: never a crash, never a false green.

Comes in: how many pairs, and a seed. Goes out: a line for each pair that is no plain success, and the figures.
Exits with 1 on a false green or a crash.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from benchmarks.pairs.changes import changed
from benchmarks.pairs.schemas import schemas
from benchmarks.pairs.shape import Schema
from benchmarks.pairs.source import source
from tests.oracle.cases import Case, ExpectedData
from tests.oracle.runner import CaseResult, Runner, opened, try_case

# `warned`: it goes up and down, but rows stand in the way; `failed`: the bot says that it could not.
WORDS = ("proven", "asked", "warned", "failed", "false green", "crash", "invalid")


@dataclass(frozen=True)
class Pair:
    """The text of `models.py`, before and after; `filled` are columns whose own default takes the place of NULL."""

    old: str
    new: str
    filled: frozenset[str] = frozenset()


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """A schema, and what some changes make of it."""
    old = draw(schemas())
    new = changed(draw, old)
    return Pair(source(old), source(new), frozenset(_filled(old, new)))


def _filled(old: Schema, new: Schema) -> Iterator[str]:
    for table in old.tables:
        after = new.table(table.number)
        if after is None:
            continue
        required = {c.name for c in after.columns if c.default and (not c.nullable or c.name in after.primary)}
        yield from (f"{table.path}.{column.name}" for column in table.columns if column.name in required)


def made(count: int, number: int) -> list[Pair]:
    """So many pairs, the same ones for the same seed; each is drawn by itself, as those of one run resemble another."""
    return [drawn(f"{number}-{each}") for each in range(count)]


def drawn(word: str) -> Pair:
    """The pair that belongs to a word."""
    found: list[Pair] = []

    @seed(word)
    @settings(max_examples=5, phases=[Phase.generate], database=None, suppress_health_check=[*HealthCheck])
    @given(pairs())
    def collect(pair: Pair) -> None:
        found.append(pair)

    collect()  # the first one is always the simplest there is
    return next((pair for pair in reversed(found) if pair.old != pair.new), found[-1])


def case(pair: Pair, path: Path) -> Case:
    """A case for the oracle; its `ExpectedData` says that what has the same name is the same."""
    for side, text in (("old", pair.old), ("new", pair.new)):
        (path / side).mkdir(parents=True)
        (path / side / "models.py").write_text(text, encoding="utf-8")
    meant = ExpectedData({}, {}, {}, frozenset(), pair.filled)
    return Case(path, path.name, "random", "hard", (), {}, meant, False, "any", (), (), {}, ())


def tried(runner: Runner, pair: Pair, name: str) -> tuple[str, CaseResult]:
    """One of `WORDS` for a pair, with the oracle's result."""
    result = try_case(runner, case(pair, runner.out / "cases" / name))
    if result.word == "false green":
        return "false green", result
    if result.word == "broken":
        return ("invalid" if result.why.startswith("the case itself") else "crash"), result
    if result.status in ("proven", "unchanged"):
        return "proven", result
    if result.word == "asks":
        return "asked", result
    return ("warned" if result.status == "warning" else "failed"), result


def main() -> int:
    """Make the pairs and run them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, action="append", help="numbers of pairs")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, help="folder that keeps models, reports and files")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pairs-") as folder:
        out = (options.out or Path(folder)).resolve()
        out.mkdir(parents=True, exist_ok=True)
        chosen = [(n, pair) for n, pair in enumerate(made(options.pairs, options.seed)) if n in (options.only or [n])]
        counts = Counter(_run(out, chosen, options.jobs))
    print(f"{sum(counts.values())} pairs, seed {options.seed}: " + ", ".join(f"{counts[w]} {w}" for w in WORDS))
    return int(bool(counts["false green"] or counts["crash"]))


def _run(out: Path, chosen: list[tuple[int, Pair]], jobs: int) -> Iterator[str]:
    with opened(out, Path(sys.prefix), compare=False) as runner, ThreadPoolExecutor(jobs) as pool:
        for (number, _), (word, result) in zip(
            chosen, pool.map(lambda each: tried(runner, each[1], f"pair-{each[0]}"), chosen), strict=True
        ):
            if word not in ("proven", "asked"):
                print(f"{word:12} {number:4} {result.status:9} {' '.join(result.why.split())[:500]}", flush=True)
            yield word


if __name__ == "__main__":
    sys.exit(main())
