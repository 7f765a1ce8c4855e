from pathlib import Path

from bot.discovery import size
from bot.discovery.environments import discover
from tests.support.folders import write

INI = "[alembic]\nscript_location = migrations\n"


def _tables(root: Path, files: dict[str, str]) -> int:
    write(root, {"alembic.ini": INI, "migrations/env.py": "", **files})
    return size.tables(root, discover(root))


def test_tables_are_what_migrations_create(tmp_path: Path) -> None:
    files = {
        "migrations/versions/a.py": "op.create_table('a')\nop.create_table(\n'b')\n",
        "migrations/versions/b.py": "op.execute('CREATE TABLE c ()')\nop.add_column('a')\n",
        "migrations/sql/d.sql": "create table d ();\nCREATE  TABLE e ();",
        "models.py": "__tablename__ = 'x'\n" * 9,
    }
    assert _tables(tmp_path, files) == 5


def test_without_migrations_they_are_what_the_code_declares(tmp_path: Path) -> None:
    files = {
        "app/models.py": "class A(Base):\n    __tablename__ = 'a'\n\nb = Table('b', metadata)\n",
        "app/more.py": "class C(SQLModel, table=True):\n    pass\n",
        "venv/pyvenv.cfg": "",
        "venv/other.py": "__tablename__ = 'x'\n",
    }
    assert _tables(tmp_path, files) == 3
