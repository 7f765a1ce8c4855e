"""What a project would be found by if it were installed: its entry points, by which applications load their own parts.

In: a folder of a checkout. Out: groups of names and the objects that they stand for, read from `pyproject.toml`,
`setup.cfg` and `setup.py` as data: nothing is run, and what is no plain name is left out.
"""

import ast
import configparser
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.discovery import syntax
from bot.system import beneath, toml

Groups = dict[str, dict[str, str]]

_GROUP = re.compile(r"[\w.-]{1,200}")
_NAME = re.compile(r"[^\s=\[\]#;][^=\[\]\r\n]{0,200}")
_OBJECT = re.compile(r"[\w.]+(\s*:\s*[\w.]+)?(\s*\[[\w\s,.-]*\])?")
_SCRIPTS = {"scripts": "console_scripts", "gui-scripts": "gui_scripts"}


def of(folder: Path, checkout: Path) -> Groups:
    """The entry points of the project in a folder, of all its files."""
    inner = folder.relative_to(checkout).as_posix()
    found: Groups = {}
    for name, read in _READERS.items():
        for group, entries in read(beneath.text(checkout, f"{inner}/{name}") or ""):
            if _GROUP.fullmatch(group):
                found.setdefault(group, {}).update(_proper(entries))
    return {group: entries for group, entries in found.items() if entries}


def as_file(groups: Groups) -> str:
    """As `entry_points.txt` of an installed package."""
    parts = [
        [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())] for group, entries in groups.items()
    ]
    return "".join("\n".join([*part, "", ""]) for part in parts)


def _proper(entries: Any) -> dict[str, str]:
    if not isinstance(entries, dict):
        return {}
    return {
        name.strip(): value.strip()
        for name, value in entries.items()
        if isinstance(name, str)
        and isinstance(value, str)
        and _NAME.fullmatch(name.strip())
        and _OBJECT.fullmatch(value.strip())
    }


def _in_pyproject(text: str) -> Iterator[tuple[str, Any]]:
    try:
        tables = toml.loads(text)
    except (ValueError, RecursionError):
        return
    project, poetry = _table(tables, "project"), _table(_table(tables, "tool"), "poetry")
    for table, plugins in ((project, "entry-points"), (poetry, "plugins")):
        yield from _table(table, plugins).items()
        for key, group in _SCRIPTS.items():
            yield group, table.get(key)


def _in_setup_cfg(text: str) -> Iterator[tuple[str, Any]]:
    for group, lines in _sections(text).get("options.entry_points", {}).items():
        yield group, _assigned(lines.splitlines())


def _in_setup_py(text: str) -> Iterator[tuple[str, Any]]:
    tree = syntax.parsed(text)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.keyword) and node.arg == "entry_points":
            try:
                said = ast.literal_eval(node.value)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                continue
            if isinstance(said, str):
                yield from _sections(textwrap.dedent(said)).items()
            elif isinstance(said, dict):
                for group, lines in said.items():
                    if isinstance(group, str):
                        yield group, _assigned([lines] if isinstance(lines, str) else lines)


def _sections(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), default_section="")
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names differ by case
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return {name: dict(section) for name, section in parser.items() if name}


def _assigned(lines: Any) -> dict[str, str]:
    """`name = object` for each line."""
    parts = [line.partition("=") for line in lines if isinstance(line, str)] if isinstance(lines, list | tuple) else []
    return {name: value for name, _, value in parts if value}


def _table(table: Any, name: str) -> dict[str, Any]:
    found = table.get(name, {}) if isinstance(table, dict) else {}
    return found if isinstance(found, dict) else {}


_READERS = {"pyproject.toml": _in_pyproject, "setup.cfg": _in_setup_cfg, "setup.py": _in_setup_py}
