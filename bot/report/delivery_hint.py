"""How one gets the generated file.

Comes in: a report, a migration. Goes out: a sentence, and a command for a shell.
"""

import shlex
from pathlib import PurePosixPath
from typing import Literal

from bot.model import Migration, Report
from bot.report.text import visible

_LONGEST = 20_000  # characters of a file that is offered twice


def offer(report: Report, *, fork: bool) -> str:
    """The sentence below the file."""
    if _has(report, "open"):
        return "It is not finished: answer the questions first."
    if report.head is None:
        return "Copy it into the file named above, or let `--write` do so."
    if report.status in ("failed", "error"):
        return "`/migration commit` does not take it before the check passes."
    if fork:
        return "The bot cannot commit to a fork: copy it into the file named above."
    first = "Confirm what is assumed above; then commit" if _has(report, "assumed") else "Commit"
    return f"{first} it with `/migration commit`, or copy it into the file named above."


def _has(report: Report, decided: Literal["open", "assumed"]) -> bool:
    return any(decision.decided == decided for project in report.projects for decision in project.decisions)


def pasted(report: Report, migration: Migration) -> str:
    """The command that makes the file where a repository is checked out; empty where it is better not made.

    A report may come from a stranger: only a module below the repository is offered, and never a hidden one.
    """
    path = PurePosixPath(migration.path)
    inside = not path.is_absolute() and path.suffix == ".py" and not any(part.startswith(".") for part in path.parts)
    unfit = report.head is None or report.status in ("failed", "error") or _has(report, "open")
    source = visible(migration.source)
    if unfit or not inside or not migration.path.isprintable() or len(source) > _LONGEST:
        return ""
    mark = "MIGRATION"
    while mark in source:
        mark += "_"
    lines = [
        'cd "$(git rev-parse --show-toplevel)"',
        f"cat > {shlex.quote(migration.path)} <<'{mark}'",
        source.rstrip("\n"),
        mark,
    ]
    return "\n".join(lines)
