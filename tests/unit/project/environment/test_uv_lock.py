"""What of a `uv.lock` is installed."""

from pathlib import Path

import pytest

from bot.project.environment import dependencies, uv_lock
from bot.system import Completed
from tests.support.folders import write


@pytest.mark.parametrize(
    ("plain", "extras", "expected"),
    [
        ("alembic==1.13\n", "alembic==1.13\nasyncpg==0.29\n", ["alembic==1.13", "asyncpg==0.29"]),
        ("alembic==1.13\n", "alembic==1.13\ntorch==2.4\nnvidia-cublas-cu12==12\n", ["alembic==1.13"]),
        # What is needed anyway is no reason to do without the rest.
        ("alembic==1.13\ntorch==2.4\n", "alembic==1.13\ntorch==2.4\nx==1\n", ["alembic==1.13", "torch==2.4", "x==1"]),
        ("alembic==1.13\n", None, ["alembic==1.13"]),  # extras that exclude each other
    ],
)
def test_extras_come_along_unless_they_bring_gigabytes(
    tmp_path: Path, plain: str, extras: str | None, expected: list[str]
) -> None:
    """Installing for a graphics processor took longer than anybody waits."""
    write(tmp_path, {"uv.lock": "version = 1\n", "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n'})

    def uv(*words: str, check: bool = True) -> Completed:
        said = extras if "--all-extras" in words else plain
        return Completed(0 if said else 2, said or "", "")

    found = dependencies.find(tmp_path, tmp_path)
    assert uv_lock.export(uv, found, (), tmp_path, Path("python3")) == expected
