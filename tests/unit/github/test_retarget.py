"""Migrations that base has moved past get its newest revision as their parent."""

from typing import Literal

import pytest

from bot.github.retarget import retargeted
from bot.model import Heads, Migration, Project, Report

SOURCE = '''"""Add a column

Revision ID: b2
Revises: a1
"""

revision = "b2"
down_revision = "a1"
depends_on = "a1"
'''


def migration(revision: str = "b2", parent: str | list[str] | None = "a1", **given: str) -> Migration:
    origin: Literal["generated", "pull_request"] = "generated" if given.get("origin") == "generated" else "pull_request"
    return Migration(f"{revision}.py", revision, parent, origin, given.get("source", SOURCE))


def moved(*migrations: Migration, base: tuple[str, ...] = ("c3",)) -> dict[str, str]:
    project = Project("alembic.ini", "failed", heads=Heads(base=[*base], head=[]), migrations=[*migrations])
    return retargeted(Report("failed", "a", "b", projects=[project]))


def test_the_assignment_and_the_line_revises_change_and_nothing_else() -> None:
    (text,) = moved(migration()).values()
    assert text == SOURCE.replace('down_revision = "a1"', 'down_revision = "c3"').replace("Revises: a1", "Revises: c3")


@pytest.mark.parametrize(
    "line",
    ["down_revision = 'a1'", 'down_revision: str | None = "a1"', 'down_revision: Union[str, None] = "a1"  # first'],
)
def test_however_the_assignment_is_written(line: str) -> None:
    assert moved(migration(source=f"{line}\n")) == {"b2.py": line.replace("a1", "c3") + "\n"}


@pytest.mark.parametrize(
    "untouched",
    [
        migration(parent="c3"),  # follows the newest already
        migration(parent=None),
        migration(parent=["a1", "a2"]),  # a merge is the author's to decide
        migration(origin="generated"),
        migration(source="down_revision = PARENT\n"),
        migration(source="a1 = 'a1'\ndown_revision = a1\n"),
        migration(source='"""Like\na1\n"""\n'),
    ],
)
def test_what_stays(untouched: Migration) -> None:
    assert moved(untouched) == {}


def test_of_several_only_the_first_follows_base() -> None:
    second = migration("b3", "b2", source='down_revision = "b2"\n')
    assert list(moved(migration(), second)) == ["b2.py"]


def test_between_several_heads_nobody_chooses() -> None:
    assert moved(migration(), base=("c3", "c4")) == {}
    assert moved(migration(), base=()) == {}
