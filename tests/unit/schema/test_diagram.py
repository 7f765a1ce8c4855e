from typing import Any

from bot.model import Action, Difference
from bot.schema.diagram import Diagram, DiagramColumn, DiagramTable, Link, diagram
from tests.support.snapshots import column, foreign_key, key, snapshot, table


def difference(kind: str, name: str, action: Action, parent: str = "", **more: Any) -> Difference:
    return Difference(**{"kind": kind, "schema": "public", "parent": parent, "name": name, "action": action, **more})


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
        [difference("column", "customer_id", "added", "orders"), difference("column", "id", "changed", "orders")],
    )
    assert found == Diagram(
        tables=(
            DiagramTable(
                schema="public",
                name="orders",
                change="changed",
                columns=(
                    DiagramColumn(name="id", type="bigint", marks=("PK",), change="changed"),
                    DiagramColumn(name="customer_id", type="integer", marks=("FK",), change="new"),
                ),
            ),
        ),
        links=(
            Link(
                child=("public", "line"), parent=("public", "orders"), columns=("order_id",), always=True, unique=True
            ),
            Link(child=("public", "orders"), parent=("public", "customer"), columns=("customer_id",)),
        ),
    )


def test_changed_tables_come_before_new_ones_whose_columns_are_all_new() -> None:
    found = diagram(
        snapshot(table("a"), column("a", "id"), table("b"), column("b", "id")),
        [
            difference("table", "a", "added"),
            difference("column", "id", "added", "a"),
            difference("column", "id", "changed", "b"),
        ],
    )
    assert [(t.name, t.change, [c.change for c in t.columns]) for t in found.tables] == [
        ("b", "changed", ["changed"]),
        ("a", "new", [""]),
    ]


def test_nothing_is_there_where_the_table_is_gone() -> None:
    assert diagram(snapshot(table("t")), [difference("table", "gone", "removed")]) == Diagram()
