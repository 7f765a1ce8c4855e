"""A pattern of dates or times with letters that do not go together: `HH24:MM` has the month for the minutes."""

import ast
from collections.abc import Iterator

from bot.discovery import syntax
from bot.findings.facts import Facts
from bot.model import Finding, Where
from bot.sqltext import date_formats

CODE = "date-pattern"
CODES = {CODE: "A pattern of dates or times contradicts itself"}
_CALLS = ("strftime", "strptime")


def check(facts: Facts) -> Iterator[Finding]:
    found = {
        (migration.path, pattern, said): statement.line
        for migration in facts.authored
        for statement in migration.statements
        for pattern, said in date_formats.in_sql(statement.sql)
    }
    python = ((file.path, *said) for file in facts.code for said in _in_python(file.source))
    found.update({(path, pattern, said): line for path, line, pattern, said in python})
    for (path, pattern, words), line in found.items():
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"In the pattern {pattern[:60]}, {words}",
            detail="Different moments become one text, or a text that no moment has.",
            advice="HH24:MI has the minutes, HH12 goes with AM, IW with IYYY; in Python %H:%M, %I %p, %G-W%V.",
            where=Where(path=path, line=line),
        )


def _in_python(source: str) -> Iterator[tuple[int, str, str]]:
    tree = syntax.parsed(source)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _CALLS and node.args:
            pattern = node.args[-1]
            if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str):
                said = date_formats.of_python(pattern.value)
                if said:
                    yield node.lineno, pattern.value, said
