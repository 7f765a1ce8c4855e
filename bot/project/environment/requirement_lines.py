"""What one line of a requirements file says: its package, where that comes from, and what stands in for it."""

import re
from collections.abc import Sequence

from bot.project.environment.uv_errors import normal

INDEX = re.compile(r"(-i|-f|--(extra-)?index-url|--find-links)[ =]|--no-index\s*$")


def strategy(lines: Sequence[str]) -> list[str]:
    """As with pip: the best version of all indexes, not those of the first that knows the name."""
    return ["--index-strategy", "unsafe-best-match"] if any(map(INDEX.match, lines)) else []


def host(line: str) -> str:
    """Where a requirement comes from that no index has; empty for others."""
    found = re.search(r"(?:^|@\s*|-e\s+|^-\S+[ =]\s*)(?:git\+)?\w+://(?:[^@/]*@)?([^/:\s]+)", line)
    return found[1] if found else ""


def repository(line: str) -> str:
    """The name of a repository, where the requirement gives none to the package."""
    return normal(re.sub(r"(\.git)?(@.*)?$", "", line).rstrip("/").rpartition("/")[2])


def binary(line: str) -> str:
    """psycopg2 compiles; its twin has wheels."""
    return re.sub(r"^psycopg2(?=[\s=<>~!;\[]|$)", "psycopg2-binary", line)


def package_of(line: str) -> str:
    """The package that it asks for; empty where only the archive or the repository knows."""
    match = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
    egg = re.search(r"[#&]egg=([A-Za-z0-9._-]+)", line)
    if line.startswith(("git+", "http")):
        return normal(egg[1]) if egg else ""
    return normal(match[0]) if match else ""
