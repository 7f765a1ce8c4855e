"""The judges of the benchmarks, with rows by chance: wrong migrations that ordinary rows let pass are caught."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.oracle.cases import Case, ExpectedData
from tests.oracle.effects import Effect, effect_of, unlike
from tests.oracle.oracle import Oracle, oracle_of
from tests.oracle.runner import opened
from tests.support.interpreter import project_python

MODELS = """
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

class Base(DeclarativeBase):
    pass

sa.Table("city", Base.metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("code", sa.Text))
sa.Table("person", Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("city_id", sa.ForeignKey("city.id")),
    sa.Column("name", sa.Text),
    sa.Column("mail", sa.Text),
    sa.Column("score", {score}),
)
"""
FILE = """
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None

def upgrade():
    op.alter_column("person", "score", type_=sa.BigInteger())
    op.execute("{up}")

def downgrade():
    op.alter_column("person", "score", type_=sa.Integer())
    op.execute("{down}")
"""


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    folder = tmp_path_factory.mktemp("judge")
    for side, score in (("old", "sa.Integer"), ("new", "sa.BigInteger")):
        (folder / side).mkdir()
        (folder / side / "models.py").write_text(MODELS.format(score=score), encoding="utf-8")
    meant = ExpectedData({}, {}, {}, frozenset())
    case = Case(folder, "judged", "random", "crowd", (), {}, meant, False, "", (), (), {}, ())
    with (
        opened(folder, project_python().parents[1], compare=False) as runner,
        oracle_of(case, runner.databases, runner.child, runner.programs) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def right(oracle: Oracle, tmp_path_factory: pytest.TempPathFactory) -> Effect:
    return effect_of(oracle, FILE.format(up="SELECT 1", down="SELECT 1"), tmp_path_factory.mktemp("right") / "project")


def test_rows_by_chance_are_as_awkward_as_the_schema_lets_them_be(oracle: Oracle) -> None:
    people, cities = oracle.held["person"].rows, oracle.held["city"].rows
    parents = [row["city_id"] for row in people if row["city_id"] is not None]
    assert len(people) == len(cities) == 30
    assert len(set(parents)) < min(len(parents), len(cities))
    for column in ("name", "mail", "score"):
        values = [row[column] for row in people]
        assert None in values
        assert len(set(values)) < len(values)


@pytest.mark.parametrize(
    ("up", "down", "complaint"),
    [
        ("SELECT 1", "SELECT 1", ""),
        ("ALTER TABLE person ADD UNIQUE (mail)", "SELECT 1", "upgrade: IntegrityError"),
        ("UPDATE person SET name = '' WHERE name IS NULL", "SELECT 1", "upgrade: person"),
        ("UPDATE person SET name = name || ' '", "SELECT 1", "upgrade: person"),
        ("UPDATE person SET mail = name, name = mail", "UPDATE person SET mail = name, name = mail", "upgrade: person"),
        ("SELECT 1", "UPDATE person SET mail = name, name = mail", "downgrade: person"),
        ("UPDATE person SET city_id = 1 WHERE city_id IS NULL", "SELECT 1", "upgrade: person"),
        ("ALTER SEQUENCE city_id_seq RESTART", "SELECT 1", "upgrade: the next number of public.city.id"),
    ],
    ids="right twins nulls blanks swapped swapped_back orphans numbers".split(),
)
def test_a_wrong_file_is_caught(oracle: Oracle, tmp_path: Path, up: str, down: str, complaint: str) -> None:
    wrong = oracle.with_file(tmp_path / "project", FILE.format(up=up, down=down)).wrong
    assert wrong.startswith(complaint or "none") if wrong else not complaint, wrong


@pytest.mark.parametrize(
    ("up", "down", "complaint"),
    [
        ("SELECT 2", "SELECT 2", ""),
        ("UPDATE person SET name = NULL", "SELECT 1", "upgrade: person has name None, not"),
        ("DELETE FROM person WHERE id = 3", "SELECT 1", "upgrade: person has 29 rows, not 30"),
        ("SELECT 1", "UPDATE person SET score = 0 WHERE score IS NULL", "downgrade: person has score '0', not None"),
        ("SELECT 1", "ALTER TABLE person ALTER score DROP NOT NULL, ALTER score SET DEFAULT 1", "downgrade: extra"),
        ("ALTER SEQUENCE city_id_seq RESTART", "SELECT 1", "upgrade: numbers that are taken: public.city.id"),
        ("SELECT 1", "SELECT 1/0", "downgrade: DataError"),
    ],
    ids="same value row undone default numbers error".split(),
)
def test_another_effect_is_seen(
    oracle: Oracle, right: Effect, tmp_path: Path, up: str, down: str, complaint: str
) -> None:
    wrong = unlike(right, effect_of(oracle, FILE.format(up=up, down=down), tmp_path / "other"))
    assert wrong.startswith(complaint or "none") if wrong else not complaint, wrong
