"""The bot on random pairs of schemas, judged by `pg_dump` and by rows of chance: never a crash, never a false green.

In: how many pairs, and a seed. Out: a line for each pair that is no plain success, and the figures; with
`--results FILE` a line of JSON for each pair, and pairs that the file has are not run again. Exits with 1 on a false
green or a crash.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from benchmarks.pairs.changes import changed
from benchmarks.pairs.schemas import schemas
from benchmarks.pairs.shape import Schema
from benchmarks.pairs.source import source
from tests.oracle.cases import Case, ExpectedData
from tests.oracle.oracle import Mismatch, oracle_of
from tests.oracle.project import RefusedError
from tests.oracle.runner import GREEN, BotAnswer, Runner, compared, opened, repository, run_bot

# `warned`: it goes up and down, but rows stand in the way; `failed`: the bot says that it could not.
WORDS = ("proven", "asked", "warned", "failed", "false green", "crash", "invalid")


@dataclass(frozen=True)
class Pair:
    """The text of `models.py`, before and after; `filled` are columns whose own default takes the place of NULL."""

    old: str
    new: str
    filled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """One of `WORDS`, the status of the report, and what is wrong."""

    word: str
    status: str
    why: str
    number: int = 0


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
    return Case(path, path.name, "random", "crowd", (), {}, meant, False, "any", (), (), {}, ())


def tried(runner: Runner, pair: Pair, name: str) -> Outcome:
    """Run the bot on a pair; the oracle judges what is called proven, and whose fault an error is."""
    folder = runner.out / name
    shutil.rmtree(folder, ignore_errors=True)
    it = case(pair, folder / "case" / name)
    said = run_bot(runner, it, repository(folder / "repository", it), folder)
    if said.status not in (*GREEN, "error", "none"):
        return Outcome(_word(said), said.status, said.trouble)
    try:
        with oracle_of(it, runner.databases, runner.child, runner.programs) as oracle:
            mismatch = compared(oracle, said, folder) if said.status in GREEN else Mismatch(said.trouble)
    except (RefusedError, psycopg2.Error) as error:
        return Outcome("invalid", said.status, f"the case itself: {error}")
    if mismatch.right:
        return Outcome("proven", said.status, "")
    return Outcome("false green" if said.status in GREEN else _word(said), said.status, mismatch.wrong)


def _word(said: BotAnswer) -> str:
    if said.status in ("error", "none"):
        return "crash"
    if said.status == "warning":
        return "asked" if said.subjects else "warned"
    return "failed"


def main() -> int:
    """Make the pairs and run them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, action="append", help="numbers of pairs")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, help="folder that keeps models, reports and files")
    parser.add_argument("--results", type=Path, help="file of results, which a later run goes on with")
    options = parser.parse_args()
    there = list(_read(options.results))
    done = {outcome.number for outcome in there}
    numbers = [n for n in range(options.pairs) if n in (options.only or [n]) and n not in done]
    with tempfile.TemporaryDirectory(prefix="pairs-") as folder:
        out = (options.out or Path(folder)).resolve()
        out.mkdir(parents=True, exist_ok=True)
        for outcome in _run(out, options.seed, numbers, options.jobs):
            there.append(outcome)
            if outcome.word not in ("proven", "asked"):
                why = " ".join(outcome.why.split())[:500]
                print(f"{outcome.word:12} {outcome.number:4} {outcome.status:9} {why}", flush=True)
            if options.results:
                with options.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(vars(outcome)) + "\n")
    counts = Counter(outcome.word for outcome in there)
    print(f"{len(there)} pairs, seed {options.seed}: " + ", ".join(f"{counts[w]} {w}" for w in WORDS))
    return int(bool(counts["false green"] or counts["crash"]))


def _read(results: Path | None) -> Iterator[Outcome]:
    if results is not None and results.exists():
        yield from (Outcome(**json.loads(line)) for line in results.read_text(encoding="utf-8").splitlines())


def _run(out: Path, number: int, chosen: list[int], jobs: int) -> Iterator[Outcome]:
    with opened(out, Path(sys.prefix), compare=False) as runner, ThreadPoolExecutor(jobs) as pool:

        def one(each: int) -> Outcome:
            word = f"{number}-{each}"
            return replace(tried(runner, drawn(word), f"pair-{word}"), number=each)

        yield from pool.map(one, chosen)


if __name__ == "__main__":
    sys.exit(main())
