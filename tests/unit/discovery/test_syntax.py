"""Python that no parser follows: nested without an end, or no text of Python's at all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.discovery import declared_tables, environments, locations, syntax, written_migration
from bot.migration.proof import statement_literals
from bot.migration.writer import patch

DEEP = {
    "signs": "x = " + "-" * 200_000 + "1",
    "brackets": "x = " + "(" * 200_000 + ")" * 200_000,
    "attributes": "x = a" + ".b" * 50_000,
    "a sum": "x = 1" + "+1" * 50_000,
    "branches": "if 1: pass\n" + "elif 1: pass\n" * 50_000,
    "functions": "x = " + "lambda: " * 50_000 + "1",
    "a zero byte": "x = '\0'",
    "half a letter": "x = '\ud800'",
    "a large number": "x = " + "9" * 10_000,
}
# Deep enough for whatever goes down into a tree by itself.
RECURSIVE = "x = 1" + "+1" * 900 + "\ndef upgrade():\n    pass\ndef downgrade():\n    pass\n"
BEFORE = '"""first"""\nrevision = "a1"\ndef upgrade():\n    """Adds."""\n    op.execute("SELECT 1")\n'
USUAL = "import alembic\ndef upgrade():\n    op.a()\ndef downgrade():\n    op.b()\n"


@pytest.mark.parametrize("name", DEEP)
def test_it_is_no_tree(name: str) -> None:
    assert syntax.parsed(DEEP[name]) is None


def test_code_is_read_up_to_a_length_and_models_beyond_it() -> None:
    models = "class User(Base):\n    __tablename__ = 'user'\n" + "x = 1\n" * 100_000
    assert syntax.parsed(models) is None
    assert declared_tables.declared_tables(models) == {"user": 1}


def _flask(folder: Path, source: str) -> bool:
    (folder / "env.py").write_text("# current_app\n" + source, errors="surrogateescape")
    return environments._is_flask(folder, ".")


READERS: dict[str, Callable[[Path, str], object]] = {
    "tables": lambda _, source: declared_tables.declared_tables(source) == {},
    "imports": lambda _, source: locations._imported(source) == set(),
    "a migration": lambda _, source: written_migration.read(source) is None,
    "literals": lambda _, source: statement_literals.read([source]).looks_up is False,
    "a mended migration": lambda _, source: patch.completed(source, USUAL) == "",
    "a rewritten migration": lambda _, source: patch.rewritten(source, USUAL) == "",
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", DEEP)
def test_whoever_reads_it_goes_on(reader: str, name: str, tmp_path: Path) -> None:
    """Too deep a file was taken for too little memory of the machine."""
    assert READERS[reader](tmp_path, DEEP[name])


def test_what_can_be_read_and_not_be_written_stays_as_it_is(tmp_path: Path) -> None:
    tree = syntax.parsed(RECURSIVE)
    assert tree is not None
    assert syntax.unparsed(tree) == ""
    for mended in (patch.completed(RECURSIVE, USUAL), patch.rewritten(RECURSIVE, USUAL)):
        assert mended.startswith(("import alembic\nx = 1+1", "x = 1+1"))
        assert "op.a()" in mended
    assert not _flask(tmp_path, RECURSIVE)


def test_a_value_that_is_put_in_again_and_again_fills_no_memory() -> None:
    """A file of two megabytes asked for a hundred gigabytes."""
    assert len(locations.expanded("%(a)s" * 100_000, {"a": "x" * 1_000_000})) < 20_000_000
    assert locations.expanded("%(here)s/%(a)s:%%", {"a": "migrations"}) == "///migrations:%"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BEFORE, True),
        (BEFORE.replace("first", "the first tables"), True),
        (BEFORE.replace('    """Adds."""\n', "    # adds\n"), True),
        (BEFORE.replace('op.execute("SELECT 1")', "op.execute(\n        'SELECT 1',\n    )"), True),
        (BEFORE.replace("SELECT 1", "SELECT 2"), False),
        (BEFORE.replace("upgrade", "downgrade"), False),
        (BEFORE + "pass\n", False),
        ("", False),
        (BEFORE + "(\n", False),
        (f"{BEFORE}{'(' * 90}{')' * 90}", False),
    ],
)
def test_layout_comments_and_docstrings_are_nothing(after: str, expected: bool) -> None:
    assert syntax.alike(BEFORE, after) is expected


def test_what_is_no_python_is_compared_as_it_is() -> None:
    assert syntax.alike("(", "(")
    assert not syntax.alike("(", "((")
    deep = DEEP["a sum"]
    assert syntax.alike(deep, deep)
    assert not syntax.alike(deep, deep + " ")
