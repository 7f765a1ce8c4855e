"""What only the author can know, found before anything runs: fills, conversions, renames.

In: snapshots, answers, what the models say. Out: hints for the completions, and decisions to show.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.decisions import decision
from bot.migration.intent.answers import Answers
from bot.migration.intent.expected_data import ChangedValues
from bot.migration.planner.casts import bare, convert, family, neutral
from bot.migration.planner.change import Change, Column, Hints
from bot.migration.planner.rebuilds import change_between
from bot.model import Decision, ObjectKey
from bot.schema.compare import attribute
from bot.schema.objects import needs_fill, type_key, type_of
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext import quote
from bot.sqltext.names import dotted

# Python callables that models use as defaults, and what means the same on the server.
_CALLABLES = {
    "uuid4": "gen_random_uuid()",
    "uuid1": "gen_random_uuid()",
    "uuid7": "gen_random_uuid()",
    "now": "now()",
    "utcnow": "now()",
    "today": "CURRENT_DATE",
    "dict": "'{}'",
    "list": "'[]'",
}


@dataclass(frozen=True)
class ModelDefault:
    """A Python-side default: `sql` of a scalar one, or the name of a callable."""

    sql: str | None = None
    callable_name: str | None = None


@dataclass(frozen=True)
class Questions:
    """`read` are columns of texts that are the same values in another type, if they can be read as such."""

    hints: Hints
    decisions: tuple[Decision, ...]
    read: frozenset[Column] = frozenset()

    @property
    def needed(self) -> bool:
        """Whether autogenerate's guess cannot be right on its own."""
        return bool(self.hints.fills or self.hints.usings or self.decisions)


def ask(before: Snapshot, after: Snapshot, answers: Answers, defaults: Mapping[Column, ModelDefault]) -> Questions:
    """Look at every column that is new, forbids NULL from now on, or changes its type."""
    fills, decisions = dict(answers.fills), list[Decision]()
    change = change_between(before, after, Hints())
    for key, attributes in _meets_rows(change):
        column = (key.schema, key.parent, key.name)
        if column in fills or key in answers.clean:
            continue
        value, asked = _fill(key, attributes, defaults.get(column))
        if value is not None:
            fills[column] = value
        if asked is not None:
            decisions.append(asked)
    read = set[Column]()
    for key in _retyped(change):
        asked = _using(change, key, answers) or _reading(change, key, answers)
        if asked is not None:
            decisions.append(asked)
            read |= {(key.schema, key.parent, key.name)} if _is_read(change, key) else set()
    decisions += _labels(change, answers)
    return Questions(Hints(fills=fills, usings=answers.usings), tuple(decisions), frozenset(read))


def _meets_rows(change: Change) -> Iterator[tuple[ObjectKey, Attributes]]:
    """Columns in which rows that are there would have NULL although it is forbidden."""
    for key, attributes in change.new("column").items():
        if not change.table_added(key.schema, key.parent) and key not in change.rebuilt and needs_fill(attributes):
            yield key, attributes
    for key, difference in change.changed("column").items():
        not_null = attribute(difference, "not_null")
        after = change.after.objects[key]
        if not_null and not_null[1] and needs_fill(after):
            yield key, after


def _fill(key: ObjectKey, attributes: Attributes, default: ModelDefault | None) -> tuple[str | None, Decision | None]:
    subject = dotted(key.schema, key.parent, key.name)
    if default is not None and default.sql is not None:
        return default.sql, None
    if default is not None and default.callable_name in _CALLABLES:
        value = _CALLABLES[str(default.callable_name)]
        if attributes.get("array"):
            value = "'{}'"
        why = f"as the model's default is `{default.callable_name}`"
        question = f"Existing rows get `{value}` in `{subject}`, {why}. Is that right?"
        return value, decision("fill", subject, question, "assumed", value)
    question = f"What do existing rows get in `{subject}`, which must not be NULL?"
    return None, decision("fill", subject, question, "open")


def _retyped(change: Change) -> Iterator[ObjectKey]:
    for key, difference in change.changed("column").items():
        if attribute(difference, "type"):
            yield key


def _using(change: Change, key: ObjectKey, answers: Answers) -> Decision | None:
    if (key.schema, key.parent, key.name) in answers.usings:
        return None
    before, after = change.before.objects[key], change.after.objects[key]
    conversion = convert(quote.name(key.name), quote.short(before["type"]), quote.short(after["type"]))
    if not conversion.question or _same_labels(change, before, after):
        return None
    subject = dotted(key.schema, key.parent, key.name)
    types = f"from `{quote.short(before['type'])}` to `{quote.short(after['type'])}`"
    asked = f"`{subject}` changes {types}: {conversion.question}"
    example, is_open = conversion.using, conversion.needs_answer
    if conversion.may_be_null and not after["not_null"]:
        asked += " Rows with an empty array, or with NULL as its first element, get NULL."
    elif conversion.may_be_null:
        asked += " What do rows with an empty array, or with NULL as its first element, get?"
        example, is_open = f"coalesce({conversion.using}, {neutral(after['type']) or 'SQL'})", True
    value = "SQL" if conversion.needs_answer else str(example)
    return decision("using", subject, asked, "open" if is_open else "assumed", value)


def _is_read(change: Change, key: ObjectKey) -> bool:
    """Whether the proof has no texts in the column but such as the new type can read."""
    return _convertible(change.after, change.before.objects[key], change.after.objects[key]) is not None


