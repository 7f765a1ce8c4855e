"""A division of whole numbers whose result goes into a column that could hold the fraction."""

from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.schema.snapshots import Snapshot
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment
from bot.sqltext.words import Words, unquoted

CODE = "integer-division"
CODES = {CODE: "A division of whole numbers loses the fraction"}
_WHOLE = {"smallint", "integer", "bigint"}
_FRACTIONS = ("numeric", "real", "double precision")


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        for effect in found.assignments:
            if _has_fractions(facts, effect) and _divides(facts, effect.value):
                name = dotted(effect.table.name, effect.column)
                yield found.warning(
                    CODE,
                    f"{name} gets the result of a division of whole numbers, without its fraction",
                    detail=f"{found.quoted}: 7 / 2 is 3.",
                    advice="Cast one of the two, as in `total::numeric / parts`.",
                )


def _has_fractions(facts: Facts, effect: Assignment) -> bool:
    types = _types(facts, effect.column)
    return bool(types) and all(name.startswith(_FRACTIONS) and not name.endswith(",0)") for name in types)


def _divides(facts: Facts, words: Words) -> bool:
    """Whether columns of whole numbers alone stand on both sides of a sign of division."""
    for place, word in enumerate(words):
        if word != "/" or place == 0:
            continue
        right = place + 1 + 2 * ([word.lower() for word in words[place + 1 : place + 3]] == ["nullif", "("])
        right += 2 * (words[right + 1 : right + 2] == (".",))
        if words[right + 1 : right + 2] in ((":",), ("(",)) or right >= len(words):
            continue
        sides = (_types(facts, unquoted(words[side])) for side in (place - 1, right))
        if all(types and types <= _WHOLE for types in sides):
            return True
    return False


def _types(facts: Facts, column: str) -> set[str]:
    """The types of the columns of a name, in any table."""
    schemas: list[Snapshot] = [schema for schema in (facts.old, facts.migrated) if schema is not None]
    return {
        attributes["type"]
        for schema in schemas
        for key, attributes in schema.of("column").items()
        if key.name == column
    }
