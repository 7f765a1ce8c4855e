"""A picture of changed tables and their neighbours: Mermaid's `erDiagram`, which GitHub draws.

Comes in: a snapshot and names of tables. Goes out: the diagram's source, without a fence around it. Every
name is reduced to characters that mean nothing to Mermaid, Markdown or HTML, so that none can break out.
"""

import re
from collections.abc import Collection, Iterator

from bot.model import ObjectKey
from bot.schema.objects import is_unique
from bot.schema.snapshots import Attributes, Snapshot

Table = tuple[str, str]

# Mermaid refuses sources above 50,000 characters, and nobody reads larger pictures.
TABLES = 30
COLUMNS = 40

_SHORT_TYPES = (
    (r"^timestamp(\(\d\))? with time zone", r"timestamptz\1"),
    (r"^timestamp(\(\d\))? without time zone", r"timestamp\1"),
    (r"^time(\(\d\))? with time zone", r"timetz\1"),
    (r"^time(\(\d\))? without time zone", r"time\1"),
    (r"^character varying", "varchar"),
    (r"^character\b", "char"),
    (r"^double precision", "float8"),
    (r"^bit varying", "varbit"),
    (r"^public\.", ""),
)
# What a line can be: an entity's beginning or end, a column, a link.
_NAME = r'"[\w., -]+( \(changed\))?"'
_LINE = re.compile(
    rf"    {_NAME}( \{{)?|    \}}|        \w+(\(\d+(,\d+)?\))?(\[\])* \w+( [FKPU, ]+)?"
    rf'|    {_NAME} \|[|o]--o[|{{] {_NAME} : "[\w., -]+"'
)
# Words that Mermaid reads as marks of a key wherever they stand alone.
_MARKS = frozenset({"pk", "fk", "uk"})


def diagram(snapshot: Snapshot, tables: Collection[Table]) -> str:
    """The tables, called "(changed)" and with their columns, between those that foreign keys join them to.

    Tables that the snapshot does not have are left out; the text is empty when none is left.
    """
    changed = [table for table in sorted(set(tables)) if _is_there(snapshot, table)][:TABLES]
    if not changed:
        return ""
    links = [link for link in _links(snapshot) if link[0] in changed or link[1] in changed]
    around = sorted({table for child, parent, _ in links for table in (child, parent)} - set(changed))
    names = _names(changed, around[: TABLES - len(changed)])
    lines = ["erDiagram"]
    for table in changed:
        lines += _entity(snapshot, table, names[table])
    for child, parent, key in links:
        if child in names and parent in names:
            lines.append(_line(snapshot, key, names[child], names[parent]))
    return "\n".join(lines)


def is_diagram(text: str) -> bool:
    """Whether `diagram` could have written this: Mermaid draws much else, with links in it."""
    first, *lines = text.split("\n")
    return first == "erDiagram" and all(_LINE.fullmatch(line) for line in lines)


def _is_there(snapshot: Snapshot, table: Table) -> bool:
    return ObjectKey("table", table[0], "", table[1]) in snapshot.objects


def _links(snapshot: Snapshot) -> Iterator[tuple[Table, Table, ObjectKey]]:
    """Foreign keys as (child, parent, key); partitions only repeat those of their table."""
    for key, attributes in sorted(snapshot.of("constraint").items()):
        if attributes.get("type") == "f" and not attributes.get("inherited"):
            parent = (attributes["references_schema"], attributes["references_table"])
            yield (key.schema, key.parent), parent, key


def _names(changed: list[Table], around: list[Table]) -> dict[Table, str]:
    """What each table is called in the picture: no two alike, even when they are after cleaning."""
    names: dict[Table, str] = {}
    for table in (*changed, *around):
        mark = " (changed)" if table in changed else ""
        stem = _text(".".join(table).removeprefix("public."))
        name, number = f"{stem}{mark}", 1
        while name in names.values():
            number += 1
            name = f"{stem} {number}{mark}"
        names[table] = name
    return names


def _entity(snapshot: Snapshot, table: Table, name: str) -> Iterator[str]:
    columns = snapshot.children("column", *table)
    ordered = sorted(columns.items(), key=lambda item: (item[1].get("position", 0), item[0].name))
    if not ordered:
        yield f'    "{name}"'
        return
    yield f'    "{name}" {{'
    marks = _marks(snapshot, table)
    for key, attributes in ordered[:COLUMNS]:
        words = [_type(str(attributes.get("type", ""))), _word(key.name)]
        if key.name in marks:
            words.append(", ".join(marks[key.name]))
        yield f"        {' '.join(words)}"
    yield "    }"


def _marks(snapshot: Snapshot, table: Table) -> dict[str, list[str]]:
    """PK, FK and UK by column."""
    found: dict[str, list[str]] = {}
    constraints = snapshot.children("constraint", *table).values()
    for mark, kind in (("PK", "p"), ("FK", "f"), ("UK", "u")):
        for attributes in constraints:
            if attributes.get("type") != kind or (kind == "u" and len(attributes["columns"]) > 1):
                continue
            for column in attributes["columns"]:
                if mark not in found.setdefault(column, []):
                    found[column].append(mark)
    return found


def _line(snapshot: Snapshot, key: ObjectKey, child: str, parent: str) -> str:
    attributes = snapshot.objects[key]
    one = "||" if _always_set(snapshot, key, attributes) else "|o"
    many = "o|" if is_unique(snapshot, (key.schema, key.parent), set(attributes["columns"])) else "o{"
    return f'    "{parent}" {one}--{many} "{child}" : "{_text(", ".join(attributes["columns"]))}"'


def _always_set(snapshot: Snapshot, key: ObjectKey, attributes: Attributes) -> bool:
    columns = snapshot.children("column", key.schema, key.parent)
    return all(
        columns.get(ObjectKey("column", key.schema, key.parent, name), {}).get("not_null")
        for name in attributes["columns"]
    )


def _text(text: str) -> str:
    """What may stand between quotes: letters of any language, digits and a few signs."""
    return re.sub(r"[^\w., -]", "_", text) or "_"


def _word(text: str) -> str:
    """One word, as Mermaid wants names of attributes and types: letters from Latin-1's on, as far as UCS-2 goes."""
    word = re.sub(r"[^\w]|[^A-Za-z0-9_\u00c0-\uffff]", "_", text) or "_"
    word = f"_{word}" if word[0].isdecimal() else word
    return f"{word}_" if word.lower() in _MARKS else word


def _type(text: str) -> str:
    """A type as one token: `character varying(255)` becomes `varchar(255)`."""
    for pattern, short in _SHORT_TYPES:
        text = re.sub(pattern, short, text)
    found = re.fullmatch(r"(.*?)(\(\d+(?:,\d+)?\))?((?:\[\])*)", text, re.DOTALL)
    assert found is not None
    base, size, brackets = found.groups()
    return f"{_word(base)}{size or ''}{brackets}"
