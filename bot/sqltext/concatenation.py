"""Texts that are put together: one part that is NULL makes the whole NULL. Pure."""

from collections.abc import Iterator
from itertools import pairwise

from bot.sqltext.words import Words, is_name, unquoted

# What has a value although one of its arguments is NULL.
_TAKES_NULL = {
    *(
        "coalesce",
        "concat",
        "concat_ws",
        "nullif",
        "greatest",
        "least",
        "format",
        "quote_nullable",
        "to_jsonb",
        "to_json",
    ),
    *("jsonb_build_object", "json_build_object", "jsonb_build_array", "json_build_array", "num_nulls", "num_nonnulls"),
    *("array_append", "array_prepend", "array_cat", "array_to_string", "row", "array"),
}


def parts(value: Words) -> list[str]:
    """The columns of `a || ' ' || lower(b)` of which each makes the whole NULL; none of what is no such text."""
    lower = [word.lower() for word in value]
    joined = any((one, other) == ("|", "|") for one, other in pairwise(value))
    if not joined or not {"case", "select", "is"}.isdisjoint(lower):
        return []
    return list(dict.fromkeys(_strict(value)))


def _strict(value: Words) -> Iterator[str]:
    """Columns that stand in no call which takes NULL."""
    calls: list[bool] = []
    for place, word in enumerate(value):
        after, before = "".join(value[place + 1 : place + 2]), value[place - 1] if place else ""
        if word in "([":
            calls.append(before.lower() in _TAKES_NULL)
        elif word in ")]" and calls:
            calls.pop()
        elif is_name(word) and after not in ("(", ".", "[") and before != ":" and not any(calls):
            yield unquoted(word)
