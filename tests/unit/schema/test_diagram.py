import re

import pytest

from bot.schema.diagram import COLUMNS, TABLES, diagram, is_diagram
from tests.support.snapshots import column, foreign_key, key, snapshot, table


def test_changed_tables_stand_between_their_neighbours() -> None:
    found = diagram(
        snapshot(
            table("customer"),
            table("orders"),
            table("line"),
            table("other"),
            column("orders", "id", not_null=True, type="bigint"),
            column("orders", "customer_id", position=2),
            column("line", "order_id", not_null=True),
            key("orders", "orders_pkey", ["id"]),
            key("line", "line_pkey", ["order_id"]),
            foreign_key("orders", "fk", "customer", ["customer_id"]),
            foreign_key("line", "line_fk", "orders", ["order_id"]),
            foreign_key("other", "other_fk", "customer", ["customer_id"]),
        ),
        [("public", "orders")],
    )
    assert found.splitlines() == [
        "erDiagram",
        '    "orders (changed)" {',
        "        bigint id PK",
        "        integer customer_id FK",
        "    }",
        '    "orders (changed)" ||--o| "line" : "order_id"',
        '    "customer" |o--o{ "orders (changed)" : "customer_id"',
    ]


def test_nothing_is_drawn_where_nothing_is_there() -> None:
    assert diagram(snapshot(table("t")), [("public", "gone")]) == ""


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
    found = diagram(snapshot(table("t"), column("t", "a", type=written)), [("public", "t")])
    assert found.splitlines()[2].split() == [drawn, "a"]


def test_hostile_names_cannot_break_out() -> None:
    hostile = 'x"\n```\n%%{init: {}}%%\n<img src=x onerror=y> } || \\ ; @you [a](b)'
    found = diagram(
        snapshot(
            table(hostile),
            table("t"),
            column(hostile, hostile, type=hostile),
            foreign_key(hostile, hostile, "t", [hostile]),
        ),
        [("public", hostile)],
    )
    name = r'"[\w., -]+( \(changed\))?"'
    rule = rf'erDiagram|    {name} \{{|        \w+ \w+( [A-Z, ]+)?|    }}|    {name} \S+ {name} : "[\w., -]+"'
    assert [line for line in found.split("\n") if not re.fullmatch(rule, line)] == []
    assert len(found.split("\n")) == 5


def test_names_that_become_alike_stay_apart() -> None:
    found = diagram(snapshot(table("a!"), table("a?")), [("public", "a!"), ("public", "a?")])
    assert found.splitlines() == ["erDiagram", '    "a_ (changed)"', '    "a_ 2 (changed)"']


def test_columns_called_like_a_mark_are_told_apart_from_it() -> None:
    found = diagram(snapshot(table("t"), column("t", "PK"), column("t", "1st", position=2)), [("public", "t")])
    assert [line.split()[1] for line in found.splitlines()[2:4]] == ["PK_", "_1st"]


def test_letters_of_all_languages_stay() -> None:
    found = diagram(snapshot(table("t"), column("t", "größe m²"), column("t", "価格", position=2)), [("public", "t")])
    assert [line.split()[1] for line in found.splitlines()[2:4]] == ["größe_m_", "価格"]


def test_the_picture_has_limits() -> None:
    many = [table(f"t{number}") for number in range(100)]
    wide = [column("t0", f"c{number}", position=number) for number in range(100)]
    found = diagram(snapshot(*many, *wide), [("public", f"t{number}") for number in range(100)])
    assert found.count("(changed)") == TABLES
    assert found.count("integer") == COLUMNS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "flowchart TD",
        'erDiagram\n    "a"\n    click a "https://evil.example"',
        'erDiagram\n    "a" {\n        int x "words"\n    }',
        "erDiagram\n%%{init: {}}%%",
        'erDiagram\n    "<b>"',
        'erDiagram\n    "a"\n',
        "erDiagram\r\n",
    ],
)
def test_other_pictures_are_told_from_a_diagram(text: str) -> None:
    assert not is_diagram(text)
