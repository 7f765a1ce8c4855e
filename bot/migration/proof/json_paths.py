"""Documents that have what an author's SQL asks of a JSON column: `settings->>'locale'`, `(data->>'born')::date`.

In: SQL, which is data. Out: documents by column, with the values that stand beside the path, or one that can be cast.
"""

import json
import re
from collections.abc import Iterator

_TEXT = r"'(?:[^']|'')*'"
_PATH = re.compile(
    rf"\b(?P<column>\w+)\s*(?P<steps>(?:->\s*{_TEXT}\s*)*)->>\s*(?P<last>{_TEXT})"
    rf"(?:\s*\)?\s*::\s*(?P<cast>\w+)|\s+as\s+(?P<type>\w+))?"
    rf"(?:\s*(?:=|<>|!=|(?:not\s+)?in\s*\(|when|like|is\s+distinct\s+from)\s*(?P<values>{_TEXT}(?:\s*,\s*{_TEXT})*))?",
    re.IGNORECASE,
)
_QUOTED = re.compile(_TEXT)
# What a value has to look like to be cast; another type has values that are not known here.
_CASTS = {
    **dict.fromkeys(("int", "integer", "int4", "bigint", "int8", "smallint", "numeric", "decimal", "text"), "1"),
    **dict.fromkeys(("varchar", "float", "float8", "real", "double", "bool", "boolean", "interval"), "1"),
    **dict.fromkeys(("date", "timestamp", "timestamptz"), "2020-01-02"),
    "uuid": "00000000-0000-4000-8000-000000000001",
    "inet": "10.0.0.1",
}


def documents(sql: str) -> Iterator[tuple[str, str]]:
    """Columns, each with a document."""
    for found in _PATH.finditer(sql):
        keys = [*map(_unquoted, _QUOTED.findall(found["steps"])), _unquoted(found["last"])]
        values = [*map(_unquoted, _QUOTED.findall(found["values"] or ""))]
        cast = found["cast"] or found["type"] or "text"
        for value in values or filter(None, [_CASTS.get(cast.lower())]):
            document: object = value
            for key in reversed(keys):
                document = {key: document}
            yield found["column"].lower(), json.dumps(document)


def _unquoted(text: str) -> str:
    return text[1:-1].replace("''", "'")
