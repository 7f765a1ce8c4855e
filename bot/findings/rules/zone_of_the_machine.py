"""A moment that Python computes in the time zone of the machine: it is another one where the migration runs."""

import ast
from collections.abc import Iterator

from bot.findings.authored import nodes
from bot.findings.facts import Facts
from bot.model import Finding

CODE = "zone-of-the-machine"
CODES = {CODE: "Python computes a moment in the time zone of the machine"}


def check(facts: Facts) -> Iterator[Finding]:
    local = [call for call in nodes(facts, ast.Call) if _is_local(call.node)] if facts.with_rows else []
    for call in {each.path: each for each in reversed(local)}.values():  # the first of each file
        yield call.warning(
            CODE,
            "Python computes a moment in the time zone of the machine",
            detail=f"{call.quoted(150)} is another one where the zone is another.",
            advice="Name the zone, as in `datetime.fromtimestamp(seconds, tz=timezone.utc)`.",
        )


def _is_local(call: ast.Call) -> bool:
    """`datetime.fromtimestamp(x)`, `moment.astimezone()`, `time.localtime(x)`, `time.mktime(x)`"""
    called, given = getattr(call.func, "attr", getattr(call.func, "id", "")), len(call.args) + len(call.keywords)
    if called in ("fromtimestamp", "localtime", "mktime"):
        return given == 1
    return called == "astimezone" and given == 0
