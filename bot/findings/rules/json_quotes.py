"""A text that is taken out of JSON as JSON: `->` gives it with its quotes, `->>` without."""

from collections.abc import Iterator
from itertools import pairwise

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment
from bot.sqltext.words import Words

CODE = "json-quotes"
CODES = {CODE: "A text gets its value out of JSON with the quotes around it"}
_TEXTS = ("text", "character varying", "varchar", "citext")


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        for assigned in found.assignments:
            if _ends_as_json(assigned.value) and {*_types(facts, assigned)} & {*_TEXTS}:
                yield found.warning(
                    CODE,
                    f"{dotted(assigned.table.name, assigned.column)} gets a text out of JSON with its quotes",
                    detail=f"`->` gives JSON, in which a text stands between quotes: {found.quoted}",
                    advice="Write `->>` before the last key.",
                )


def _ends_as_json(value: Words) -> bool:
    """`data -> 'a'`, also in parentheses, and cast to a text."""
    inner = _within(value)
    return inner[-3:-1] == ("-", ">") and inner[-1:] != () and inner[-1].startswith("'")


def _within(value: Words) -> Words:
    """The expression without what a cast to a text and parentheses put around it; nothing where it is cast to else."""
    lower = tuple(word.lower() for word in value)
    if lower[:2] == ("cast", "(") and "as" in lower:
        end = len(lower) - 1 - lower[::-1].index("as")
        return _within(value[2:end]) if {*lower[end:]} & {*_TEXTS} else ()
    if (":", ":") in pairwise(lower):
        end = _cast(lower)
        return _within(value[:end]) if {*lower[end:]} & {*_TEXTS} else ()
    return _within(value[1:-1]) if value[:1] == ("(",) and value[-1:] == (")",) else value


def _cast(words: Words) -> int:
    """Where the last cast begins."""
    return max(place for place, pair in enumerate(pairwise(words)) if pair == (":", ":"))


def _types(facts: Facts, assigned: Assignment) -> Iterator[str]:
    """What the column is, before the migration and after it."""
    for schema in (facts.migrated, facts.old):
        for key, attributes in schema.of("column").items() if schema is not None else ():
            if key.name == assigned.column and assigned.table.means(key.schema, key.parent):
                yield str(attributes["type"]).partition("(")[0]
