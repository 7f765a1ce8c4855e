"""Whole cases, bot and oracle: models before and after, the file that the bot writes, and what it does to rows.

Those of `tests/cases` that say `always = true` run always, all of them with `ALL_CASES=1` in the environment.
"""

import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.oracle.cases import Case, find, load
from tests.oracle.oracle import Mismatch, Oracle, oracle_of
from tests.oracle.runner import Runner, opened, try_case
from tests.support.interpreter import project_python

CASES = Path(__file__).parents[1] / "cases"
RENAMED = CASES / "column_renamed_in_primary_and_foreign_key"
HEAD = 'from alembic import op\nimport sqlalchemy as sa\n\nrevision = "a1"\ndown_revision = None\n\n\n'
UPGRADE = 'def upgrade():\n    op.alter_column("unit", "code", new_column_name="symbol")\n'
DOWNGRADE = '\n\ndef downgrade():\n    op.alter_column("unit", "symbol", new_column_name="code")\n'


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    with opened(tmp_path_factory.mktemp("runner"), project_python().parents[1], compare=False) as made:
        yield made


def _cases() -> list[Case]:
    return [case for case in find([CASES], []) if case.always or os.environ.get("ALL_CASES")]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.name)
def test_case(runner: Runner, case: Case, tmp_path: Path) -> None:
    missing = [name for name in case.needs if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    # Where other packages are needed, the tests' own environment has them.
    with opened(tmp_path, Path(sys.prefix), compare=False) if case.needs else nullcontext(runner) as chosen:
        result = try_case(chosen, case)
    expected = ("right", "asks") if case.decision else ("right",)
    assert result.word in expected, f"{result.word} ({result.status}): {result.why}"


@pytest.fixture(scope="module")
def oracle(runner: Runner) -> Iterator[Oracle]:
    """Of one case for all files that are judged by it: each is run on a copy of its database."""
    with oracle_of(load(RENAMED), runner.databases, runner.child, runner.programs) as made:
        yield made


def test_the_oracle_accepts_a_right_file(oracle: Oracle, tmp_path: Path) -> None:
    assert oracle.with_file(tmp_path / "project", HEAD + UPGRADE + DOWNGRADE) == Mismatch()


@pytest.mark.parametrize(
    ("upgrade", "downgrade", "complaint"),
    [
        ("def upgrade():\n    pass\n", DOWNGRADE, "upgrade: extra"),
        (UPGRADE, "\n\ndef downgrade():\n    pass\n", "downgrade: extra"),
        (UPGRADE + '    op.execute("DELETE FROM measure WHERE id = 2")\n', DOWNGRADE, "upgrade: measure has 2 rows"),
        (UPGRADE, DOWNGRADE + '    op.execute("UPDATE measure SET id = id + 5")\n', "downgrade: measure.id"),
        (UPGRADE + '    op.execute("no SQL")\n', DOWNGRADE, "upgrade: ProgrammingError"),
        (UPGRADE, DOWNGRADE + '    op.execute("CREATE TABLE IF NOT EXISTS left_over ()")\n', "downgrade: extra TABLE"),
    ],
    ids=["nothing done", "nothing undone", "rows lost", "values lost", "error", "something left over"],
)
def test_the_oracle_rejects_a_wrong_file(
    oracle: Oracle, tmp_path: Path, upgrade: str, downgrade: str, complaint: str
) -> None:
    assert oracle.with_file(tmp_path / "project", HEAD + upgrade + downgrade).wrong.startswith(complaint)
