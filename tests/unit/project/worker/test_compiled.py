"""Files of the checkout are compiled once for each content, and executed each time."""

import builtins
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bot.project.worker import compiled


@pytest.fixture
def compilations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are compiled; those of `checkout` are remembered."""
    seen: list[str] = []
    usual = builtins.compile

    def counted(source: Any, path: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(Path(str(path)).name)
        return usual(source, path, *arguments, **options)

    loader: Any = SourceFileLoader
    monkeypatch.setattr(loader, "source_to_code", loader.source_to_code)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "checkout").mkdir()
    compiled.install(str(tmp_path / "checkout"))
    monkeypatch.setattr(builtins, "compile", counted)
    return seen


def load(path: Path) -> ModuleType:
    """As Alembic loads a migration: the module is nowhere registered."""
    spec = spec_from_file_location("a_migration", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_same_bytes_are_compiled_once(compilations: list[str], tmp_path: Path) -> None:
    path = tmp_path / "checkout" / "first.py"
    path.write_text("STATE = []\n")
    load(path).STATE.append("left by an upgrade")
    assert load(path).STATE == []
    assert compilations == ["first.py"]


def test_other_bytes_of_the_same_size_and_date_are_compiled(compilations: list[str], tmp_path: Path) -> None:
    path, other = tmp_path / "checkout" / "first.py", tmp_path / "checkout" / "other.py"
    path.write_text("revision = 'a'\n")
    other.write_text("revision = 'a'\n")
    assert load(path).revision == load(other).revision == "a"
    path.write_text("revision = 'b'\n")
    assert load(path).revision == "b"
    assert load(path).__file__ == str(path)
    assert compilations == ["first.py", "other.py", "first.py"]


def test_files_elsewhere_are_none_of_its_business(compilations: list[str], tmp_path: Path) -> None:
    path = tmp_path / "checkout_of_somebody.py"
    path.write_text("revision = 'a'\n")
    assert load(path).revision == load(path).revision == "a"
    assert compilations == ["checkout_of_somebody.py"] * 2
