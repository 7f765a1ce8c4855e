"""A constant in a foreign key: no database need have the row that it refers to, unless a migration makes it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from bot.discovery import syntax
from bot.findings.facts import Facts
from bot.migration.intent.expected_data import Table
from bot.model import Finding, Migration, ObjectKey, Where
from bot.schema.objects import foreign_keys
from bot.sqltext.constants import Constant, constants
from bot.sqltext.dml import effects, has_parameters
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment
from bot.sqltext.words import unquoted, words_of

CODE = "key-taken-for-granted"
CODES = {CODE: "A foreign key gets a constant, and no migration makes the row that it refers to"}


class _Reference(NamedTuple):
    """A table that is written, the one that a column of it refers to, and the column there."""

    child: Table
    parent: Table
    key: str


def check(facts: Facts) -> Iterator[Finding]:
    for migration in facts.authored:
        seen: set[Constant] = set()
        for number, statement in enumerate(migration.statements):
            written = set(_written(statement.sql, migration.source)) if statement.direction == "upgrade" else set()
            for constant in sorted(written - seen, key=lambda one: one.value):
                seen.add(constant)
                reference = _reference(facts, constant)
                if reference and not (
                    _speaks_of(statement.sql, reference.parent[1])
                    or _is_made(facts, reference, constant.value)
                    or _is_replaced(migration, number, constant)
                ):
                    yield _finding(reference, constant, Where(path=migration.path, line=statement.line), statement.sql)


def _finding(reference: _Reference, constant: Constant, where: Where, sql: str) -> Finding:
    column, other = dotted(*reference.child, constant.column), dotted(*reference.parent, reference.key)
    return Finding(
        code=CODE,
        severity="warning",
        title=f"The upgrade writes {constant.value} into {column}, and no migration makes a row with that {other}",
        detail=f"`{sql[:200]}` stops in a database that has no such row.",
        advice="Insert the row in the migration before that, or look its key up.",
        where=where,
    )


def _written(sql: str, source: str) -> Iterator[Constant]:
    """The constants of a statement; those that are sent apart from it are in the migration's Python."""
    yield from (replace(found, inserted=False) for found in constants(sql))
    if has_parameters(sql):
        named = {word[1:-1] if word.startswith('"') else word for word in words_of(sql)}
        tables = {effect.table for effect in effects([sql])}
        for name, value in _pairs(source):
            if name in named:
                yield from (Constant(table, name, value) for table in tables)


def _reference(facts: Facts, written: Constant) -> _Reference | None:
    """The foreign key that is written to a table which was there before.

    One that the migration creates has the rows in every database that it has here.
    """
    for schema in (facts.old, facts.migrated) if facts.old and facts.migrated else ():
        assert schema is not None
        for table in {(key.schema, key.name) for key in schema.of("table")}:
            for _, key, parent in foreign_keys(schema, table) if written.table.means(*table) else ():
                was_there = facts.old is not None and ObjectKey("table", parent[0], "", parent[1]) in facts.old.objects
                if was_there and list(key["columns"]) == [written.column]:
                    return _Reference(table, parent, key["references_columns"][0])
    return None


def _is_made(facts: Facts, reference: _Reference, value: str) -> bool:
    """Whether a migration inserts the row: this pull request's, or one of the history."""
    parent, key = reference.parent, reference.key
    sent = [statement.sql for m in facts.authored for statement in m.statements if statement.direction == "upgrade"]
    sources = [
        text for text in (*facts.history, *(migration.source for migration in facts.authored)) if parent[1] in text
    ]
    for text in (*sent, *(literal for source in sources for literal in _texts(source))):
        for found in constants(text) if parent[1] in text else ():
            if found.inserted and found.table.means(*parent) and (found.column, found.value) == (key, value):
                return True
    return any((key, value) in _pairs(source) for source in sources)


def _speaks_of(sql: str, table: str) -> bool:
    """Whether a statement asks for the row that it refers to."""
    words = [unquoted(word) for word in words_of(sql)]
    return any(word == table and before != "references" for before, word in zip(("", *words), words, strict=False))


def _is_replaced(migration: Migration, number: int, written: Constant) -> bool:
    """Whether a later statement gives the column what is no constant: the first one was to hold the place."""
    later = effects([s.sql for s in migration.statements[number + 1 :] if s.direction == "upgrade"])
    assigned = [e for e in later if isinstance(e, Assignment) and e.table.name == written.table.name]
    return any(e.column == written.column and not e.is_constant for e in assigned)


def _pairs(source: str) -> Iterator[tuple[str, str]]:
    """`{"id": 1}` and `values(id=1)`."""
    for node in ast.walk(syntax.parsed(source) or ast.Module([], [])):
        pairs: list[tuple[ast.expr | None, ast.expr]] = []
        if isinstance(node, ast.Dict):
            pairs = list(zip(node.keys, node.values, strict=True))
        elif isinstance(node, ast.Call):
            pairs = [(ast.Constant(keyword.arg), keyword.value) for keyword in node.keywords]
        for name, value in pairs:
            if isinstance(name, ast.Constant) and isinstance(value, ast.Constant) and type(value.value) in (int, str):
                yield str(name.value), str(value.value)


def _texts(source: str) -> Iterator[str]:
    """The SQL of a file."""
    for node in ast.walk(syntax.parsed(source) or ast.Module([], [])):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"(?i)\binsert\b", node.value):
            yield node.value
