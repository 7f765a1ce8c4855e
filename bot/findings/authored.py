"""What the migrations of the pull request send, statement by statement: what most rules look at.

In: the facts. Out: statements with their place, and the warnings about them. What the bot wrote is not among them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.findings.facts import Facts
from bot.model import Finding, Migration, Statement, Where
from bot.sqltext.dml import effects
from bot.sqltext.row_effects import Assignment

_SHOWN = 300  # characters of a statement


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


def statements(facts: Facts) -> Iterator[AuthoredStatement]:
    """All that the author's migrations send, both ways."""
    for migration in facts.authored:
        for statement in migration.statements:
            yield AuthoredStatement(migration, statement)