def _reading(change: Change, key: ObjectKey, answers: Answers) -> Decision | None:
    """Texts that become something else: one that does not read as such stops the upgrade."""
    if (key.schema, key.parent, key.name) in answers.usings or not _is_read(change, key):
        return None
    before, after = (quote.short(side.objects[key]["type"]) for side in (change.before, change.after))
    subject = dotted(key.schema, key.parent, key.name)
    value = convert(quote.name(key.name), before, after).using or quote.name(key.name)
    question = f"`{subject}` changes from `{before}` to `{after}`: do all values read as that? Others stop the upgrade."
    return decision("using", subject, question, "assumed", value)


def _same_labels(change: Change, before: Attributes, after: Attributes) -> bool:
    """One enum becomes another that has all its labels: nothing to ask."""
    old = change.before.objects.get(_enum(before), {}).get("labels")
    new = change.after.objects.get(_enum(after), {}).get("labels")
    return bool(old and new and set(old) <= set(new))


def _enum(attributes: Attributes) -> ObjectKey:
    return type_key("enum", attributes)


def _labels(change: Change, answers: Answers) -> Iterator[Decision]:
    """Enum labels that go: rows may have them."""
    for key, difference in change.changed("enum").items():
        old, new = attribute(difference, "labels") or ([], [])
        gone = [label for label in old or [] if label not in (new or [])]
        if not gone:
            continue
        for column, attributes in change.before.of("column").items():
            mine = type_of(attributes) == (key.schema, key.name)
            if not mine or (column.schema, column.parent, column.name) in answers.usings:
                continue
            if column not in change.after.objects:
                continue
            subject = dotted(column.schema, column.parent, column.name)
            shown = ", ".join(gone)
            old_label, new_label = quote.literal(gone[0]), quote.literal((new or ["?"])[0])
            text = f"{quote.name(column.name)}::text"
            example = f"CASE {text} WHEN {old_label} THEN {new_label} ELSE {text} END"
            if attributes.get("array"):
                example = f"array_replace({quote.name(column.name)}::text[], {old_label}, {new_label})"
            question = f"What do rows with {shown} in `{subject}` get? The label goes."
            yield decision("using", subject, question, "open", example)


def changed(change: ChangedValues) -> Decision:
    """Values that a narrower type cannot hold: the server rounds, or cuts, or maps several to one."""
    subject = dotted(change.new.schema, change.new.parent, change.new.name)
    new = quote.short(change.after_type)
    instead = "no value at all" if change.instead is None else change.instead
    name = quote.name(change.new.name)
    value = convert(name, quote.short(change.before_type), new).using or f"{name}::{new}"
    question = f"`{new}` cannot hold all values of `{subject}`: {change.value} becomes {instead}. Is that expected?"
    return decision("using", subject, question, "assumed", value)


def time_zone_dependent(key: ObjectKey, target: Snapshot) -> Decision:
    """Values that depend on the time zone of the session that migrates them."""
    subject, name = dotted(key.schema, key.parent, key.name), quote.name(key.name)
    new = quote.short(target.objects[key]["type"])
    question = (
        f"The new values of `{subject}` depend on the time zone of the session that runs the migration."
        " In which zone are they meant?"
    )
    value = f"{name} AT TIME ZONE 'UTC'" if "timestamp" in new else f"({name} AT TIME ZONE 'UTC')::{new}"
    return decision("using", subject, question, "open", value)


def target_samples(before: Snapshot, after: Snapshot) -> dict[Column, list[str]]:
    """Values for text columns that become something else, such that they can be converted."""
    samples: dict[Column, list[str]] = {}
    for key, attributes in before.of("column").items():
        now = after.objects.get(key)
        if now is None or family(attributes["type"]) == family(now["type"]):
            continue
        values = _convertible(after, attributes, now)
        if values:
            samples[key.schema, key.parent, key.name] = values
    return samples


def edge_samples(before: Snapshot, after: Snapshot) -> dict[Column, list[str]]:
    """Values for the same columns that cannot be converted, and those that can and are easily forgotten."""
    return {
        column: ["?", *_forgotten(after.objects[ObjectKey("column", *column)])]
        for column in target_samples(before, after)
    }


def _forgotten(now: Attributes) -> list[str]:
    """Readable values of a type that a pattern or a format of the author's may leave out."""
    name = now["type"]
    if family(name) == "number":
        whole = bare(name) in ("smallint", "integer", "bigint", "oid") or re.search(r"\(\d+(,0)?\)", name)
        return ["-1"] if whole else ["-1", "0.5"]
    if family(name) == "moment":
        return ["2024-01-31 22:30:15"] if name.startswith("timestamp") else []
    return {"interval": ["-1 day 02:03:04"], "time": ["23:59:58"]}.get(family(name), [])


def _convertible(after: Snapshot, was: Attributes, now: Attributes) -> list[str] | None:
    if family(was["type"]) != "text":
        return None
    if now.get("type_kind") == "enum":
        return list(after.objects.get(_enum(now), {}).get("labels") or [])
    return {
        "number": ["1", "2", "3"],
        "boolean": ["true", "false"],
        "moment": ["2024-02-29", "1999-12-31", "2030-01-01"],
        "uuid": [f"00000000-0000-4000-8000-00000000000{i}" for i in (1, 2, 3)],
        "json": ['{"a": 1}', "[]", "null"],
        "network": ["10.0.0.1", "10.0.0.2", "10.0.0.3"],
        "interval": ["1 day", "2 hours", "3 minutes"],
        "time": ["10:00", "11:30", "23:59"],
    }.get(family(now["type"]))
