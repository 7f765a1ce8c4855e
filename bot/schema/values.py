"""Three versions of one object's attributes, made into one. Pure."""

import re
from collections.abc import Callable
from typing import Any

from bot.schema.snapshots import Attributes

NameOf = Callable[[Any], str]

# Attributes that mean something only together: when one of them changes, all are taken.
_TOGETHER = (
    frozenset({"type", "type_kind", "type_schema", "type_name", "array"}),
    frozenset({"default", "generated", "generated_kind", "identity"}),
    frozenset({"type", "minimum", "maximum"}),
    frozenset({"owned_by", "ownership"}),
    frozenset({"partition_of", "partition_bound"}),
    frozenset({"replica_identity", "replica_identity_index"}),
)


def _option(item: str) -> str:
    """`fillfactor` of `fillfactor=70`."""
    return item.partition("=")[0]


def _part(item: dict[str, Any]) -> str:
    return str(item["name"])


# Attributes whose lists have members of their own, and what names a member; other lists are one value.
_LISTS: dict[str, NameOf] = {
    "labels": str,
    "options": _option,
    "foreign_options": _option,
    "constraints": _part,
    "attributes": _part,
    "inherits": str,
    "roles": str,
}
_SORTED = frozenset({"options", "foreign_options", "constraints", "roles"})


def with_change(base: Attributes, ours: Attributes, theirs: Attributes) -> Attributes:
    """`ours` with what differs between `base` and `theirs`.

    An object with another definition is recreated, so that nothing of `ours` is left of it.
    """
    changed = {name for name in {*base, *theirs} if base.get(name) != theirs.get(name)}
    if "definition" in changed:
        return theirs
    for group in _TOGETHER:
        if group & changed:
            changed |= group & theirs.keys()
    return {**ours, **{name: _value(name, base, ours, theirs) for name in changed}}


def _value(name: str, base: Attributes, ours: Attributes, theirs: Attributes) -> Any:
    old, mine, new = base.get(name), ours.get(name), theirs.get(name)
    if name not in _LISTS or mine == old:
        return new
    name_of = _LISTS[name]
    merged = merged_list(old or [], mine or [], new or [], name_of)
    if name in _SORTED:
        merged.sort(key=_part if name_of is _part else str)
    # The server says NULL for a list that can be missing as a whole.
    return merged or (None if None in (old, mine, new) else [])


def merged_list(base: list[Any], ours: list[Any], theirs: list[Any], name_of: NameOf = str) -> list[Any]:
    """`theirs` with what `ours` has changed in `base`, as far as `theirs` has not changed the same member.

    Members that only `ours` has stand behind the one that they follow there.
    """
    old, mine, new = ({name_of(item): item for item in items} for items in (base, ours, theirs))
    found = {
        name: mine[name] if old.get(name) == item else item
        for name, item in new.items()
        if name in mine or old.get(name) != item
    }
    for place, (name, item) in enumerate(mine.items()):
        if name in old or name in new:
            continue
        earlier = set(list(mine)[:place])
        position = 1 + max((i for i, other in enumerate(found) if other in earlier), default=-1)
        found = dict([*list(found.items())[:position], (name, item), *list(found.items())[position:]])
    return list(found.values())


def without_name(attributes: Attributes) -> Attributes:
    """What a constraint or an index is, whatever it is called and said about it."""
    # The definition of an index names it: CREATE [UNIQUE] INDEX name ON …
    pattern = r'^(CREATE (?:UNIQUE )?INDEX )(?:"(?:[^"]|"")*"|\S+)( ON )'
    definition = re.sub(pattern, r"\1\2", attributes.get("definition", ""))
    return {**attributes, "definition": definition, "comment": None}
