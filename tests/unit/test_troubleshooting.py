"""Every message that docs/troubleshooting.md quotes is one that the bot can say."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/troubleshooting.md").read_text()
ANY = "…"


def quoted() -> list[str]:
    """The messages in the first column of the page's tables."""
    cells = re.findall(r"^\| (`.*?) \| ", PAGE, re.MULTILINE)
    return [message for cell in cells for message in re.findall(r"`([^`]+)`", cell)]


@cache
def said() -> tuple[str, ...]:
    """Every text in the bot's code, with what is put into it as `…`."""
    return tuple(text for path in (ROOT / "bot").rglob("*.py") for text in _texts(ast.parse(path.read_text())))


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(_value(part) for part in node.values)
        elif isinstance(node, ast.Constant):
            yield _value(node)


def _value(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.replace("{}", ANY)
    return ANY


@pytest.mark.parametrize("message", quoted())
def test_the_bot_says_so(message: str) -> None:
    assert any(message in text for text in said())


def test_every_section_has_messages() -> None:
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    assert [s.split("\n")[0] for s in sections if not re.search(r"^\| `", s, re.MULTILINE)] == ["Without a message"]
