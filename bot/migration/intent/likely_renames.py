"""Likely renames, and columns that may be made of those that go.

In: the change as drops and adds. Out: proposals, each with the reason shown to the author. A clear
one is assumed, made and put to the author; an unclear one is asked and not made.

The caution follows what users report of other tools: a rename that is taken for drop and add loses data.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from bot.decisions import decision
from bot.errors import ProjectError
from bot.migration.intent.answers import Answers
from bot.migration.intent.opposites import opposite
from bot.migration.intent.renames import Rename
from bot.migration.planner.casts import family
from bot.model import Decision, ObjectKey
from bot.schema.compare import compare, keyed
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext import quote
from bot.sqltext.names import dotted

SAME_TABLE = 0.6  # share of columns that two tables must have in common
SAME_NAME = 0.6  # likeness of two names, from 0 to 1
MOST_TABLES, MOST_COLUMNS = 1_000_000, 60_000  # pairs that are compared: of all tables, and of the columns of one


@dataclass(frozen=True)
class Proposal:
    """`rename` is None for a question that is no rename."""

    decision: Decision
    rename: Rename | None = None


def tables(before: Snapshot, after: Snapshot, answers: Answers) -> list[Proposal]:
    """Tables that go while others with much the same columns come."""
    gone, new = _gone_and_new(before, after, "table", answers)
    _require_few(gone, new, MOST_TABLES, "tables")
    was, now = ({key: _marks(side, key) for key in keys} for side, keys in ((before, gone), (after, new)))
    likely = (
        (_likeness(old, was[old], fresh, now[fresh]), old, fresh)
        for old in gone
        for fresh in new
        if not was[old].isdisjoint(now[fresh])
    )
    scored = sorted((item for item in likely if item[0] >= SAME_TABLE), key=lambda item: (-item[0], *item[1:]))
    taken: set[ObjectKey] = set()
    found = []
    for _, old, fresh in scored:
        if old in taken or fresh in taken:
            continue
        taken |= {old, fresh}
        rename = Rename("table", old.schema, "", old.name, fresh.schema, fresh.name)
        common = ", ".join(sorted(_columns(before, old) & _columns(after, fresh)))
        found.append(_renamed(rename, f"both have {common}"))
    return found


def _gone_and_new(
    before: Snapshot, after: Snapshot, kind: str, answers: Answers
) -> tuple[list[ObjectKey], list[ObjectKey]]:
    used = {(r.schema, r.parent, r.name) for r in answers.renames if r.kind == kind}
    made = {(r.new_schema, r.parent, r.new_name) for r in answers.renames if r.kind == kind}
    gone = [
        key
        for key in before.of(kind)
        if key not in after.objects and (key.schema, key.parent, key.name) not in used and key not in answers.kept
    ]
    new = [
        key for key in after.of(kind) if key not in before.objects and (key.schema, key.parent, key.name) not in made
    ]
    return sorted(gone), sorted(new)


def _columns(snapshot: Snapshot, table: ObjectKey) -> set[str]:
    return {key.name for key in snapshot.children("column", table.schema, table.name)}


def _require_few(gone: list[ObjectKey], new: list[ObjectKey], most: int, what: str) -> None:
    if len(gone) * len(new) > most:
        raise ProjectError(
            f"{len(gone)} {what} go and {len(new)} come in one change: too many to tell which ones are renamed",
            "Split the change into several migrations, or write the migration yourself.",
            kind="size",
        )


def _marks(snapshot: Snapshot, table: ObjectKey) -> set[tuple[str, str]]:
    columns = snapshot.children("column", table.schema, table.name)
    return {(key.name, family(attributes["type"])) for key, attributes in columns.items()}


def _likeness(old: ObjectKey, one: set[tuple[str, str]], new: ObjectKey, other: set[tuple[str, str]]) -> float:
    """The share of columns with one name and one kind of type; the same name elsewhere counts as well."""
    common = len(one & other)
    if common < 2 - (old.name == new.name):
        return 0.0
    share = common / (len(one) + len(other) - common)
    return share + (0.2 if old.name == new.name else 0.0)


def columns(before: Snapshot, after: Snapshot, answers: Answers) -> list[Proposal]:
    """Columns that go while others of the same table come; `before` has its tables renamed already."""
    gone, new = _gone_and_new(before, after, "column", answers)
    per_table: dict[tuple[str, str], tuple[list[ObjectKey], list[ObjectKey]]] = defaultdict(lambda: ([], []))
    for key in gone:
        if ObjectKey("table", key.schema, "", key.parent) in after.objects:
            per_table[key.schema, key.parent][0].append(key)
    for key in new:
        if ObjectKey("table", key.schema, "", key.parent) in before.objects:
            per_table[key.schema, key.parent][1].append(key)
    return [
        proposal
        for old, fresh in per_table.values()
        if old and fresh
        for proposal in _pairs(before, after, old, fresh, answers)
    ]


def _pairs(
    before: Snapshot, after: Snapshot, gone: list[ObjectKey], new: list[ObjectKey], answers: Answers
) -> Iterator[Proposal]:
    _require_few(gone, new, MOST_COLUMNS, f"columns of {dotted(gone[0].schema, gone[0].parent)}")
    denying = {fresh: old for old in gone for fresh in new if _denies(before, after, old, fresh)}
    yield from (_denied(old, fresh) for fresh, old in denying.items() if not is_filled(fresh, answers))
    gone, new = [key for key in gone if key not in denying.values()], [key for key in new if key not in denying]
    taken: set[ObjectKey] = set()
    candidates = [
        (alike(old.name, fresh.name), old, fresh)
        for old in gone
        for fresh in new
        if compatible(before.objects[old], after.objects[fresh])
    ]
    for likeness, old, fresh in sorted(candidates, key=lambda item: (-item[0], item[1], item[2])):
        if likeness >= SAME_NAME and not {old, fresh} & taken:
            taken |= {old, fresh}
            yield _renamed(_rename_column(old, fresh), "their names and types are alike")
    rest_gone = sorted((key for key in gone if key not in taken), key=lambda key: before.objects[key]["position"])
    rest_new = sorted((key for key in new if key not in taken), key=lambda key: after.objects[key]["position"])
    if len(rest_gone) == len(rest_new):
        for old, fresh in zip(rest_gone, rest_new, strict=True):
            yield from _by_place(before, after, old, fresh)
    elif rest_gone and rest_new:
        yield from _merged(before, after, rest_gone, rest_new, answers)


def _denies(before: Snapshot, after: Snapshot, old: ObjectKey, fresh: ObjectKey) -> bool:
    flags = before.objects[old]["type"] == after.objects[fresh]["type"] == "boolean"
    return flags and opposite(old.name, fresh.name)


def _denied(old: ObjectKey, fresh: ObjectKey) -> Proposal:
    """A flag that says the contrary of one that goes."""
    table = dotted(old.schema, old.parent)
    question = f"`{old.name}` of `{table}` goes and `{fresh.name}` comes, which says the contrary: is it made of it?"
    value = f"NOT {quote.name(old.name)}"
    return Proposal(decision("fill", dotted(fresh.schema, fresh.parent, fresh.name), question, "open", value))


def is_filled(key: ObjectKey, answers: Answers) -> bool:
    """Whether the author has said what a new column's values are."""
    return (key.schema, key.parent, key.name) in answers.fills


