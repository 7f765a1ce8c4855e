"""Chains of migrations that a worker can tell of, and those that nobody could read to an end."""

import pytest

from bot.migration.writer import revisions
from bot.project.client import chains
from bot.project.client.answers import WorkerVersions
from bot.project.client.client import Loaded, Revision

VERSIONS = WorkerVersions(python="3.12", alembic="1.13", sqlalchemy="2.0")


def _revision(name: str, *parents: str, path: str = "") -> Revision:
    place = path or f"versions/{name}.py"
    return Revision(
        revision=name,
        path=place,
        down_revision=[*parents],
        depends_on=[],
        branch_labels=[],
        doc="",
        downgrade="complete",
    )


def _loaded(*found: Revision, heads: tuple[str, ...] = ()) -> Loaded:
    return Loaded(
        versions=VERSIONS,
        revisions=[*found],
        heads=[*heads],
        file_template="",
        script_location="migrations",
        version_locations=[],
        version_path="",
    )


def _line(length: int) -> list[Revision]:
    """One after another, the newest first."""
    first = [_revision("r0")]
    return [*reversed([*first, *(_revision(f"r{n}", f"r{n - 1}") for n in range(1, length))])]


def test_a_long_history_is_in_order_whichever_end_comes_first() -> None:
    """It was followed by calls within calls: a first migration of 1,000 revisions, the newest first, was no result."""
    line = _line(5_000)
    loaded = _loaded(*line, heads=("r4999",))
    assert chains.fault(loaded) == ""
    assert [each.revision for each in revisions.own(None, loaded)] == [f"r{n}" for n in range(5_000)]


def test_branches_and_merges_come_after_their_parents() -> None:
    found = _loaded(_revision("d", "b", "c"), _revision("c", "a"), _revision("b", "a"), _revision("a"), heads=("d",))
    assert chains.fault(found) == ""
    assert [each.revision for each in revisions.own(_loaded(_revision("a")), found)] == ["b", "c", "d"]


@pytest.mark.parametrize(
    ("loaded", "word"),
    [
        (_loaded(_revision("a", "b"), _revision("b", "a")), "circle"),
        (_loaded(_revision("a", "a")), "circle"),
        (_loaded(_revision("a"), _revision("a", path="versions/other.py")), "same"),
        (_loaded(*(_revision(f"r{n}", path="versions/one.py") for n in range(3))), "same"),
        (_loaded(_revision("a"), heads=("b",)), "head"),
        (_loaded(*(_revision(f"r{n}") for n in range(chains.MOST + 1))), "more than"),
    ],
)
def test_what_can_be_no_history_is_refused(loaded: Loaded, word: str) -> None:
    assert word in chains.fault(loaded)
