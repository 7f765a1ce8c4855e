import os
import pathlib
from typing import Any


def environment_spy(given: dict[str, Any]) -> list[str]:
    """Variables: its own, and what can be seen in every other process."""
    found = [f"{name}={value}" for name, value in os.environ.items()]
    for place in pathlib.Path("/proc").glob("[0-9]*"):
        if place.name == str(os.getpid()):
            continue
        for name in ("environ", "maps"):
            try:
                text = (place / name).read_text(errors="replace")
                if text:
                    found.append(f"{name}: {text}")
            except OSError:
                pass
        for name in ("cwd", "root", *(f"fd/{number}" for number in range(20))):
            try:
                found.append(f"{name}: {os.readlink(place / name)}")
            except OSError:
                pass
    return found
