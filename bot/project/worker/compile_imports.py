"""Compiles what modules import, in the way an import would, without running any of it.

In: a file of names, a line each, and folders with packages; `name.*` is a package with all that is in it. Out: compiled
files beside the sources. Followed are the imports that stand outside of functions, read off the compiled code. What is
left out is compiled by each process that imports it. Runs by itself in the project's Python, 3.8 or newer.
"""

import dis
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any, Iterator, List, Optional, Sequence, Set

_ASIDE = {"test", "tests", "testing", "conftest.py"}
_CONSTANTS = ("LOAD_CONST", "LOAD_SMALL_INT")


def main(listed: str, *folders: str) -> None:
    waiting = Path(listed).read_text(encoding="utf-8").split()
    seen: Set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name.endswith(".*"):
            waiting += _inside(name[:-2], folders)
            continue
        package = name.rpartition(".")[0]
        waiting += [package] if package else []
        path = _file(name, folders)
        code = _compiled(name, path) if path else None
        if path and code is not None:
            waiting += imports(code, name if path.name == "__init__.py" else package)


def _file(name: str, folders: Sequence[str]) -> Optional[Path]:
    for folder in folders:
        place = Path(folder, *name.split("."))
        for path in (place / "__init__.py", place.with_name(place.name + ".py")):
            if path.is_file():
                return path
    return None


def _inside(package: str, folders: Sequence[str]) -> Iterator[str]:
    """All modules of a package but its tests."""
    for folder in folders:
        for path in Path(folder, *package.split(".")).rglob("*.py"):
            parts = path.relative_to(folder).parts
            if not _ASIDE.intersection(parts):
                yield ".".join(parts)[:-3]


def _compiled(name: str, path: Path) -> Any:
    """The code, which the loader writes where an import looks for it."""
    try:
        return SourceFileLoader(name, str(path)).get_code(name)
    except Exception:
        return None  # no Python of this version: a template, or for another one


def imports(code: Any, package: str) -> Iterator[str]:
    """What the code of a module imports, with names that may be modules."""
    argument, values = 0, [0, None]  # the level and the names of an import are loaded before it
    for position in range(0, len(code.co_code), 2):
        operation = dis.opname[code.co_code[position]]
        argument |= code.co_code[position + 1]
        if operation == "EXTENDED_ARG":
            argument <<= 8
            continue
        if operation in _CONSTANTS:
            values = [values[-1], argument if operation == "LOAD_SMALL_INT" else code.co_consts[argument]]
        elif operation == "IMPORT_NAME":
            yield from _named(code.co_names[argument], values[0], values[1], package)
        argument = 0


def _named(name: str, level: Any, names: Any, package: str) -> List[str]:
    if isinstance(level, int) and level:
        parts = package.split(".")
        name = ".".join([*parts[: len(parts) - level + 1], *([name] if name else [])])
    return [name, *(name + "." + each for each in names or () if each != "*")] if name else []


if __name__ == "__main__":
    main(*sys.argv[1:])
