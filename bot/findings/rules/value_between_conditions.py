"""Conditions for all that is less and all that is more, which leave out a value between: `< 18` and `> 18`."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.sqltext.comparisons import Comparison, comparisons
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment
from bot.sqltext.words import Words, words_of

CODE = "value-between-conditions"
CODES = {CODE: "Conditions for less and for more leave out a value between them"}


def check(facts: Facts) -> Iterator[Finding]:
    of_column: dict[tuple[str, str], list[tuple[AuthoredStatement, Assignment]]] = defaultdict(list)
    for found in statements(facts) if facts.old is not None else ():
        for effect in found.assignments if found.direction == "upgrade" else ():
            of_column[effect.table.name, effect.column].append((found, effect))
    for pairs in of_column.values():
        by_cases = [(found, effect, comparisons(effect.value), _else(effect.value)) for found, effect in pairs]
        found, effect = pairs[-1]
        everywhere = all(one.where for _, one in pairs) and len(pairs) > 1
        by_where = [Comparison(*each) for each in _all(pairs)] if everywhere else []
        for where, one, compared, otherwise in [*by_cases, (found, effect, iter(by_where), False)]:
            column, between = _gap(facts, list(compared), otherwise=otherwise)
            if column:
                yield _finding(where, one, column, between)
                break


def _all(pairs: Sequence[tuple[AuthoredStatement, Assignment]]) -> Iterator[tuple[str, str, str]]:
    """What the conditions of several statements compare, where each compares something."""
    each = [list(comparisons(effect.where)) for _, effect in pairs]
    for one in (one for found in each for one in found if all(each)):
        yield one.column, one.operator, one.literal


def _finding(found: AuthoredStatement, effect: Assignment, column: str, between: str) -> Finding:
    return found.warning(
        CODE,
        f"{dotted(effect.table.name, effect.column)} is not set where {column} is {between}",
        detail=f"{found.quoted} speaks of what is less and of what is more.",
        advice="Let one of the two conditions have the value: `<` and `>=`, for each border once.",
    )


def _else(value: Words) -> bool:
    """Whether something but NULL is the value where no condition holds."""
    return re.search(r"\belse (?!null\b)", " ".join(value), re.IGNORECASE) is not None


def _gap(facts: Facts, compared: Sequence[Comparison], *, otherwise: bool) -> tuple[str, str]:
    """A column and the values of it that no condition names; empty where there are none."""
    for column in dict.fromkeys(one.column for one in compared):
        ends = {(one.operator, one.literal) for one in compared if one.column == column}
        for operator, literal in sorted(ends):
            said = {other for other, same in ends if same == literal}
            if said == {"<", ">"} and not otherwise and not _is_forbidden(facts, column, literal):
                return column, literal
            after = _next(literal) if operator == "<=" else None
            if after and said == {"<="} and (">=", after) in ends and not _is_whole(facts, column, literal):
                return column, f"between {literal} and {after}"
    return "", ""


def _is_forbidden(facts: Facts, column: str, literal: str) -> bool:
    """Whether a check says that no row has the value."""
    checks = (
        str(attributes["expression"])
        for attributes in (facts.old.of("constraint").values() if facts.old else ())
        if attributes.get("type") == "c" and column in attributes["columns"]
    )
    return any(Comparison(column, "<>", literal) in comparisons(words_of(check)) for check in checks)


def _next(literal: str) -> str | None:
    """The whole number or the day that follows."""
    try:
        return str(int(literal) + 1) if "-" not in literal[1:] else str(date.fromisoformat(literal) + timedelta(days=1))
    except (ValueError, OverflowError):
        return None


def _is_whole(facts: Facts, column: str, literal: str) -> bool:
    """Whether no value of a column, in any table, stands between a number or a day and the next one."""
    types = {
        str(attributes["type"])
        for key, attributes in (facts.old.of("column").items() if facts.old else ())
        if key.name == column
    }
    moments = ("timestamp",) if "-" in literal[1:] else ("numeric", "real", "double")
    return not types or any(not name.startswith(moments) or name.endswith(",0)") for name in types)
