"""Rows that a migration meets and cannot digest: what to ask the author.

Comes in: the error that a step ended with, and the snapshots. Goes out: the open decisions behind it.
"""

import re
from collections.abc import Iterator

from bot.migration import sql
from bot.migration.change import keyed
from bot.migration.proposals import dotted
from bot.outcome import Decision, Difference, StepError
from bot.schema.compare import compare
from bot.schema.snapshots import Attributes, ObjectKey, Snapshot

# What drivers call PostgreSQL's classes 22 (data exception) and 23 (integrity constraint violation).
_VALUES = re.compile(
    r"(NotNull|Check|Unique|ForeignKey|Exclusion|Integrity)\w*(Violation|Error)"
    r"|(Integrity|Data)Error|NumericValueOutOfRange|StringData\w+|InvalidText\w+|InvalidDatetime\w+|DatetimeField\w+"
    r"|invalid input (syntax|value)|value too long|out of range|violates|is violated by|contains null values"
    r"|could not create unique index|does not match type bit"
)


def blames_rows(error: StepError) -> bool:
    """Whether a statement failed on values, so that it would have worked on empty tables."""
    return bool(_VALUES.search(f"{error.type} {error.message}"))


def ask(error: StepError, before: Snapshot, after: Snapshot) -> list[Decision]:
    """The questions that an error by rows leads to; empty when it names nothing that the change made."""
    text = f"{error.message}\n{error.log_tail}"
    differences = keyed(compare(before, after))
    found = [*_constraints(text, after, differences), *_columns(text, after, differences)]
    unique: list[Decision] = []
    for decision in found:
        if decision.subject not in {other.subject for other in unique}:
            unique.append(decision)
    return unique


def _constraints(text: str, after: Snapshot, differences: dict[ObjectKey, Difference]) -> Iterator[Decision]:
    for key in differences:
        if key.kind not in ("constraint", "index") or key not in after.objects or f'"{key.name}"' not in text:
            continue
        attributes = after.objects[key]
        columns = [c for c in attributes.get("columns", []) if _is_column(after, key, c)] or ["?"]
        subject = dotted(key.schema, key.parent, columns[-1])
        yield _open(subject, _why(key, attributes, text))


def _is_column(snapshot: Snapshot, key: ObjectKey, column: str) -> bool:
    return ObjectKey("column", key.schema, key.parent, column) in snapshot.objects


def _why(key: ObjectKey, attributes: Attributes, text: str) -> str:
    table = dotted(key.schema, key.parent)
    example = _detail(text)
    what = {
        "c": f"violate the check {key.name} ({attributes.get('expression')})",
        "f": f"refer to nothing, which {key.name} forbids",
        "x": f"exclude each other under {key.name}",
    }.get(str(attributes.get("type")), f"have the same value, which {key.name} forbids")
    return f"Rows of {table} may {what}{example}: what becomes of them?"


def _detail(text: str) -> str:
    match = re.search(r"DETAIL:\s*(.+)", text)
    return f" (here: {match[1].strip()[:200]})" if match else ""


def _columns(text: str, after: Snapshot, differences: dict[ObjectKey, Difference]) -> Iterator[Decision]:
    """Columns whose type, nullability or expression changes, in the table that the statement spoke of."""
    for key, difference in differences.items():
        if key.kind != "column" or difference.action == "removed":
            continue
        changed = {*(difference.before or {}), *(difference.after or {})}
        if difference.action == "changed" and not changed & {"type", "not_null"}:
            continue
        if not _mentions(text, key.parent) or not _mentions(text, key.name):
            continue
        subject = dotted(key.schema, key.parent, key.name)
        attributes = after.objects[key]
        if "not_null" in changed and "null value" in text.lower():
            question = f"What do existing rows get in {subject}, which must not be NULL?"
            yield Decision(
                kind="fill", subject=subject, answer=None, decided="open", question=question,
                how=f"/migration fill {subject} SQL",
            )  # fmt: skip
        elif difference.action == "changed":
            question = f"Some values of {subject} do not fit {sql.short(attributes['type'])}: what becomes of them?"
            yield _open(subject, question)


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _open(subject: str, question: str) -> Decision:
    how = f"/migration using {subject} SQL"
    return Decision(kind="using", subject=subject, answer=None, decided="open", question=question, how=how)
