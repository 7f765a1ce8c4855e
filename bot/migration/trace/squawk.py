"""What squawk, a linter of SQL, says of the statements, where it is on the path.

In: the statements of the upgrade, as they were sent. Out: its remarks, each on its statement. Rules whose question the
server has answered are left out: whether a statement locks, reads or rewrites a table, and what old code does without
it, is known here and guessed there.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import msgspec

from bot.errors import ToolError
from bot.migration.trace.replay import StatementFacts
from bot.system import program, run
from bot.system.timing import span

_SECONDS = 20.0
_ANSWERED = frozenset(
    {
        *("adding-field-with-default", "adding-foreign-key-constraint", "adding-not-nullable-field"),
        *("adding-required-field", "adding-serial-primary-key-field", "changing-column-type"),
        *("constraint-missing-not-valid", "disallowed-unique-constraint", "prefer-text-field", "ban-replace-view"),
        *("require-concurrent-index-creation", "require-concurrent-index-deletion", "require-concurrent-reindex"),
        *("require-concurrent-partition-detach", "require-concurrent-detach", "require-concurrent-refresh"),
        *("require-lock-timeout", "require-statement-timeout", "require-timeout-settings"),
        # Migrations run in Alembic's transactions, and are tried as they run.
        *("prefer-robust-stmts", "transaction-nesting", "ban-uncommitted-transaction", "syntax-error"),
        "ban-concurrent-index-creation-in-transaction",
    }
)
_ANSWERED_KINDS = ("renaming-", "ban-drop-")


class _Said(msgspec.Struct):
    """One entry of squawk's own JSON."""

    line: int
    rule_name: str
    message: str
    help: str | None = None


@dataclass(frozen=True)
class Remark:
    statement: StatementFacts
    rule: str
    message: str
    help: str = ""


@span("squawk")
def remarks(statements: Sequence[StatementFacts], major: int, temporary: Path) -> tuple[list[Remark], str]:
    """All remarks in order, and why there are none where it failed; nothing of both where it is not installed.

    `major` is the version of the server, `temporary` a folder for a file of SQL.
    """
    found = program("squawk")
    if found is None or not statements:
        return [], ""
    try:
        return _placed(statements, _asked(found, statements, major, temporary)), ""
    except (ToolError, msgspec.MsgspecError) as error:
        return [], f"squawk gave no answer: {error}"


def _text(statement: StatementFacts) -> str:
    return statement.sql.rstrip().rstrip(";") + "\n;\n"  # on a line of its own, after whatever comment


def _asked(squawk: Path, statements: Sequence[StatementFacts], major: int, temporary: Path) -> list[_Said]:
    """In a folder of its own, where it finds no configuration of the repository's."""
    with tempfile.TemporaryDirectory(dir=temporary) as folder:
        script = Path(folder) / "upgrade.sql"
        script.write_text("".join(map(_text, statements)), "utf-8")
        command = [
            str(squawk),
            "--reporter",
            "json",
            "--pg-version",
            str(major),
            "--assume-in-transaction",
            str(script),
        ]
        done = run(command, cwd=Path(folder), timeout=_SECONDS, check=False)
    return msgspec.json.decode(done.stdout or "[]", type=list[_Said])


def _placed(statements: Sequence[StatementFacts], said: Sequence[_Said]) -> list[Remark]:
    ends = list(accumulate(_text(statement).count("\n") for statement in statements))
    found = []
    for entry in said:
        number = next((number for number, end in enumerate(ends) if entry.line < end), None)
        if number is not None and not _is_answered(entry.rule_name):
            found.append(Remark(statements[number], entry.rule_name, entry.message, entry.help or ""))
    return found


def _is_answered(rule: str) -> bool:
    return rule in _ANSWERED or rule.startswith(_ANSWERED_KINDS)
