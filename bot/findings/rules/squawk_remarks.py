"""What squawk says of the statements, where it is installed: one notice for each of its rules."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import listed
from bot.migration.trace.squawk import Remark
from bot.model import Finding

CODES = {"squawk": "What squawk, a linter of SQL, says of a statement"}
_SENTENCE = 200  # characters of a title


def check(facts: Facts) -> Iterator[Finding]:
    by_rule: dict[str, list[Remark]] = {}
    for remark in facts.remarks:
        by_rule.setdefault(remark.rule, []).append(remark)
    for rule, remarks in by_rule.items():
        first = remarks[0]
        lines = list(dict.fromkeys(f"line {r.statement.line}" for r in remarks if r.statement.line))
        more = f" It says so of {listed(lines, 5)}." if len(lines) > 1 else ""
        title = first.message if len(first.message) <= _SENTENCE else first.message[: _SENTENCE - 1] + "…"
        yield Finding(
            code="squawk",
            severity="notice",
            title=title,
            detail=f"squawk's rule {rule}.{more}",
            advice=first.help,
            where=facts.place(first.statement),
        )
