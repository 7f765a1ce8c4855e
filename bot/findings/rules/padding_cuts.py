"""A text that is padded to a length, and cut where it is longer: `lpad('1234567', 6, '0')` is `123456`."""

import re
from collections.abc import Iterator

from bot.findings.authored import statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.schema.snapshots import Attributes
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment

CODE = "padding-cuts"
CODES = {CODE: "Texts are padded to a length, and cut where they are longer"}
_PADDED = re.compile(r"\b([lr]pad) \( (?:\w+ \. )?(\w+) , (\d(?: \d)*)\b", re.IGNORECASE)
_LENGTH = re.compile(r"\((\d+)\)")


def check(facts: Facts) -> Iterator[Finding]:
    for found in statements(facts):
        for assignment in found.assignments:
            said = _said(facts, assignment)
            if said:
                yield found.warning(
                    CODE,
                    f"{dotted(assignment.table.name, assignment.column)}: {said}",
                    detail=f"{found.quoted}: what is cut off does not come back, and two may become one.",
                    advice="Leave longer ones as they are, as in `lpad(code, greatest(length(code), 6), '0')`.",
                )


def _said(facts: Facts, effect: Assignment) -> str:
    condition = " ".join(effect.where).lower()
    for function, column, digits in _PADDED.findall(" ".join(effect.value)):
        length = int(digits.replace(" ", ""))
        thought_of = re.search(rf"length \( (?:\w+ \. )?{re.escape(column.lower())} \) <", condition)
        if not (thought_of and "< >" not in condition) and _may_be_longer(facts, column.lower(), length):
            return f"{function.lower()} cuts what is longer than {length}"
    return ""


def _may_be_longer(facts: Facts, column: str, length: int) -> bool:
    """Whether a column of texts has room for more; of numbers, nobody writes such large ones."""
    found = facts.old.of("column").items() if facts.old is not None else ()
    return any(_room(attributes) > length for key, attributes in found if key.name == column)


def _room(attributes: Attributes) -> int:
    name = str(attributes["type"])
    limited = _LENGTH.search(name)
    return int(limited[1]) if limited else 1_000_000 if name.startswith(("text", "character varying")) else 0
