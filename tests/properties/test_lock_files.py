"""Lock files, requirement files and versions of a pull request: read as data, or refused in a word."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import ProjectError
from bot.project.environment import dependencies, requirements, specifiers
from tests.properties import hostile

NAMES = (
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "pylock.toml",
    "requirements.txt",
    "Pipfile.lock",
    "Pipfile",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    ".python-version",
    "runtime.txt",
    "Dockerfile",
)
PACKAGE = {"name": "alembic", "version": "1.13", "source": {"type": "git", "url": "https://x/y"}, "groups": ["main"]}
LOCK: dict[str, Any] = {
    "package": [PACKAGE, {**PACKAGE, "path": "../x"}],
    "packages": {"alembic": {"version": "*", "extras": ["a"]}},
    "default": {"alembic": {"version": "==1", "git": "https://x", "ref": "a", "extras": ["b"], "markers": "c"}},
    "project": {"dependencies": ["alembic"], "requires-python": ">=3.11"},
    "tool": {"poetry": {"dependencies": {"python": "^3.11"}}},
}


def _toml(value: Any) -> str:
    """As TOML where it can be written as such."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(key))} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def _document(value: Any) -> str:
    if not isinstance(value, dict):
        return _toml(value)
    return "\n".join(f"{json.dumps(str(key))} = {_toml(each)}" for key, each in value.items())


damaged = hostile.damaged(LOCK)
texts = st.one_of(
    damaged.map(_document),
    damaged.map(json.dumps),
    hostile.texts,
    st.lists(st.one_of(st.sampled_from(["alembic", "-r x", "-c ../y", "-e .", "a @ file:///etc"]), hostile.lines)).map(
        "\n".join
    ),
    st.integers(0, 20_000).map(lambda depth: "a = " + "[" * depth),
    st.integers(0, 20_000).map(lambda depth: '{"default": ' + "[" * depth),
    st.integers(0, 2_000).map(lambda depth: "[" + ".".join("a" * max(depth, 1)) + "]"),
    st.integers(0, 6_000).map(lambda digits: "a = 1" + "0" * digits),
)


def _read(found: dependencies.Found) -> requirements.Requirements | None:
    """What is to be installed; None where it is refused, which has to be in words of the project's own trouble."""
    try:
        return requirements.read(found)
    except ProjectError as error:
        refused = error
    assert refused.kind == "install"
    assert "s3cr3t" not in refused.message
    return None


@given(st.dictionaries(st.sampled_from(NAMES), texts, min_size=1, max_size=3))
@example({"Pipfile.lock": '{"default": ' + "[" * 20_000})
@example({"poetry.lock": "a = " + "[" * 20_000})
@example({"poetry.lock": "package = [1]"})
@example({"Pipfile": "packages = 1"})
@example({"pyproject.toml": "a = 1" + "0" * 4300})
@example({"Pipfile": "a = 1" + "0" * 4300})
@example({"Pipfile.lock": '{"default": {"a": {"version": "==1", "extras": [1]}}}'})
def test_a_checkout_has_requirements_or_is_refused(files: dict[str, str]) -> None:
    with TemporaryDirectory() as name:
        root = Path(name).resolve()
        for file, text in files.items():
            (root / file).write_bytes(text.encode("utf-8", "surrogateescape"))
        found = dependencies.find(root, root)
        assert all(path.is_relative_to(root) for path in found.files)
        assert specifiers.of_project(found.python) == found.python
        read = _read(found)
        assert read is None or all(path.is_relative_to(root) for path in (*read.files, *read.others))


@given(hostile.wild)
def test_a_version_is_one_or_none(text: str) -> None:
    found = specifiers.of_project(text)
    assert specifiers.of_project(found) == found
    assert not found.startswith("-")
    assert "/" not in found


@given(st.binary(max_size=200), st.sampled_from(NAMES))
def test_bytes_that_are_no_text_are_no_obstacle(data: bytes, name: str) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / name).write_bytes(data)
        _read(dependencies.find(root, root))


@pytest.mark.parametrize("name", NAMES)
def test_a_link_out_of_the_checkout_is_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("alembic\ns3cr3t\n")
    root = tmp_path / "checkout"
    root.mkdir()
    (root / name).symlink_to("../secret")
    found = dependencies.find(root, root)
    assert found.python == ""
    assert "s3cr3t" not in repr(_read(found))
