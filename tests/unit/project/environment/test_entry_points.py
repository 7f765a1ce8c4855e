"""Entry points of a project that is not installed, whatever file has them."""

import importlib.metadata
from pathlib import Path

import pytest

from bot.project.environment import entry_points, source_path
from tests.support.folders import write

SAID = {
    "project": (
        "pyproject.toml",
        '[project]\nname = "shop"\nversion = "1"\n[project.entry-points."shop.parts"]\ncart = "shop.cart:Cart"\n',
    ),
    "poetry": (
        "pyproject.toml",
        '[tool.poetry]\nname = "shop"\nversion = "1"\n[tool.poetry.plugins."shop.parts"]\ncart = "shop.cart:Cart"\n',
    ),
    "setup.cfg": (
        "setup.cfg",
        "[metadata]\nname = shop\n[options.entry_points]\nshop.parts =\n    cart = shop.cart:Cart\n",
    ),
    "setup.py, a table": (
        "setup.py",
        'setup(\n    name="shop",\n    entry_points={"shop.parts": ["cart = shop.cart:Cart"]},\n)\n',
    ),
    "setup.py, a text": (
        "setup.py",
        'setup(\n    name="shop",\n    entry_points="""\n    [shop.parts]\n    cart = shop.cart:Cart\n    """,\n)\n',
    ),
}


@pytest.mark.parametrize(("name", "text"), SAID.values(), ids=SAID)
def test_an_application_finds_its_own_parts(tmp_path: Path, name: str, text: str) -> None:
    """`entry_points()["shop.parts"]` was a KeyError: the project itself is not installed."""
    checkout = write(tmp_path / "head", {name: text})
    overlay, *_ = source_path.folders(checkout, checkout, tmp_path)
    found, *_ = importlib.metadata.distributions(path=[str(overlay)])  # one for each finder that is there
    (point,) = found.entry_points
    assert (point.group, point.name, point.value) == ("shop.parts", "cart", "shop.cart:Cart")


def test_the_files_of_a_project_are_those_of_an_editable_installation(tmp_path: Path) -> None:
    """Applications look for their migrations among them; `files` was None."""
    checkout = write(tmp_path / "head", dict([SAID["project"]]))
    overlay, *_ = source_path.folders(checkout, checkout, tmp_path)
    found, *_ = importlib.metadata.distributions(path=[str(overlay)])
    assert found.files is not None
    assert {Path(str(path.locate())).is_file() for path in found.files} == {True}


def test_scripts_are_entry_points(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop = "shop.cli:main"\n'})
    assert entry_points.of(tmp_path, tmp_path) == {"console_scripts": {"shop": "shop.cli:main"}}


@pytest.mark.parametrize(
    "text",
    [
        '[project.entry-points."a]\\n[b"]\nx = "a:b"\n',
        '[project.entry-points.a]\nx = "a:b\\n[c]\\ny = d:e"\n',
        '[project.entry-points.a]\n"x\\ny" = "a:b"\n',
        '[project.entry-points.a]\nx = "import os"\n',
        "[project.entry-points]\na = 1\n",
        "project = 1\n",
        "this is no TOML",
    ],
)
def test_what_is_no_plain_name_is_left_out(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"pyproject.toml": text, "setup.py": "setup(entry_points=f())", "setup.cfg": "no sections"})
    assert entry_points.of(tmp_path, tmp_path) == {}


def test_code_is_found_where_its_dependencies_are_listed_aside(tmp_path: Path) -> None:
    files = {"lib/shop/alembic.ini": "", "server/requirements.txt": "alembic", "lint-requirements.txt": "black"}
    checkout = write(tmp_path / "head", files)
    found = source_path.folders(checkout / "lib/shop", checkout, tmp_path)
    assert {checkout, checkout / "lib"} <= set(found)
