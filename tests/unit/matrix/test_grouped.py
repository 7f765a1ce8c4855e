"""Jobs of a matrix: one for each configuration, as long as GitHub allows so many."""

import pytest

from bot.matrix.planning import MOST_JOBS, grouped


def _reasons(count: int) -> list[tuple[str, str]]:
    return [(f"s{number}/alembic.ini", f"s{number}/models.py is called like models") for number in range(count)]


@pytest.mark.parametrize(("count", "jobs"), [(0, 0), (1, 1), (256, 256), (257, 129), (1000, 250)])
def test_there_are_never_more_than_github_allows_and_none_is_left_out(count: int, jobs: int) -> None:
    made = grouped(_reasons(count))
    assert len(made) == jobs <= MOST_JOBS
    assert [path for job in made for path in job.config.splitlines()] == [path for path, _ in _reasons(count)]
    assert [job.number for job in made] == list(range(1, jobs + 1))


def test_the_reason_is_told() -> None:
    (one,) = grouped(_reasons(1))
    assert one.reason == "s0/models.py is called like models"
    (both,) = grouped(_reasons(2), most=1)
    assert both.reason == "s0/models.py is called like models, and 1 more"
