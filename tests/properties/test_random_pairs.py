"""Random pairs of schemas through the whole job on a real server, judged by `pg_dump` and by rows.

A few of them on every run; `RANDOM_PAIRS=100` tries more, and `RANDOM_PAIRS_SEED=7` others.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.judge.bench import Bench, opened
from benchmarks.random_pairs import drawn, made, tried

COUNT = int(os.environ.get("RANDOM_PAIRS", "6"))
SEED = int(os.environ.get("RANDOM_PAIRS_SEED", "1"))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with opened(tmp_path_factory.mktemp("bench"), Path(sys.prefix), compare=False) as made_bench:
        yield made_bench


@pytest.mark.parametrize("number", range(COUNT))
def test_a_pair_is_proven_rightly_or_asked_about(bench: Bench, number: int) -> None:
    pair = drawn(f"{SEED}-{number}")
    word, verdict = tried(bench, pair, f"pair-{number}")
    assert word in ("proven", "asked", "warned"), f"{word}: {verdict.why}\n--- old\n{pair.old}\n--- new\n{pair.new}"


def test_the_same_seed_makes_the_same_pairs() -> None:
    assert made(3, 5) == made(3, 5)
    assert len({pair.new for pair in made(10, 5)}) == 10
