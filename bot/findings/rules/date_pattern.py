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
    for migration in facts.authored:
        found = {
            (pattern, said): statement.line
            for statement in migration.statements
            for pattern, said in date_formats.in_sql(statement.sql)
        }
        found.update({(pattern, said): line for line, pattern, said in _in_python(migration.source)})
        for (pattern, said), line in found.items():
            yield Finding(
                code=CODE,
                severity="warning",
                title=f"In the pattern {pattern[:60]}, {said}",
                detail="Different moments become one text, or a text that no moment has.",
                advice="HH24:MI has the minutes, HH12 goes with AM, IW with IYYY; in Python %H:%M, %I %p, %G-W%V.",
                where=Where(path=migration.path, line=line),
            )


def _in_python(source: str) -> Iterator[tuple[int, str, str]]:
    tree = syntax.parsed(source)
    for node in ast.walk(tree) if tree else ():
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr not in _CALLS:
            continue
        for argument in node.args[-1:]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                said = date_formats.of_python(argument.value)
                if said:
                    yield node.lineno, argument.value, said
