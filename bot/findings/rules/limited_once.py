"""A statement for some rows at a time that is not repeated: where there are more, the others stay as they are."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from bot.findings.facts import Facts
from bot.model import Finding, Migration, Where
from bot.sqltext.dml import limit

CODE = "limited-once"
CODES = {CODE: "A statement for some rows at a time is not repeated"}


def check(facts: Facts) -> Iterator[Finding]:
    for migration in facts.project.migrations:
        if migration.origin != "pull_request":
            continue
        loops = _loops(migration)
        for statement in migration.statements:
            most = limit(statement.sql)
            if not most or loops.may_repeat(statement.line):
                continue
            yield Finding(
                code=CODE,
                severity="warning",
                title=f"The {statement.direction} changes {most} rows at most",
                detail=f"`{statement.sql[:200]}` is sent once, outside of any loop: further rows stay as they are.",
                advice="Repeat it until it meets no row any more, or leave the limit out.",
                where=Where(path=migration.path, line=statement.line),
            )


@dataclass(frozen=True)
class _Loops:
    """First and last lines of the loops and of upgrade and downgrade; `known` tells whether the file is Python."""

    known: bool
    loops: tuple[tuple[int, int], ...] = ()
    main: tuple[tuple[int, int], ...] = ()

    def may_repeat(self, line: int | None) -> bool:
        """Whether a line may run several times; any loop may call a function other than upgrade and downgrade."""
        if not self.known or line is None:
            return True
        within = any(first <= line <= last for first, last in self.loops)
        return within or (bool(self.loops) and not any(first <= line <= last for first, last in self.main))


def _loops(migration: Migration) -> _Loops:
    try:
        tree = ast.parse(migration.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _Loops(known=False)
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    main = [node for node in functions if node.name in ("upgrade", "downgrade")]
    return _Loops(True, tuple(map(_span, loops)), tuple(map(_span, main)))


def _span(node: ast.stmt) -> tuple[int, int]:
    return node.lineno, node.end_lineno or node.lineno
