"""What belongs to a migration beside its own file: modules that it imports, and SQL that it reads."""

from pathlib import Path

import pytest

from bot.discovery import migration_code, syntax

PATH = "db/migrations/versions/b2_titles.py"
HELPER = "def fill(bind): bind.execute(text(\"DELETE FROM deck WHERE state = 'legacy'\"))\n"
MODELS = "class Deck(Base):\n    __tablename__ = 'deck'\n"
SQL = "UPDATE deck SET extra = s.title\nFROM slide s"


def texts(root: Path, source: str, files: dict[str, str], changed: tuple[str, ...] = ()) -> list[str]:
    for path, text in {PATH: source, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return migration_code.read(root, [PATH], changed).sources[1:]


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("from helpers import fill", "helpers.py"),
        ("import helpers", "helpers.py"),
        ("import db.helpers as h", "db/helpers.py"),
        ("from db.helpers import fill", "db/helpers.py"),
        ("from db import helpers", "db/helpers.py"),
        ("from shop.helpers import fill", "src/shop/helpers.py"),
        ("from .helpers import fill", "db/migrations/versions/helpers.py"),
        ("from ..helpers import fill", "db/migrations/helpers.py"),
        ("from .. import helpers", "db/migrations/helpers.py"),
        ("def upgrade():\n    from helpers import fill", "db/migrations/helpers.py"),
    ],
)
def test_modules_that_it_imports(tmp_path: Path, source: str, path: str) -> None:
    assert texts(tmp_path, source, {path: HELPER}) == [HELPER]


@pytest.mark.parametrize(
    ("source", "files"),
    [
        ("from alembic import op", {"alembic.py": HELPER}),
        ("import json", {"json.py": HELPER}),
        ("from models import Deck", {"models.py": MODELS}),
        ("from .....helpers import fill", {"helpers.py": HELPER}),
        ("import helpers", {"other.py": HELPER}),
        ("this is no Python", {"helpers.py": HELPER}),
        ("op.drop_table('deck')", {"db/b2_titles.sql": SQL}),
        ("open('x.csv')", {"db/other.sql": SQL}),
    ],
)
def test_what_is_not_of_the_migration(tmp_path: Path, source: str, files: dict[str, str]) -> None:
    assert texts(tmp_path, source, files) == []


@pytest.mark.parametrize(
    ("source", "path", "changed"),
    [
        ("op.execute(open('db/sql/titles.sql').read())", "db/sql/titles.sql", False),
        ("op.execute((HERE / 'sql' / 'titles.sql').read_text())", "db/migrations/sql/titles.sql", False),
        ("op.execute(Path(__file__).with_suffix('.sql').read_text())", "db/migrations/versions/b2_titles.sql", False),
        ("op.execute(read_text(f'{NAME}_up.sql'))", "db/sql/titles_up.sql", True),
        ("for name in NAMES: op.execute(open(name).read())", "db/sql/titles.psql", True),
    ],
)
def test_sql_that_it_reads_is_a_string_in_python(tmp_path: Path, source: str, path: str, changed: bool) -> None:
    assert texts(tmp_path, source, {path: SQL}, (path,) if changed else ()) == [f"op.execute({SQL!r})"]


def test_a_module_that_it_imports_may_read_the_sql(tmp_path: Path) -> None:
    helper = "def run(name): op.execute(open(name).read())"
    found = texts(tmp_path, "from helpers import run\nrun('titles.sql')", {"helpers.py": helper, "titles.sql": SQL})
    assert found == [helper, f"op.execute({SQL!r})"]


@pytest.mark.parametrize(
    ("source", "path", "reads"),
    [
        ("op.execute(open('db/sql/titles.sql').read())", "db/sql/titles.sql", True),
        ("op.execute(Path(__file__).with_suffix('.sql').read_text())", "db/migrations/versions/b2_titles.sql", True),
        ("from ..helpers import fill", "db/migrations/helpers.py", True),
        ("from db.migrations.helpers import fill", "db/migrations/helpers.py", True),
        ("op.execute(open('db/sql/titles.sql').read())", "db/sql/others.sql", False),
        ("op.execute('SELECT 1')", "db/migrations/versions/b2_titles.sql", False),
        ("from db.constants import LONGEST", "db/constants.py", False),
        ("helpers = 1", "db/migrations/helpers.py", False),
    ],
)
def test_a_revision_that_reads_what_the_change_edits(tmp_path: Path, source: str, path: str, reads: bool) -> None:
    for name, text in {PATH: source, path: HELPER}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert [*migration_code.readers(tmp_path, [PATH], [path, "db/new.sql"])] == [PATH] * reads
    assert [*migration_code.readers(tmp_path, [PATH], [PATH])] == []


def test_modules_that_its_modules_import(tmp_path: Path) -> None:
    outer, inner = "from inner import fill\n", "import outer\n" + HELPER
    assert texts(tmp_path, "from outer import fill", {"outer.py": outer, "inner.py": inner}) == [outer, inner]


@pytest.mark.parametrize(
    ("files", "unread"),
    [
        ({"helpers.py": HELPER, "db/x.sql": SQL}, []),
        ({"helpers.py": HELPER + "# " + "x" * syntax.LONGEST}, ["helpers.py"]),
        ({"helpers.py": HELPER + "#" * 3_000_000}, ["helpers.py"]),
        ({"helpers.py": HELPER + "#" * 300_000, "more.py": HELPER + "#" * 300_000}, ["more.py"]),
        ({"helpers.py": MODELS + "#" * 400_000, "more.py": HELPER + "#" * 300_000}, []),
        ({"db/x.sql": SQL + " " * 600_000}, ["db/x.sql"]),
        ({PATH: "import helpers\n" + "#" * 600_000}, [PATH]),
        ({PATH: "import helpers\n" + "#" * 3_000_000}, [PATH]),
    ],
)
def test_what_is_too_long_is_named(tmp_path: Path, files: dict[str, str], unread: list[str]) -> None:
    source = 'import helpers, more\nop.execute(open("db/x.sql").read())'
    assert texts(tmp_path, source, files) is not None
    assert list(migration_code.read(tmp_path, [PATH], []).unread) == unread


def test_names_of_files_are_looked_for_once(tmp_path: Path) -> None:
    """With fifty thousand files of SQL, and as much code as is read, looking for each took minutes."""
    for number in range(3_000):
        (tmp_path / f"{number} .sql").touch()
        (tmp_path / f"n{number}.sql").touch()
    (tmp_path / "n7.sql").write_text(SQL)
    (tmp_path / "0 .sql").write_text(SQL + " ")
    source = 'open("n7.sql"); open("0 .sql")' + "#" * 400_000
    assert sorted(texts(tmp_path, source, {})) == sorted(f"op.execute({text!r})" for text in (SQL, SQL + " "))
