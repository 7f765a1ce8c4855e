"""Values that a repository itself shows for its variables: example files, compose files, workflows, settings of tests.

In: a checkout. Out: values by name, those of tests before those for people. Read line by line: `NAME=value`,
`NAME: value`, with or without a dash and quotes, whatever the file is.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.system import beneath

_FILES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\.?env[._-](test|ci|testing|tests)\w*|(test|ci|testing)\.env",
        r"pytest\.ini|tox\.ini|conftest\.py",
        r"\.?env[._-]?(example|sample|template|dist|defaults?|tmpl|tpl|dev\w*|local\w*|docker\w*)([._-]\w+)*"
        r"|(\w+[._-])?(example|sample|template|default|dev\w*|local|docker)[._-]env|\w*\.env",
        r"(docker-)?compose[\w.-]*\.ya?ml",
        r"\w[\w.-]*\.ya?ml",  # in the folder of workflows only
        r"\.flaskenv|setup\.cfg|pyproject\.toml|makefile|dockerfile[\w.-]*|procfile|\w[\w.-]*\.sh|readme[\w.-]*",
    )
)
_WORKFLOWS = ".github/workflows"
_FOLDERS = ("", "docker", "deploy", "env", "envs", ".envs", "config", "tests", "test", "dev", ".devcontainer")
_LINE = re.compile(
    r"""^\s*(?:-\s*|export\s+|ENV\s+|os\.environ\[|os\.environ\.setdefault\(|monkeypatch\.setenv\()?["']?
        (?:[DR]:)?(?P<name>[A-Za-z][A-Za-z0-9_]{2,})["']?\]?\s*(?:[:=,]|\s(?=["']))\s*(?P<value>\S.*?)\s*\)?\s*$""",
    re.VERBOSE,
)
# Before a command: `A=1 B=2 flask db upgrade`.
_BEFORE = re.compile(r"""(?<![\w$-])([A-Z][A-Z0-9_]{2,})=("[^"]*"|'[^']*'|[^\s`]+)""")
_SHELL = re.compile(r"(\.sh|\.ya?ml|readme[\w.-]*|makefile|procfile|dockerfile[\w.-]*)$", re.IGNORECASE)
_OPEN = re.compile(r"\$\{\w+:?-(?P<default>[^${}]*)\}")
_UNKNOWN = re.compile(r"[${}<>]|^(null|none|~|\||>-?|changeme|todo)$", re.IGNORECASE)
_LARGEST = 256 * 1024  # bytes of a file
_LONGEST = 4_000  # characters of a value


def shown(checkout: Path, folders: tuple[str, ...]) -> dict[str, list[str]]:
    """Values by name; `folders` are looked at before the root, those below them that are usual with each."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in _paths(checkout, folders):
        text = beneath.text(checkout, path, _LARGEST) or ""
        for name, value in _lines(text, literal=path.endswith(".py"), shell=bool(_SHELL.search(path))):
            found[name].append(value)
    return found


def _paths(checkout: Path, folders: tuple[str, ...]) -> Iterator[str]:
    """The more specific kind of file first, and among equals the nearer one."""
    places = [f"{folder}/{inner}".strip("/") or "." for folder in dict.fromkeys((*folders, "")) for inner in _FOLDERS]
    listed = [(place, beneath.names(checkout, place)) for place in dict.fromkeys(places)]
    workflows = [(_WORKFLOWS, beneath.names(checkout, _WORKFLOWS))]
    for position, pattern in enumerate(_FILES):
        for place, names in workflows if position == 4 else listed:
            yield from (f"{place}/{name}".removeprefix("./") for name in names if pattern.fullmatch(name))


def _lines(text: str, *, literal: bool, shell: bool) -> Iterator[tuple[str, str]]:
    """Names and values; with `literal`, what is in no quotes is a name in code, with `shell`, a blank ends a value."""
    for line in text.splitlines():
        match = _LINE.match(line)
        # An item of a list, as in a compose file, is not given to a shell.
        before_command = match and re.match(rf"(?!\s*-\s).*?\b{match['name']}=[^\s\"']+\s", line)
        alone = match and not (shell and before_command)
        found = [(match["name"], match["value"])] if match and alone else _BEFORE.findall(line)
        for name, written in found:
            value = "" if literal and written[0] not in "\"'" else _plain(written)
            if value and len(value) < _LONGEST:
                yield name, value


def _plain(value: str) -> str:
    """A value without quotes and comment; empty when only somebody else knows it."""
    quoted = re.match(r"""(["'])(?P<inner>.*?)\1""", value)
    text = quoted["inner"] if quoted else re.sub(r"(^|\s+)#.*$", "", value).strip().rstrip("\"',")
    text = _OPEN.sub(lambda found: found["default"], text)
    return "" if _UNKNOWN.search(text) else text


_EXAMPLE = re.compile(r"[._-]?(example|sample|template|tmpl|tpl|dist|default|skel)s?[._-]?", re.IGNORECASE)
_TRIED = re.compile(r"(^|[/._-])(tests?|ci|dev\w*|local)([/._-]|$)", re.IGNORECASE)


def alike(name: str, paths: Iterable[str]) -> str:
    """Of these files the one that is called so, or an example of it: rather one of tests or development."""
    return preferred(path for path in paths if core(posixpath.basename(path)) == core(name))


def preferred(paths: Iterable[str]) -> str:
    """Of files with settings, one of tests or development, and then the outermost; empty when there is none."""
    return min(paths, key=lambda path: (not _TRIED.search(path), path.count("/"), path), default="")


def core(name: str) -> str:
    """A file's name without what makes it an example, and without the dots around that."""
    return re.sub(r"[._-]+", ".", _EXAMPLE.sub(".", name)).strip(".").lower()


def is_example(name: str) -> bool:
    return _EXAMPLE.search(name) is not None
