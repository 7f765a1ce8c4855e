"""What most rules look at: the statements that the author's migrations send, and the Python that stands in them.

In: the facts. Out: statements and parts of trees with their place, and the warnings about them. What the bot wrote is
not among them.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.discovery import syntax
from bot.findings.facts import Facts
from bot.model import Finding, Migration, Statement, Where
from bot.sqltext.dml import effects
from bot.sqltext.row_effects import Assignment

_SHOWN = 300  # characters of a statement
Node = TypeVar("Node", bound=ast.stmt | ast.expr)


@dataclass(frozen=True)
class AuthoredStatement:
    """A statement of the author's, and the migration that sends it."""

    migration: Migration
    statement: Statement

    @property
    def sql(self) -> str:
        return self.statement.sql

    @property
    def direction(self) -> str:
        """The upgrade or the downgrade."""
        return self.statement.direction

    @property
    def line(self) -> int | None:
        return self.statement.line

    @property
    def quoted(self) -> str:
        """Its text, as details show it."""
        return f"`{self.sql[:_SHOWN]}`"

    @property
    def assignments(self) -> list[Assignment]:
        """The values that it gives to columns."""
        return [effect for effect in effects([self.sql]) if isinstance(effect, Assignment)]

    def warning(self, code: str, title: str, *, detail: str, advice: str) -> Finding:
        """A warning in its place."""
        where = Where(path=self.migration.path, line=self.line)
        return Finding(code=code, severity="warning", title=title, detail=detail, advice=advice, where=where)


@dataclass(frozen=True)
class AuthoredNode(Generic[Node]):
    """A part of a file of the author's, as it was parsed: it is read, and never run."""

    path: str
    tree: ast.Module
    node: Node

    def quoted(self, most: int = _SHOWN) -> str:
        """Its text, as details show it."""
        return f"`{syntax.unparsed(self.node)[:most]}`"

    def warning(self, code: str, title: str, *, detail: str, advice: str, line: int | None = None) -> Finding:
        """A warning in its place, or on another line of the file."""
        where = Where(path=self.path, line=line or self.node.lineno)
        return Finding(code=code, severity="warning", title=title, detail=detail, advice=advice, where=where)


def statements(facts: Facts) -> Iterator[AuthoredStatement]:
    """All that the author's migrations send, both ways."""
    for migration in facts.authored:
        for statement in migration.statements:
            yield AuthoredStatement(migration, statement)


def nodes(facts: Facts, kind: type[Node]) -> Iterator[AuthoredNode[Node]]:
    """All parts of this kind in the author's migrations and in what they import, file by file."""
    for path, tree in facts.trees:
        yield from (AuthoredNode(path, tree, node) for node in ast.walk(tree) if isinstance(node, kind))
