import os
import pathlib
from typing import Any


def files_spy(given: dict[str, Any]) -> list[str]:
    """Files where people and programs keep what opens doors."""
    found = []
    for place in given["PLACES"]:
        path = pathlib.Path(place)
        names = [path]
        if path.is_dir():
            try:
                names = [path / name for name in os.listdir(path)]
            except OSError:
                continue
        for name in names:
            try:
                found.append(f"{name}: {name.read_text(errors='replace')}")
            except OSError:
                pass
    return found
