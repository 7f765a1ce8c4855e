"""The border of trust, as far as it can be read off the source: who touches what is of a pull request, and how."""

import ast
from collections.abc import Iterator
from pathlib import Path

import bot

ROOT = Path(bot.__file__).parent
# They hold the administrator's session of a database that hostile code has written to, and read its catalogs alone.
ADMINISTRATORS = {
    "migration/testbed/testbed.py",
    "migration/testbed/readings.py",
    "migration/proof/round_trip.py",  # the names and numbers of relations
    "migration/proof/time_zones.py",  # a setting of a database
    "database/setup.py",
}


def _sources() -> Iterator[tuple[str, ast.Module]]:
    """All modules of the trusted half."""
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("project/worker/"):
            yield name, ast.parse(path.read_text("utf-8"))


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Each call with what is called, as it is written: `os.open`, `self.databases.connect`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_few_have_the_administrators_session() -> None:
    found = {
        name
        for name, tree in _sources()
        for called, _ in _calls(tree)
        if called.endswith(("databases.connect", ".session"))
    }
    assert found == ADMINISTRATORS
