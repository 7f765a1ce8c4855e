"""Files that settings name: SQL to set a database up, rows, sizes of tables, variables.

In: a path, and whose files are meant: the working tree's, or the base revision's. Out: what the file holds. A
`UsageError` names the option when there is no such file, or when it is not what it should be.
"""

import csv
import errno
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import UsageError

LARGEST_FILE = 64 * 1024**2  # bytes: it is kept in memory

# What a file of the repository holds, by its path. Raises `OSError`.
Files = Callable[[str], bytes]


@dataclass(frozen=True)
class RowsFile:
    """Rows of the user's own: an SQL script or an archive of `pg_dump`, whichever the content is."""

    name: str
    content: bytes = field(repr=False)


def below(repo: Path) -> Files:
    """Files of the working tree; absolute paths are taken as they are."""

    def read(path: str) -> bytes:
        file = repo / path
        if file.is_file() and file.stat().st_size > LARGEST_FILE:
            raise OSError(errno.EFBIG, f"the file has more than {LARGEST_FILE >> 20} MB")
        return file.read_bytes()

    return read


def _shown(path: str) -> str:
    return (path if path.isprintable() else ascii(path))[:200]


def _content(option: str, path: str, files: Files) -> bytes:
    try:
        return files(path)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"--{option} {_shown(path)}: {why}") from error


def _text(option: str, path: str, files: Files) -> str:
    try:
        return _content(option, path, files).decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"--{option} {_shown(path)}: the file is not UTF-8 text") from error


def script(text: str, files: Files) -> str:
    """SQL given directly or, with `@`, in a file."""
    return _text("setup", text[1:], files) if text.startswith("@") else text


def rows(path: str, files: Files) -> RowsFile | None:
    """The file of `--rows`."""
    if not path:
        return None
    content = _content("rows", path, files)
    if not content.strip():
        raise UsageError(f"--rows {_shown(path)}: the file is empty", "Give an SQL script or an archive of pg_dump.")
    return RowsFile(path, content)


def sizes(path: str, files: Files) -> dict[tuple[str, str], int]:
    """The file of `--sizes`: rows by schema and table."""
    if not path:
        return {}
    text, found = _text("sizes", path, files), dict[tuple[str, str], int]()
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for line in reader:
            found[line["schema"], line["table"]] = _count(line["rows"])
    except (csv.Error, KeyError, ValueError) as error:
        raise _no_sizes(path, f"line {reader.line_num}") from error
    if not found:
        raise _no_sizes(path, "there are none in it")
    return found


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,15}", text or "", re.ASCII):
        raise ValueError(text)
    return int(text)


def _no_sizes(path: str, where: str) -> UsageError:
    return UsageError(
        f"--sizes {path[:200]}, {where}: these are no lines of schema,table,rows",
        "The query that makes such a file is in docs/deploying.md.",
    )


def variables(lines: list[str]) -> dict[str, str]:
    """`NAME=VALUE` lines of `--env` as a mapping; raises `UsageError` for a line without a name."""
    found: dict[str, str] = {}
    for line in lines:
        name, equals, value = line.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--env {name[:60]}: this is not of the form NAME=VALUE")
        found[name.strip()] = value
    return found


# A line of a .env file. A value in quotes may hold line ends; after it, and after a blank in a plain one, a comment.
_VARIABLE = re.compile(
    r"""
      [^\S\n]* (?:export[^\S\n]+)? (?P<name>[A-Za-z_][\w.-]*) [^\S\n]* = [^\S\n]*
      (?: (?: '(?P<single>[^']*)' | "(?P<double>(?:[^"\\]|\\.)*+)" ) [^\S\n]* (?:\#[^\n]*)?
        | (?P<plain>(?!['"])[^\n]*) )
      (?:\n|\Z)
    """,
    re.VERBOSE | re.DOTALL,
)
_NOTHING = re.compile(r"[^\S\n]*(?:#[^\n]*)?(?:\n|\Z)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def env_file(path: str, files: Files) -> dict[str, str]:
    """The variables of a `.env` file. `$NAME` inside a value stays as it is."""
    if not path:
        return {}
    text, position, found = _text("env-file", path, files).replace("\r\n", "\n"), 0, dict[str, str]()
    while position < len(text):
        if match := _NOTHING.match(text, position):
            position = match.end()
            continue
        match = _VARIABLE.match(text, position)
        if match is None or "\x00" in match[0]:
            number = text.count("\n", 0, position) + 1
            raise UsageError(f"--env-file {_shown(path)}, line {number}: this is not of the form NAME=VALUE")
        found[match["name"]] = _value(match)
        position = match.end()
    return found


def _value(match: re.Match[str]) -> str:
    if match["double"] is not None:
        return re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), match["double"], flags=re.DOTALL)
    if match["single"] is not None:
        return match["single"]
    return re.sub(r"(^|\s)#.*", "", match["plain"]).strip()
