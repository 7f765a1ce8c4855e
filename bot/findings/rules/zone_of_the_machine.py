"""A moment that Python computes in the time zone of the machine: it is another one where the migration runs."""

import ast
from collections.abc import Iterator

from bot.discovery import syntax
from bot.findings.facts import Facts
from bot.model import Finding, Where

CODE = "zone-of-the-machine"
CODES = {CODE: "Python computes a moment in the time zone of the machine"}


def check(facts: Facts) -> Iterator[Finding]:
    for file in facts.code if facts.with_rows else ():
        tree = syntax.parsed(file.source)
        for node in ast.walk(tree) if tree is not None else ():
            if isinstance(node, ast.Call) and _is_local(node):
                yield Finding(
                    code=CODE,
                    severity="warning",
                    title="Python computes a moment in the time zone of the machine",
                    detail=f"`{syntax.unparsed(node)[:150]}` is another one where the zone is another.",
                    advice="Name the zone, as in `datetime.fromtimestamp(seconds, tz=timezone.utc)`.",
                    where=Where(path=file.path, line=node.lineno),
                )
                break


def _is_local(call: ast.Call) -> bool:
    """`datetime.fromtimestamp(x)`, `moment.astimezone()`, `time.localtime(x)`, `time.mktime(x)`"""
    called, given = getattr(call.func, "attr", getattr(call.func, "id", "")), len(call.args) + len(call.keywords)
    if called in ("fromtimestamp", "localtime", "mktime"):
        return given == 1
    return called == "astimezone" and given == 0
