"""Random pairs of schemas through the whole job on a real server, judged by `pg_dump` and by rows.

A few of them on every run; `RANDOM_PAIRS=100` tries more, and `RANDOM_PAIRS_SEED=7` others.
"""

import os
from collections.abc import Iterator

import pytest

from benchmarks.random_pairs import drawn, made, tried
from tests.oracle.runner import Runner, opened
from tests.support.interpreter import project_python

COUNT = int(os.environ.get("RANDOM_PAIRS", "6"))
SEED = int(os.environ.get("RANDOM_PAIRS_SEED", "1"))


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    with opened(tmp_path_factory.mktemp("runner"), project_python().parents[1], compare=False) as made_runner:
        yield made_runner


@pytest.mark.parametrize("number", range(COUNT))
def test_a_pair_is_proven_rightly_or_asked_about(runner: Runner, number: int) -> None:
    pair = drawn(f"{SEED}-{number}")
    outcome = tried(runner, pair, f"pair-{SEED}-{number}")
    assert outcome.word in ("proven", "asked", "warned"), f"{outcome}\n--- old\n{pair.old}\n--- new\n{pair.new}"


def test_the_same_seed_makes_the_same_pairs() -> None:
    assert made(3, 5) == made(3, 5)
    assert len({pair.new for pair in made(10, 5)}) == 10
