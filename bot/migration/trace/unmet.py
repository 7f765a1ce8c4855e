"""The author's statements that met no rows, with the values in them that were sent as parameters.

In: statements of a run, whose words and values are data. Out: SQL that is read and never run.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from bot.project.client.client import RanStatement
from bot.sqltext import quote
from bot.sqltext.dml import writes_rows

MOST = 200  # statements
_PLACE = re.compile(r"%\((\w+)\)s|%s|\$(\d+)")


def texts(statements: Iterable[RanStatement], own: Collection[str]) -> list[str]:
    """Each statement of these revisions that was to change rows and met none, once for each set of its parameters."""
    unmet = (one for one in statements if one.rows == 0 and one.revision in own and writes_rows(one.sql))
    found = dict.fromkeys(text for statement in unmet for text in _texts(statement))
    return [*found][:MOST]


def _texts(statement: RanStatement) -> Iterator[str]:
    for parameters in statement.parameters:
        yield _filled(statement.sql, parameters)
    if not statement.parameters:
        yield statement.sql


def _filled(sql: str, parameters: dict[str, str | None] | list[str | None]) -> str:
    """SQL with literals where it has places for them; a value that is not known leaves its place as it is."""
    inorder = iter(parameters if isinstance(parameters, list) else [])

    def literal(place: re.Match[str]) -> str:
        name, number = place.groups()
        if isinstance(parameters, dict):
            value = parameters.get(name or "")
        elif number:
            value = parameters[int(number) - 1] if 0 < int(number) <= len(parameters) else None
        else:
            value = next(inorder, None)
        return place[0] if value is None else quote.literal(value)

    return _PLACE.sub(literal, sql)