def compatible(before: Attributes, after: Attributes) -> bool:
    """Whether values of one column can stand in the other as they are."""
    plain = not before.get("generated") and not after.get("generated")
    return plain and family(before["type"]) == family(after["type"])


def _by_place(before: Snapshot, after: Snapshot, old: ObjectKey, fresh: ObjectKey) -> Iterator[Proposal]:
    was, now = before.objects[old], after.objects[fresh]
    if not compatible(was, now):
        return
    if was["not_null"] and now["not_null"] and now.get("default") is None and was["type"] == now["type"]:
        reason = "the type is the same, and rows would have no value otherwise"
        yield _renamed(_rename_column(old, fresh), reason)
        return
    yield _renamed(_rename_column(old, fresh), "one goes and one of the same type comes", "open")


def _merged(
    before: Snapshot, after: Snapshot, gone: list[ObjectKey], new: list[ObjectKey], answers: Answers
) -> Iterator[Proposal]:
    """More columns go than come, or the other way round: values may be merged or split."""
    for fresh in new:
        sources = [old for old in gone if compatible(before.objects[old], after.objects[fresh])]
        if not sources or is_filled(fresh, answers):
            continue
        subject = dotted(fresh.schema, fresh.parent, fresh.name)
        names = [old.name for old in sources]
        values = [quote.name(name) for name in names]
        example = " || ' ' || ".join(values) if family(after.objects[fresh]["type"]) == "text" else values[0]
        question = (
            f"{_listed([f'`{name}`' for name in names])} of `{dotted(fresh.schema, fresh.parent)}`"
            f" {'goes' if len(names) == 1 else 'go'} and"
            f" `{fresh.name}` comes: is `{fresh.name}` made of {'it' if len(names) == 1 else 'them'}?"
        )
        yield Proposal(decision("fill", subject, question, "open", example))


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def _rename_column(old: ObjectKey, fresh: ObjectKey) -> Rename:
    return Rename("column", old.schema, old.parent, old.name, fresh.schema, fresh.name)


def labels(before: Snapshot, after: Snapshot, answers: Answers) -> list[Proposal]:
    """Enum labels that go: renamed when another one stands in their place, else to be asked about."""
    found = []
    for key, difference in keyed(compare(before, after)).items():
        if key.kind != "enum" or difference.action != "changed":
            continue
        old, new = (difference.before or {}).get("labels") or [], (difference.after or {}).get("labels") or []
        known = {r.name for r in answers.renames if r.kind == "label" and r.parent == key.name}
        for position, label in enumerate(old):
            if label in new or label in known or ObjectKey("label", key.schema, key.name, label) in answers.kept:
                continue
            same_place = len(old) == len(new) and new[position] not in old
            alone = len(set(old) - set(new)) == 1 or alike(label, new[min(position, len(new) - 1)]) >= SAME_NAME
            if same_place and alone:
                rename = Rename("label", key.schema, key.name, label, key.schema, new[position])
                found.append(_renamed(rename, "it stands in the same place of the list"))
    return found


def _renamed(rename: Rename, reason: str, decided: Literal["assumed", "open"] = "assumed") -> Proposal:
    old, new = rename.written
    return Proposal(
        decision("rename", old, f"Is `{new}` the old `{old}` under a new name? ({reason})", decided, new), rename
    )


def alike(one: str, other: str) -> float:
    """The similarity of two names: words in common, abbreviations, letters."""
    a, b = one.lower().split("_"), other.lower().split("_")
    if set(a) <= set(b) or set(b) <= set(a):
        return 0.9
    short, long = sorted((one.lower().replace("_", ""), other.lower().replace("_", "")), key=len)
    if len(short) >= 2 and short[0] == long[0] and _abbreviates(short, long):
        return 0.8
    return SequenceMatcher(None, short, long).ratio()


def _abbreviates(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)
