"""Diagrams in Mermaid's language; what Mermaid itself makes of them is in tests/integration/test_mermaid.py."""

import re

import pytest

from bot.report.mermaid import COLUMNS, LONGEST, TABLES, drawing
from bot.schema.diagram import Diagram, DiagramColumn, DiagramTable, Link
from tests.support import diagrams

HOSTILE = 'x"\n```\n%%{init: {}}%%\n<img src=x onerror=y> } || \\ ; @you [a](b)'


def table(name: str, *columns: DiagramColumn, schema: str = "public") -> DiagramTable:
    return DiagramTable(schema=schema, name=name, change="changed", columns=columns)


def column(name: str, type: str = "integer", **more: object) -> DiagramColumn:  # noqa: A002
    return DiagramColumn(name=name, type=type, **more)  # type: ignore[arg-type]


def test_a_diagram() -> None:
    orders = table("orders", column("id", "bigint", marks=("PK",)), column("customer_id", marks=("FK",), change="new"))
    links = (
        Link(child=("public", "line"), parent=("public", "orders"), columns=("order_id",), always=True, unique=True),
        Link(child=("public", "orders"), parent=("crm", "customer"), columns=("customer_id",)),
    )
    assert drawing(Diagram(tables=(orders,), links=links)).splitlines() == [
        "erDiagram",
        '    "orders (changed)" {',
        "        bigint id PK",
        '        integer customer_id FK "new"',
        "    }",
        '    "orders (changed)" ||--o| "line" : "order_id"',
        '    "crm.customer" |o--o{ "orders (changed)" : "customer_id"',
    ]


def test_without_tables_there_is_none() -> None:
    assert drawing(Diagram()) == ""


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("character varying(255)", "varchar(255)"),
        ("numeric(10,2)", "numeric(10,2)"),
        ("double precision", "float8"),
        ("timestamp(3) with time zone", "timestamptz(3)"),
        ("time without time zone[]", "time[]"),
        ("public.mood[]", "mood[]"),
        ('shop."odd ""type"""', "shop__odd___type___"),
        ("interval day to second(3)", "interval_day_to_second(3)"),
        ('"char"', "_char_"),
        ("pk", "pk_"),
    ],
)
def test_types_are_one_token(written: str, drawn: str) -> None:
    assert drawing(Diagram(tables=(table("t", column("a", written)),))).splitlines()[2].split() == [drawn, "a"]


def test_hostile_names_cannot_break_out() -> None:
    link = Link(child=("public", HOSTILE), parent=(HOSTILE, HOSTILE), columns=(HOSTILE,))
    found = drawing(Diagram(tables=(table(HOSTILE, column(HOSTILE, HOSTILE)),), links=(link,)))
    assert [line for line in found.split("\n") if not re.fullmatch(diagrams.LINE, line)] == []
    assert len(found.split("\n")) == 5


def test_names_that_become_alike_stay_apart() -> None:
    found = drawing(Diagram(tables=(table("a!"), table("a?"))))
    assert found.splitlines() == ["erDiagram", '    "a_ (changed)"', '    "a_ 2 (changed)"']


def test_columns_called_like_a_mark_are_told_apart_from_it() -> None:
    found = drawing(Diagram(tables=(table("t", column("PK"), column("1st")),)))
    assert [line.split()[1] for line in found.splitlines()[2:4]] == ["PK_", "_1st"]


def test_letters_of_all_languages_stay() -> None:
    found = drawing(Diagram(tables=(table("t", column("größe m²"), column("価格")),)))
    assert [line.split()[1] for line in found.splitlines()[2:4]] == ["größe_m_", "価格"]


def test_what_changed_is_in_the_picture_however_wide_the_table_is() -> None:
    wide = table("t", *(column(f"c{number}") for number in range(100)), column("last", change="new"))
    lines = drawing(Diagram(tables=(wide,))).splitlines()
    assert '        integer last "new"' in lines
    assert len(lines) == COLUMNS + 3


def test_the_picture_has_limits() -> None:
    many = tuple(table(f"t{number}" + "x" * 300, *[column("c" * 300)] * 100) for number in range(100))
    links = tuple(
        Link(child=("a", f"c{number}"), parent=("a", f"p{number}"), columns=("x",)) for number in range(9_000)
    )
    found = drawing(Diagram(tables=many, links=links))
    assert found.count("(changed)") == TABLES
    assert len(found) < LONGEST
