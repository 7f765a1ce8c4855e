"""A pattern of dates or times with letters that do not go together: `HH24:MM` has the month for the minutes."""

import ast
from collections.abc import Iterator

from bot.findings.authored import nodes
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
    for call in nodes(facts, ast.Call):
        pattern = _pattern(call.node)
        said = date_formats.of_python(pattern) if pattern else ""
        if said:
            found[call.path, pattern, said] = call.node.lineno
    for (path, pattern, words), line in found.items():
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"In the pattern {pattern[:60]}, {words}",
            detail="Different moments become one text, or a text that no moment has.",
            advice="HH24:MI has the minutes, HH12 goes with AM, IW with IYYY; in Python %H:%M, %I %p, %G-W%V.",
            where=Where(path=path, line=line),
        )


def _pattern(call: ast.Call) -> str:
    """`moment.strftime("%H:%m")`"""
    last = call.args[-1] if call.args and getattr(call.func, "attr", "") in _CALLS else None
    return last.value if isinstance(last, ast.Constant) and isinstance(last.value, str) else ""
