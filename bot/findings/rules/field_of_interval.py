"""One field of a time that has larger ones: `extract(month FROM age(a, b))` has no years, `.seconds` has no days."""

import ast
import re
from collections.abc import Iterator

from bot.discovery import syntax
from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.migration.planner.casts import family
from bot.model import Finding, Where
from bot.sqltext.dml import writes_rows
from bot.sqltext.words import Words, closing, unquoted, words_of

CODE = "field-of-interval"
CODES = {CODE: "One field of an interval is taken for the whole"}
_LARGER = {
    "month": ("year",),
    "day": ("month", "year"),
    "hour": ("day", "epoch"),
    "minute": ("hour", "epoch"),
    "second": ("minute", "epoch"),
}
_ADVICE = "Take the whole: extract(epoch FROM …) / 3600, or the larger fields as well: years * 12 + months."


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts) if facts.old is not None else ():
        words = words_of(found.sql) if writes_rows(found.sql) else ()
        fields = [(field, of) for field, of in _fields(words) if _is_interval(facts, of)]
        for field, _ in fields:
            larger = _LARGER.get(field, ())
            # A difference of moments has days and less; the hours of a day are asked of what is taken beside them.
            if larger and not {*larger} & {other for other, _ in fields} and not _has_no_larger(field, dict(fields)):
                yield _finding(found, field, larger[0])
                break
    for file in facts.code:
        tree = syntax.parsed(file.source)
        for node in ast.walk(tree) if tree is not None and ".days" not in file.source else ():
            if isinstance(node, ast.Attribute) and node.attr == "seconds" and isinstance(node.value, ast.BinOp):
                yield Finding(
                    code=CODE,
                    severity="warning",
                    title="The seconds of a difference are taken without its days",
                    detail=f"`{syntax.unparsed(node)[:200]}` is less than a day, whatever the difference is.",
                    advice="Use `total_seconds()`.",
                    where=Where(path=file.path, line=node.lineno),
                )


def _finding(found: AuthoredStatement, field: str, larger: str) -> Finding:
    return found.warning(
        CODE,
        f"The {field} of an interval is taken, and its {larger}s are left out",
        detail=f"{found.quoted}: of 14 months, the months are 2; of 26 hours, the hours are 2.",
        advice=_ADVICE,
    )


def _fields(words: Words) -> Iterator[tuple[str, Words]]:
    """`extract(month FROM x)` and `date_part('month', x)`: the field, and what it is taken from."""
    for place, word in enumerate(words):
        inner = words[place + 2 : closing(words, place + 1)] if words[place + 1 : place + 2] == ("(",) else ()
        if word.lower() in ("extract", "date_part") and len(inner) > 2:
            yield inner[0].strip("'").lower().removesuffix("s"), inner[2:]


def _is_interval(facts: Facts, words: Words) -> bool:
    """An age, a difference of moments, or a column that is an interval."""
    if words[:1] != () and words[0].lower() == "age":
        return True
    kinds = [_kind(facts, unquoted(word)) for word in words if re.match(r'[\w"]', word)]
    if "-" in words and kinds.count("moment") + sum(word.lower() == "now" for word in words) > 1:
        return True
    return "interval" in kinds and "moment" not in kinds


def _has_no_larger(field: str, fields: dict[str, Words]) -> bool:
    """A difference of moments has no months."""
    return field == "day" and fields[field][:1] != ("age",) and "-" in fields[field]


def _kind(facts: Facts, column: str) -> str:
    types = {
        str(attributes["type"])
        for key, attributes in (facts.old.of("column").items() if facts.old else ())
        if key.name == column
    }
    kinds = {"interval" if name.startswith("interval") else family(name) for name in types}
    return kinds.pop() if len(kinds) == 1 else ""
