"""SQL text as a careful person writes it: names quoted only where the server needs it, `public` left out."""

import re

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")

# Words that PostgreSQL reserves (categories R and T of pg_get_keywords), so that a name must be quoted.
_RESERVED = frozenset(
    "all analyse analyze and any array as asc asymmetric authorization binary both case cast check "
    "collate collation column concurrently constraint create cross current_catalog current_date "
    "current_role current_schema current_time current_timestamp current_user default deferrable desc "
    "distinct do else end except false fetch for foreign freeze from full grant group having ilike in "
    "initially inner intersect into is isnull join lateral leading left like limit localtime "
    "localtimestamp natural not notnull null offset on only or order outer overlaps placing primary "
    "references returning right select session_user similar some symmetric system_user table tablesample "
    "then to trailing true union unique user using variadic verbose when where window with".split()
)


def name(identifier: str) -> str:
    """An identifier, quoted if it is not a plain lower-case word."""
    if _PLAIN.match(identifier) and identifier not in _RESERVED:
        return identifier
    return '"' + identifier.replace('"', '""') + '"'


def qualified(schema: str, identifier: str) -> str:
    """A name with its schema, which is left out for `public`."""
    return name(identifier) if schema in ("", "public") else f"{name(schema)}.{name(identifier)}"


def literal(text: str) -> str:
    """A string literal."""
    quoted = "'" + text.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted


def short(definition: str) -> str:
    """A definition by the server as a person would write it: without `public.`, lists as IN.

    The server's own spelling of `status IN ('a', 'b')` for a varchar reads back as something else, so that a
    constraint made from it would differ from its model.
    """
    parts = re.split(r"('(?:[^']|'')*')", _as_list(definition))
    # Names inside literals (odd parts) are values.
    return "".join(part if index % 2 else re.sub(r"\bpublic\.", "", part) for index, part in enumerate(parts))


_ITEM = r"'(?:[^']|'')*'"
_ANY = re.compile(
    r"\((?P<column>\w+|\"(?:[^\"]|\"\")+\")\)::text (?P<operator>=|<>) (?P<word>ANY|ALL) \(\(ARRAY\["
    rf"(?P<items>{_ITEM}::character varying(?:, {_ITEM}::character varying)*)\]\)::text\[\]\)"
)


def _as_list(definition: str) -> str:
    def shown(match: re.Match[str]) -> str:
        if (match["operator"], match["word"]) not in {("=", "ANY"), ("<>", "ALL")}:
            return match[0]
        items = ", ".join(re.findall(_ITEM, match["items"]))
        return f"{match['column']} {'IN' if match['operator'] == '=' else 'NOT IN'} ({items})"

    return _ANY.sub(shown, definition)
