"""Every claim of SECURITY.md names tests that exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))


def test_the_tests_that_are_named_exist() -> None:
    assert len(NAMED) > 30
    for path, name in NAMED:
        functions = {
            node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.FunctionDef)
        }
        assert name in functions, f"{path} has no {name}"


def test_every_claim_names_two_tests() -> None:
    """One that tries to break it in a second way."""
    rows = re.findall(r"^\| .* \| .* \| (.*) \|$", TEXT.partition("## Claims")[2], re.MULTILINE)
    claims = [row for row in rows if row not in ("test", "---")]
    assert len(claims) > 20
    assert [row for row in claims if len(set(re.findall(r"`tests/[\w/]+\.py::(\w+)`", row))) < 2] == []


def test_every_attack_belongs_to_a_claim() -> None:
    attacks = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/attacks").glob("test_*.py")}
    assert attacks <= {path for path, _ in NAMED}
