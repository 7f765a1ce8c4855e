"""Every rule of docs/github-facts.md names its source, and tests that exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs/github-facts.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| rule ")
]


def test_each_rule_has_a_source_and_a_test() -> None:
    assert len(ROWS) > 25
    assert all(len(row) == 3 and all(row) and "`tests/" in row[2] for row in ROWS)


def test_the_tests_exist() -> None:
    for path, name in {found for row in ROWS for found in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row[2])}:
        functions = {
            node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.FunctionDef)
        }
        assert name in functions, f"{path} has no {name}"
