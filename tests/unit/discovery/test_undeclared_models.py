"""Changed files whose tables env.py does not hand over."""

from pathlib import Path

import pytest

from bot.discovery.undeclared_models import Common, UndeclaredModel, undeclared_models
from tests.support.folders import write

_OLD = "class Old(Base):\n    __tablename__ = 'old'\n"
_NEW = "class New(Base):\n    __tablename__ = 'new'\n"


def test_tables_that_are_not_known_with_the_import_that_brings_them(tmp_path: Path) -> None:
    base, head = tmp_path / "base", tmp_path / "head"
    write(base, {"src/app/__init__.py": "", "src/app/billing.py": _OLD})
    write(head, {"src/app/__init__.py": "", "src/app/billing.py": _OLD + _NEW})
    paths = ["src/app/billing.py", "gone.py"]
    assert list(undeclared_models(base, head, paths, {"user"}, set())) == [
        UndeclaredModel("old", "src/app/billing.py", 1, "app.billing", False, "Base.metadata"),
        UndeclaredModel("new", "src/app/billing.py", 3, "app.billing", True, "Base.metadata"),
    ]
    (old,) = undeclared_models(base, head, paths, {"new"}, {"old"})
    assert (old.is_needed, old.is_imported) == (True, True)
    assert not list(undeclared_models(base, head, paths, {"old", "new"}, set()))


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ("from models import Stats", ["third"]),
        ("from models import *", ["new", "third"]),
        ("target_metadata = Statistics.metadata", ["new", "third"]),
    ],
)
def test_a_file_with_models_of_two_environments(tmp_path: Path, env: str, found: list[str]) -> None:
    """What is imported and still not known is on another `MetaData`: another environment's, or nobody's."""
    third = "class Third(Alone):\n    __tablename__ = 'third'\n"
    write(tmp_path, {"models.py": _OLD + _NEW.replace("Base", "Stats") + third})

    def undeclared(known: set[str], common: dict[str, str]) -> list[UndeclaredModel]:
        return list(undeclared_models(tmp_path / "base", tmp_path, ["models.py"], known, set(), Common(common)))

    assert [(model.table, model.is_imported) for model in undeclared({"old"}, {})] == [("new", True), ("third", True)]
    assert [model.table for model in undeclared({"old"}, {"models.py": env})] == found
    assert len(undeclared(set(), {"models.py": env})) == 3


def test_a_file_with_models_of_another_environment_alone(tmp_path: Path) -> None:
    """Two environments in one package, whose env.py import all of it: each was told to import the other's models."""
    write(tmp_path, {"models.py": _NEW.replace("Base", "Stats")})
    common = {"models.py": "target_metadata = Stats.metadata"}

    def undeclared(known: set[str], own: str) -> list[str]:
        found = undeclared_models(tmp_path / "base", tmp_path, ["models.py"], known, set(), Common(common, own))
        return [model.table for model in found]

    assert undeclared({"old"}, "target_metadata = Base.metadata") == []
    assert undeclared({"old"}, "target_metadata = [Base.metadata, Stats.metadata]") == ["new"]
    assert undeclared(set(), "target_metadata = Base.metadata") == ["new"]


@pytest.mark.parametrize(
    ("declaration", "found"),
    [
        ("class Mixin:", []),
        ("class Mixin(object):", []),
        ("class Abstract(Base):\n    __abstract__ = True", []),
        ("@registry.mapped\nclass Mapped:", ["mixin"]),
        ("class Own(Base):\n    __abstract__ = False", ["mixin"]),
    ],
)
def test_what_others_inherit_from_has_no_table(tmp_path: Path, declaration: str, found: list[str]) -> None:
    write(tmp_path, {"models.py": f"{declaration}\n    __tablename__ = 'mixin'\n"})
    undeclared = undeclared_models(tmp_path / "base", tmp_path, ["models.py"], set(), set())
    assert [model.table for model in undeclared] == found


METADATA = {
    "class A(Base):\n    __tablename__ = 'a'": "Base.metadata",
    "class A(Mixin, db.Model):\n    __tablename__ = 'a'": "db.metadata",
    "class A(models.Base):\n    __tablename__ = 'a'": "models.Base.metadata",
    "class A(SQLModel, table=True):\n    id: int": "SQLModel.metadata",
    "a = Table('a', metadata, Column('id', Integer))": "metadata",
    "a = Table('a', db.metadata)": "db.metadata",
    "a = Table('a', MetaData())": "",
}


@pytest.mark.parametrize("source", METADATA)
def test_where_the_tables_metadata_is(tmp_path: Path, source: str) -> None:
    write(tmp_path, {"a.py": source})
    (found,) = undeclared_models(tmp_path / "base", tmp_path, ["a.py"], set(), set())
    assert found.metadata == METADATA[source]
