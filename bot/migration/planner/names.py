"""Names that are given up and taken in one migration: what gives its name up and is dropped late goes by another one.

In: a change. Out: the name by which the old object is dropped, and the operation that gives it. A table is dropped
late because values may be taken from it until then.
"""

from collections.abc import Iterator
from itertools import count

from bot.migration.planner.change import Change
from bot.migration.planner.operations import Phase, PlannedOperation, execute
from bot.model import ObjectKey
from bot.schema.objects import spaces
from bot.sqltext import quote

_WORDS = {"constraint": "INDEX", "enum": "TYPE", "composite": "TYPE", "range": "TYPE"}  # of ALTER … RENAME
_LONGEST = 63  # bytes of a name: NAMEDATALEN, less one


def set_aside(change: Change, key: ObjectKey) -> Iterator[PlannedOperation]:
    """The renaming of an object that goes, if something new takes its name meanwhile."""
    name = name_at_drop(change, key)
    if name != key.name:
        word = _WORDS.get(key.kind, key.kind.upper())
        old = quote.qualified(key.schema, key.name)
        yield execute(Phase.SET_ASIDE, f"ALTER {word} {old} RENAME TO {quote.name(name)}")


def name_at_drop(change: Change, key: ObjectKey) -> str:
    """The name of an object when it is dropped."""
    if key in change.rebuilt or change.new_names.isdisjoint(spaces(key, change.before.objects[key])):
        return key.name
    return spare_name(change, key)


def spare_name(change: Change, key: ObjectKey) -> str:
    """A name for an object beside the one that replaces it."""
    used = {other.name for snapshot in (change.before, change.after) for other in snapshot.objects}
    for number in count(1):
        suffix = f"__old{number if number > 1 else ''}"
        name = key.name.encode()[: _LONGEST - len(suffix)].decode(errors="ignore") + suffix
        if name not in used:
            return name
    raise AssertionError
