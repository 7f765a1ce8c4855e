"""The checkout's files are touched by the account that they belong to, so that links among them give nothing more."""

from pathlib import Path
from typing import Any, Dict

ASIDE = ".aside"  # no ending that Alembic would read


def discard(spec: Dict[str, Any], path: str) -> None:
    """Remove a file of the checkout, if it is there."""
    file = Path(spec["checkout"], path)
    if file.is_symlink() or file.exists():
        file.unlink()


def hide(spec: Dict[str, Any], path: str) -> None:
    """Take a file out of Alembic's sight."""
    file = Path(spec["checkout"], path)
    file.rename(file.with_name(file.name + ASIDE))


def restore(spec: Dict[str, Any], path: str) -> None:
    """Undo `hide`."""
    file = Path(spec["checkout"], path)
    file.with_name(file.name + ASIDE).rename(file)


def write(spec: Dict[str, Any], path: str, source: str) -> None:
    """Write a new file; what is there already is not touched."""
    with Path(spec["checkout"], path).open("x", encoding="utf-8") as file:
        file.write(source)
