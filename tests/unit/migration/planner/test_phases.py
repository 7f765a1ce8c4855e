"""Phases have names: whoever adds a completion reads the order of a migration in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.migration import planner
from bot.migration.planner.change import Hints
from bot.migration.planner.operations import Phase
from bot.migration.planner.planner import plan
from tests.support.snapshots import column, foreign_key, snapshot, table

PLANNER = Path(next(iter(planner.__path__)))


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(PLANNER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield path.name, node


def test_no_place_within_a_phase_is_a_number() -> None:
    """A number would be an order that is known only to those who have read all others."""
    literal = [
        f"{name}:{call.lineno}"
        for name, call in _calls()
        for keyword in call.keywords
        if keyword.arg == "position" and not isinstance(keyword.value, ast.Name)
    ]
    assert literal == []


def test_every_phase_is_used() -> None:
    used = {
        node.attr
        for path in PLANNER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Phase"
    }
    assert {phase.name for phase in Phase} == used


def test_rows_that_are_written_are_checked_before_the_table_is_altered() -> None:
    """Before: `cannot ALTER TABLE because it has pending trigger events`."""
    code = column("node", "code", type="text", not_null=False)
    required = column("node", "code", type="text", not_null=True)
    hints = Hints(fills={("public", "node", "code"): "'x'"})
    deferred = foreign_key("node", "node_parent", "node", ["parent_id"], deferrable=True, deferred=True)
    for constraint, wanted in ((deferred, 1), (foreign_key("node", "node_parent", "node", ["parent_id"]), 0)):
        there = (table("node"), column("node", "parent_id", not_null=False), constraint)
        found = plan(snapshot(*there, code), snapshot(*there, required), hints)
        statements = [str(one.get("sql", one["op"])) for one in found]
        assert statements.count("SET CONSTRAINTS ALL IMMEDIATE") == wanted, statements
        assert statements[0].startswith("UPDATE node SET code = 'x'")
        assert statements[-1] == "alter_column"


def test_nothing_to_do_beside_a_constraint_that_waits() -> None:
    """Before: a `ValueError` wherever a table had a deferred constraint and autogenerate did all by itself."""
    there = (table("node"), foreign_key("node", "node_parent", "node", ["parent_id"], deferrable=True, deferred=True))
    assert plan(snapshot(*there), snapshot(*there)) == []
