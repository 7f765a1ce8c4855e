"""Statements of the author's about columns that had no values: of such a type, say, the bot knows none."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, Where
from bot.sqltext.dml import effects, writes_rows
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment
from bot.sqltext.words import unquoted, words_of

CODE = "column-without-values"
CODES = {CODE: "What becomes of a column's values was not seen: it had none"}


def check(facts: Facts) -> Iterator[Finding]:
    if not facts.with_rows:
        return
    left = list(facts.without_values)
    for migration in facts.project.migrations:
        for statement in migration.statements if migration.origin == "pull_request" else ():
            if statement.direction != "upgrade" or not _is_about_values(statement.sql):
                continue
            names = {word.lower() for word in map(unquoted, words_of(statement.sql))}
            for column in [name for name in left if {name[1].lower(), name[2].lower()} <= names]:
                left.remove(column)
                yield Finding(
                    code=CODE,
                    severity="warning",
                    title=f"No row had a value in {dotted(*column)}, so what becomes of its values was not seen",
                    detail=f"`{statement.sql[:200]}` speaks of it.",
                    advice="Give the bot rows that have values there: `--rows FILE`.",
                    where=Where(path=migration.path, line=statement.line),
                )


def _is_about_values(sql: str) -> bool:
    return writes_rows(sql) or any(isinstance(effect, Assignment) for effect in effects([sql]))
