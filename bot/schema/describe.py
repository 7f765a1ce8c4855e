"""A table as plain text, much as psql's `\\d` shows it, for "before and after" views.

Comes in: a snapshot and a table's name. Goes out: lines of text. Names and expressions are a stranger's: they
cannot add lines of their own, but escaping for HTML or Markdown is the business of whoever renders the text.
"""

import re
from collections.abc import Iterable, Iterator

from bot.model import Difference, ObjectKey
from bot.schema.objects import foreign_keys_to, inherited, partitioned
from bot.schema.snapshots import Attributes, Snapshot
from bot.sqltext.names import dotted

_ON_TABLES = frozenset({"column", "constraint", "index", "trigger", "policy", "rule", "statistics"})
_HEADINGS = ("Column", "Type", "Collation", "Nullable", "Default", "Description")
_RULE = 60  # characters: a long default must not draw a long line


def changed_tables(differences: Iterable[Difference]) -> list[tuple[str, str]]:
    """The (schema, relation) pairs that differences speak of, themselves or through what belongs to them."""
    found = {(d.schema, d.name) for d in differences if d.kind == "table"}
    found |= {(d.schema, d.parent) for d in differences if d.kind in _ON_TABLES}
    return sorted(found)


def describe_table(snapshot: Snapshot, schema: str, table: str) -> str:
    """The table with columns, indexes, constraints and all that hangs on it, without a newline at the end.

    Raises `KeyError` when the snapshot has no such table.
    """
    attributes = snapshot.objects[ObjectKey("table", schema, "", table)]
    lines = [_title(attributes, schema, table), *_columns(snapshot, schema, table)]
    for heading, entries in _sections(snapshot, schema, table):
        if entries:
            lines += [f"{heading}:", *(f"    {_line(entry)}" for entry in entries)]
    return "\n".join([*lines, *_footer(attributes)])


def _title(attributes: Attributes, schema: str, table: str) -> str:
    word = {"p": "Partitioned table", "f": "Foreign table"}.get(attributes.get("kind", "r"), "Table")
    unlogged = "Unlogged " if attributes.get("persistence") == "u" else ""
    title = f"{unlogged}{word.lower() if unlogged else word}"
    return _line(f'{title} "{schema}.{table}"')


def _columns(snapshot: Snapshot, schema: str, table: str) -> Iterator[str]:
    columns = snapshot.children("column", schema, table)
    ordered = sorted(columns.items(), key=lambda item: (item[1].get("position", 0), item[0].name))
    rows = [[_line(cell) for cell in _cells(key.name, column)] for key, column in ordered]
    # Empty columns at the end, and a collation nobody chose, would only take room.
    shown = [i for i in range(len(_HEADINGS)) if i not in (2, 5) or any(row[i] for row in rows)]
    widths = [max([len(_HEADINGS[i]), *(len(row[i]) for row in rows)]) for i in shown]
    yield " " + " | ".join(_HEADINGS[i].center(w) for i, w in zip(shown, widths, strict=True)).rstrip()
    widths[-1] = min(widths[-1], _RULE)
    yield "+".join("-" * (width + 2) for width in widths)
    for row in rows:
        yield " " + " | ".join(row[i].ljust(w) for i, w in zip(shown, widths, strict=True)).rstrip()


def _cells(name: str, column: Attributes) -> tuple[str, ...]:
    return (
        name,
        str(column.get("type", "")),
        column.get("collation") or "",
        "not null" if column.get("not_null") else "",
        _default(column),
        column.get("comment") or "",
    )


def _default(column: Attributes) -> str:
    if column.get("identity"):
        return f"generated {'always' if column['identity'] == 'a' else 'by default'} as identity"
    if column.get("generated") is not None:
        stored = "" if column.get("generated_kind") == "v" else " stored"
        return f"generated always as ({column['generated']}){stored}"
    return column.get("default") or ""


def _sections(snapshot: Snapshot, schema: str, table: str) -> Iterator[tuple[str, list[str]]]:
    constraints = sorted(snapshot.children("constraint", schema, table).items())
    keys = [_constraint(key, value) for key, value in constraints if value.get("type") in ("p", "u", "x")]
    yield (
        "Indexes",
        keys + [_index(*item) for item in sorted(snapshot.children("index", schema, table).items())],
    )
    for heading, kind in (("Check constraints", "c"), ("Foreign-key constraints", "f")):
        yield heading, [_constraint(key, value) for key, value in constraints if value.get("type") == kind]
    yield "Referenced by", list(_references(snapshot, schema, table))
    policies = sorted(snapshot.children("policy", schema, table).items())
    yield "Policies", [_policy(key, value) for key, value in policies]
    for heading, kind in (("Statistics objects", "statistics"), ("Rules", "rule"), ("Triggers", "trigger")):
        children = sorted(snapshot.children(kind, schema, table).items())
        yield heading, [value["definition"] + _enabled(value) for _, value in children]


def _constraint(key: ObjectKey, attributes: Attributes) -> str:
    return f'"{key.name}" {attributes["definition"]}'


def _index(key: ObjectKey, attributes: Attributes) -> str:
    unique = "UNIQUE, " if attributes.get("unique") else ""
    # CREATE INDEX name ON table USING method (…): what follows USING is what tells indexes apart.
    content = attributes["definition"].partition(" USING ")[2] or attributes["definition"]
    return f'"{key.name}" {unique}{content}{"" if attributes.get("valid", True) else " INVALID"}'


def _references(snapshot: Snapshot, schema: str, table: str) -> Iterator[str]:
    for key, attributes in sorted(foreign_keys_to(snapshot, (schema, table))):
        yield f'TABLE "{key.schema}.{key.parent}" CONSTRAINT {_constraint(key, attributes)}'


def _policy(key: ObjectKey, attributes: Attributes) -> str:
    parts = [f'"{key.name}" FOR {attributes.get("command") or "ALL"}']
    if not attributes.get("permissive", True):
        parts.append("AS RESTRICTIVE")
    parts.append(f"TO {', '.join(attributes.get('roles') or ['public'])}")
    parts += [f"USING ({attributes['using']})"] if attributes.get("using") else []
    parts += [f"WITH CHECK ({attributes['check']})"] if attributes.get("check") else []
    return " ".join(parts)


def _enabled(attributes: Attributes) -> str:
    words = {"D": " (disabled)", "R": " (on replicas)", "A": " (always)"}
    return words.get(attributes.get("enabled") or "O", "")


def _footer(attributes: Attributes) -> Iterator[str]:
    if attributes.get("row_security"):
        yield "Row security: forced" if attributes.get("force_row_security") else "Row security: enabled"
    whole = partitioned(attributes)
    for label, value in (
        ("Partition key", attributes.get("partition_by")),
        ("Partition of", dotted(*whole) if whole else None),
        ("Partition bound", attributes.get("partition_bound")),
        ("Inherits", [dotted(*parent) for parent in inherited(attributes)]),
        ("Options", attributes.get("options")),
        ("Tablespace", attributes.get("tablespace")),
        ("Access method", attributes.get("access_method")),
        ("Comment", attributes.get("comment")),
    ):
        if value:
            yield f"{label}: {_line(', '.join(value) if isinstance(value, list) else str(value))}"


def _line(text: str) -> str:
    """The text on one line, without characters that could hide or move others."""
    text = re.sub(r"\s*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+\s*", " ", text)
    return re.sub(
        r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]",
        "\N{REPLACEMENT CHARACTER}",
        text,
    )
