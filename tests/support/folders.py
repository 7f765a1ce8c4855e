"""Checkouts for tests, written from their files' texts."""

from pathlib import Path


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def ini(location: str, section: str = "alembic", more: str = "") -> str:
    return f"[{section}]\nscript_location = {location}\n{more}\n"
