"""SQL, changed in small ways. In: a statement, names that occur nearby. Out: what was done, and what came of it."""

import re
from collections.abc import Iterator

_STRING = re.compile(r"'([^']*)'")
_NUMBER = re.compile(r"(?<![\w'$.])\d+(?![\w'.])")
_CONDITION = re.compile(r"\bWHERE\b(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_SET = re.compile(r"\b(?P<left>\w+) = (?:\w+\.)?(?P<right>[a-z_]+)(?=[,\s]|$)")
_CHANGING = re.compile(r"\s*(?:UPDATE|DELETE FROM) (\w+)(?: (?!SET|USING|WHERE)(\w+))?", re.IGNORECASE)
_SWAPS = [
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"\bAND\b", "OR"),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"(?<![<>=])<(?![=>])", ">"),
    (r"(?<![<>=-])>(?![=>])", "<"),
    (r"\bSELECT (?!DISTINCT)", "SELECT DISTINCT "),
    (r"\bDISTINCT ", ""),
    (r"\bJOIN\b", "LEFT JOIN"),
    (r"\bON DELETE \w+( NULL)?", ""),
    (r"\blower\(", "upper("),
    (r"\bNOT EXISTS\b", "EXISTS"),
    (r" \* 100\b", " * 10"),
    (r"\bORDER BY \w+(\.\w+)?", ""),
    (r" ELSE [\w' ]+? END", " END"),
    (r"\bcoalesce\(([^(),]+), [^()]+?\)", r"\1"),
    (r"\bDEFAULT [\w']+", ""),
    (r"\bDROP NOT NULL\b", "SET NOT NULL"),
    (r"\bUNIQUE\b", ""),
]


def changed(sql: str, names: list[str]) -> Iterator[tuple[str, str]]:
    """One change at a time."""
    for pattern, other in _SWAPS:
        for found in re.finditer(pattern, sql, re.IGNORECASE):
            new = sql[: found.start()] + found.expand(other) + sql[found.end() :]
            yield f"{found[0].strip()} → {other.strip() or 'nothing'}", new
    changing = _CHANGING.match(sql)
    half = f"{changing[2] or changing[1]}.id % 2 = 0" if changing else "id % 2 = 0"
    if where := _CONDITION.search(sql):
        yield "WHERE dropped", sql[: where.start()].rstrip()
        yield "WHERE narrowed", f"{sql[: where.start()]}WHERE {half} AND ({where['rest'].strip()})"
    elif changing:
        yield "WHERE added", f"{sql} WHERE {half}"
    yield from _values(sql)
    for found in _SET.finditer(sql):
        for name in names:
            if name not in (found["left"], found["right"]):
                new = f"{sql[: found.start('right')]}{name}{sql[found.end('right') :]}"
                yield f"{found[0]} from {name}", new


def _values(sql: str) -> Iterator[tuple[str, str]]:
    for found in _STRING.finditer(sql):
        for other in (f"'{found[1]}_'", *(f"'{o[1]}'" for o in _STRING.finditer(sql) if o[1] != found[1])):
            yield f"{found[0]} → {other}", sql[: found.start()] + other + sql[found.end() :]
    for found in _NUMBER.finditer(sql):
        new = f"{sql[: found.start()]}{int(found[0]) + 1}{sql[found.end() :]}"
        yield f"{found[0]} → {int(found[0]) + 1}", new
