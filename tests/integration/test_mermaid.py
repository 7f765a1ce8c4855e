"""Diagrams as Mermaid's own parser reads them: whatever tables and columns are called, there is a picture."""

import json

from bot.model import Difference
from bot.report.mermaid import drawing
from bot.schema.diagram import diagram
from tests.support import npm
from tests.support.snapshots import column, foreign_key, key, snapshot, table

MERMAID = "mermaid@11.17.2"
PARSER = """
import mermaid from 'mermaid';
import {readFileSync} from 'node:fs';
const found = [];
for (const source of JSON.parse(readFileSync(0, 'utf8'))) {
  try { found.push((await mermaid.parse(source)).diagramType); } catch (error) { found.push(String(error)); }
}
console.log(JSON.stringify(found));
"""
SIGNS = [f"a{chr(code)}b" for code in range(1, 0x180)] + [chr(code) for code in range(33, 127)]
WORDS = (
    "erDiagram end direction TB LR title accTitle accDescr style class classDef default to as one many zero only"
    " optionally PK FK UK pk 1+ 0+ u o null undefined __proto__ constructor 1st select Größe 日本 имя été \U0001d4b3"
).split()
TROUBLE = [
    "",
    " ",
    "one or more",
    "zero or one",
    "only one",
    'x"\n```\n%%{init: {}}%%\n<img src=x onerror=y> } || \\ ; @you [a](b)',
    "%%{init: {'theme': 'dark'}}%%",
    "%% remark",
    "---\ntitle: x\n---",
    "#35; &amp; #quot;",
    "a:::b",
    "a[b]",
    '" {',
    "}\n||--o{",
    "``` \u202e\u200b",
    "\U0001f600",
    "x" * 63,
]
TYPES = [
    *("character varying(255)", "numeric(10,2)", "numeric(5,-2)", "double precision", "timestamp(3) with time zone"),
    *("time without time zone[]", "interval day to second(3)", 'public."Odd type"[][]', '"char"', "bit varying(3)"),
]


def drawn(name: str) -> str:
    """A table, its columns, its key and its neighbours, all called so; one column is of that type as well."""
    things = snapshot(
        table(name),
        table(f"{name}2"),
        column(name, name, type=name),
        *(column(name, f"{name}{number}", position=number + 2, type=each) for number, each in enumerate(TYPES)),
        key(name, "pkey", [name]),
        foreign_key(name, "up", f"{name}2", [name]),
        foreign_key(name, "self", name, [f"{name}1", f"{name}2"]),
    )
    return drawing(diagram(things, [changed(name), changed(name, of=name)]))


def changed(name: str, of: str = "") -> Difference:
    kind = "column" if of else "table"
    return Difference(kind=kind, schema="public", parent=of, name=name, action="changed")


def test_every_diagram_can_be_read() -> None:
    names = [*SIGNS, *WORDS, *TROUBLE]
    many = [table(f"t{number}") for number in range(100)]
    sources = [*map(drawn, names), drawing(diagram(snapshot(*many), [changed(f"t{number}") for number in range(100)]))]
    read = json.loads(npm.run(MERMAID, PARSER, json.dumps(sources)))
    assert [(source, said) for source, said in zip(sources, read, strict=True) if said != "er"] == []


def test_the_parser_would_say_no() -> None:
    [said] = json.loads(npm.run(MERMAID, PARSER, json.dumps(['erDiagram\n "a" {\n double precision b\n'])))
    assert "Parse error" in said
