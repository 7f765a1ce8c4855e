"""What a step of the round trip added and removed, in a few words.

In: differences that are declared. Out: plain text, not escaped.
"""

from collections import defaultdict
from collections.abc import Iterator

from bot.model import Difference
from bot.report.phrases import is_owned, kind_of
from bot.report.text import few

_MOST = 4  # tables that are spoken of, and names of each


def changes(declared: list[Difference], *, forward: bool) -> str:
    """The state after a successful step: "job: finished_at and started_at are there"."""
    there, gone = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    changed = []
    for difference in _shown(declared):
        place = f"{difference.parent}: " if difference.parent else f"{kind_of(difference)} "
        if difference.action == "changed":
            changed.append(f"{difference.parent}.{difference.name}" if difference.parent else place + difference.name)
        else:
            arrives = (difference.action == "added") == forward
            (there if arrives else gone)[place].append(difference.name)
    said = [_of(place, there.get(place, []), gone.get(place, [])) for place in {**there, **gone}]
    if changed:
        said.append(f"{few(changed, _MOST)} {'as the models say' if forward else 'as before'}")
    more = f"; {len(said) - _MOST} more" if len(said) > _MOST else ""
    return "; ".join(said[:_MOST]) + more


def _of(place: str, there: list[str], gone: list[str]) -> str:
    """ "job: a is there, no b" of a table; "enum a is there, no enum b" of what stands alone."""
    table, kind = (place, "") if place.endswith(": ") else ("", place)
    here = f"{kind}{few(there, _MOST)} {'is' if len(there) == 1 else 'are'} there" if there else ""
    no = f"no {kind}{few(gone, _MOST)}" if gone else ""
    return table + ", ".join(part for part in (here, no) if part)


def _shown(declared: list[Difference]) -> Iterator[Difference]:
    """Tables, columns and independent objects; what belongs to a new table or column is left out."""
    whole = {(d.schema, d.name) for d in declared if d.kind == "table" and d.action != "changed"}
    for difference in declared:
        along = (difference.schema, difference.parent) in whole or is_owned(difference)
        if not along and (difference.kind == "column" or not difference.parent):
            yield difference
