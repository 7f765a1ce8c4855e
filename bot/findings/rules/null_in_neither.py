"""Statements for the rows that have a value and for those that have another one: what is NULL is in neither."""

import re
from collections import defaultdict
from collections.abc import Iterator

from bot.findings.authored import AuthoredStatement, statements
from bot.findings.facts import Facts
from bot.model import Finding
from bot.schema.snapshots import Snapshot
from bot.sqltext.names import dotted
from bot.sqltext.row_effects import Assignment, TableName
from bot.sqltext.words import Words

CODE = "null-in-neither"
CODES = {CODE: "Rows whose value is NULL are in neither of two conditions"}
_VALUE = r"('[^']*'|%|[\d.]+|true|false)"
_EQUAL = re.compile(rf"(?:\w+ \. )?(\w+)(?: : : \w+)? = {_VALUE}")
_OTHER = re.compile(rf"(?:\w+ \. )?(\w+)(?: : : \w+)? (?:< >|! =) {_VALUE}")
_FLAG = re.compile(r"(not )?(?:\w+ \. )?(\w+)")
_BRANCHES = re.compile(r"\bwhen (.+?) then\b", re.DOTALL)

Pair = tuple[AuthoredStatement, Assignment]


def check(facts: Facts) -> Iterator[Finding]:
    written: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for found in statements(facts) if facts.migrated is not None else ():
        for effect in found.assignments if found.direction == "upgrade" else ():
            written[effect.table.name, effect.column].append((found, effect))
    for pairs in written.values():
        found, effect = pairs[-1]
        column = _left_out(facts.migrated, effect.table, _conditions(pairs)) if facts.migrated else ""
        if column and facts.migrated and _may_be_null(facts.migrated, effect.table, effect.column):
            yield found.warning(
                CODE,
                f"{dotted(effect.table.name, effect.column)} stays NULL where {column} is NULL",
                detail=f"{found.quoted}: NULL is not equal, nor different.",
                advice="Compare by IS DISTINCT FROM, or say what rows without a value get.",
            )


def _conditions(pairs: list[Pair]) -> list[str]:
    """When a column is set: those of statements, or of the branches of one CASE; none where it is set otherwise."""
    wheres = [_text(effect.where) for _, effect in pairs]
    if all(wheres) and len(wheres) > 1:
        return wheres
    value = _text(pairs[-1][1].value)
    is_case = value.startswith("case when ") and " else " not in value.replace(" else null end", "")
    return [*_BRANCHES.findall(value), *wheres] if is_case and len(pairs) == 1 else []


def _text(words: Words) -> str:
    """What comes from outside is `%`, whatever its name."""
    text = " ".join(word if word.startswith("'") else word.lower() for word in words)
    return re.sub(r"% \( \w+ \) s(?: : : [\w ]+?(?= and | or |$))?|% s|\$ \d+(?: : : \w+)?", "%", text)


def _left_out(schema: Snapshot, table: TableName, conditions: list[str]) -> str:
    """A column that may be NULL, of which one condition wants a value and another one any other."""
    said = " ".join(conditions)
    for column in dict.fromkeys(re.findall(r"\w+", said)):
        if re.search(rf"\b{column} is\b|\bcoalesce \( (?:\w+ \. )?{column}\b", said):
            continue
        equal = {value for each in conditions for name, value in _EQUAL.findall(each) if name == column}
        other = {value for each in conditions for name, value in _OTHER.findall(each) if name == column}
        flags = {m[1] for each in conditions if (m := _FLAG.fullmatch(each)) and m[2] == column}
        if (equal & other or flags == {None, "not "}) and _may_be_null(schema, table, column):
            return str(column)
    return ""


def _may_be_null(schema: Snapshot, table: TableName, column: str) -> bool:
    return any(
        key.name == column
        and table.means(key.schema, key.parent)
        and not attributes["not_null"]
        and not attributes["default"]
        for key, attributes in schema.of("column").items()
    )
