"""Phases have names: whoever adds a completion reads the order of a migration in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.migration import planner
from bot.migration.planner.operations import Phase

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
