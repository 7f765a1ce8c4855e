"""A run tells where its time went: in the report, with -v, and in a file for a trace viewer."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from benchmarks import sizes
from tests.support.command import Repository
from tests.support.projects import WITH_AGE


def _events(repository: Repository) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((repository.root / "trace.json").read_text())["traceEvents"]
    return [event for event in found if event["ph"] == "X"]


def test_time_is_told_in_all_places(repository: Repository) -> None:
    repository.write({"models.py": WITH_AGE})
    ended = repository.check("-v", "--profile", str(repository.root / "trace.json"))
    assert ended.code == 0, ended.err
    (project,) = ended.report.projects
    done = {"project.start", "project.create_all", "project.upgrade", "catalog.read", "rows.seed", "rows.read"}
    assert done < project.seconds.keys()
    parts = [spent for name, spent in project.seconds.items() if name != "total"]
    assert sum(parts) == pytest.approx(project.seconds["total"], abs=0.001 * len(parts))
    assert {"workspaces", "server", "alembic.ini", "total"} == ended.report.seconds.keys()
    assert all(name in ended.err for name in project.seconds)
    assert done < {event["name"] for event in _events(repository)}


def test_a_small_change_starts_no_more_than_two_processes_of_the_project(repository: Repository) -> None:
    """And reads each database once: what costs time on a large project is counted here on a small one."""
    repository.write({"models.py": WITH_AGE})
    assert repository.check("--profile", str(repository.root / "trace.json")).code == 0
    counts = Counter(event["name"] for event in _events(repository))
    assert counts["project.start"] == 2
    assert counts["project.create_all"] == 2
    assert counts["catalog.read"] == 3 + 3  # old, models and new; after each step of the round trip
    assert counts["rows.read"] == 4  # before, and after each step
    assert counts["project.autogenerate"] == 2  # on base's models, and when all is done
    assert counts["project.revision"] == 1


def test_a_file_that_cannot_be_written_is_named(repository: Repository) -> None:
    repository.write({"models.py": WITH_AGE})
    place = repository.root / "models.py" / "trace.json"
    ended = repository.check("--profile", str(place))
    assert ended.code == 3
    assert f"cannot write {place}" in ended.err
    assert "--profile" in ended.err


def test_what_is_done_grows_neither_with_the_tables_nor_with_the_history(empty: Repository) -> None:
    """As many databases, processes, catalogs and comparisons for 30 tables as for 5, for 12 revisions as for 3."""
    counts = []
    for number, (tables, revisions) in enumerate(((5, 3), (30, 12))):
        sizes.make(empty.root / str(number), tables, revisions)
        one = replace(empty, root=empty.root / str(number))
        ended = one.check("--base", "main", "--head", "change", "--profile", str(one.root / "trace.json"))
        assert ended.code == 0, ended.err
        counts.append(Counter(event["name"] for event in _events(one)))
    assert counts[0] == counts[1]
