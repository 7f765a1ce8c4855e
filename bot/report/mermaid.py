"""A diagram of tables in Mermaid's `erDiagram`, which GitHub draws.

In: a `Diagram`, from anybody. Out: the diagram's source, without a fence around it. Every name is reduced to
characters that mean nothing to Mermaid, Markdown or HTML, so that none can break out.
"""

import re
from collections.abc import Iterator

from bot.schema.diagram import Diagram, DiagramColumn, DiagramTable, Link, Table

# Nobody reads larger pictures, and Mermaid refuses sources above 50,000 characters.
TABLES = 30
COLUMNS = 40
LINKS = 200
LONGEST = 50_000

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
# Words that Mermaid reads as marks of a key wherever they stand alone.
_MARKS = frozenset({"pk", "fk", "uk"})
_NAME = 200  # characters of a name: PostgreSQL has 63 bytes for one, a forged file may have more


def drawing(diagram: Diagram) -> str:
    """The source, with fewer columns where it would be too long; empty when there is nothing to draw."""
    sources = (_source(diagram, most) for most in (COLUMNS, 10, 0))
    return next((source for source in sources if len(source) < LONGEST), "") if diagram.tables else ""


def _source(diagram: Diagram, most: int) -> str:
    tables = diagram.tables[:TABLES]
    names = _names(tables, diagram.links)
    lines = ["erDiagram"]
    for table in tables:
        lines += _entity(table, names[table.schema, table.name], most)
    joined = [link for link in diagram.links if link.child in names and link.parent in names]
    return "\n".join([*lines, *(_link(link, names) for link in joined[:LINKS])])


def _names(tables: tuple[DiagramTable, ...], links: tuple[Link, ...]) -> dict[Table, str]:
    """What each table is called in the picture: no two alike, even when they are after cleaning."""
    changes = {(table.schema, table.name): f" ({table.change})" if table.change else "" for table in tables}
    around = sorted({table for link in links for table in (link.child, link.parent)} - set(changes))
    names: dict[Table, str] = {}
    for table in (*changes, *around)[:TABLES]:
        mark = changes.get(table, "")
        stem = _text(".".join(table).removeprefix("public."))
        name, number = f"{stem}{mark}", 1
        while name in names.values():
            number += 1
            name = f"{stem} {number}{mark}"
        names[table] = name
    return names


def _entity(table: DiagramTable, name: str, most: int) -> Iterator[str]:
    columns = _shown(table.columns, most)
    if not columns:
        yield f'    "{name}"'
        return
    yield f'    "{name}" {{'
    for column in columns:
        words = [_type(column.type), _word(column.name)]
        words += [", ".join(dict.fromkeys(column.marks))] if column.marks else []
        words += [f'"{column.change}"'] if column.change else []
        yield f"        {' '.join(words)}"
    yield "    }"


def _shown(columns: tuple[DiagramColumn, ...], most: int) -> list[DiagramColumn]:
    """In their order; where they are too many, what changed comes before keys, and keys before the rest."""
    ranked = sorted(range(len(columns)), key=lambda index: (not columns[index].change, not columns[index].marks))
    return [columns[index] for index in sorted(ranked[:most])]


def _link(link: Link, names: dict[Table, str]) -> str:
    one, many = "||" if link.always else "|o", "o|" if link.unique else "o{"
    return f'    "{names[link.parent]}" {one}--{many} "{names[link.child]}" : "{_text(", ".join(link.columns))}"'


def _text(text: str) -> str:
    """What may stand between quotes: letters of any language, digits and a few signs."""
    return re.sub(r"[^\w., -]", "_", text[:_NAME]) or "_"


def _word(text: str) -> str:
    """One word, as Mermaid wants names of attributes and types: letters from Latin-1's on, as far as UCS-2 goes."""
    word = re.sub(r"[^\w]|[^A-Za-z0-9_\u00c0-\uffff]", "_", text[:_NAME]) or "_"
    word = f"_{word}" if word[0].isdecimal() else word
    return f"{word}_" if word.lower() in _MARKS else word


def _type(text: str) -> str:
    """A type as one token: `character varying(255)` becomes `varchar(255)`."""
    text = text[:_NAME]
    for pattern, short in _SHORT_TYPES:
        text = re.sub(pattern, short, text)
    found = re.fullmatch(r"(.*?)(\(\d+(?:,\d+)?\))?((?:\[\])*)", text, re.DOTALL)
    assert found is not None
    base, size, brackets = found.groups()
    return f"{_word(base)}{size or ''}{brackets}"
