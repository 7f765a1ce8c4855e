"""Every message that docs/troubleshooting.md quotes is seen to appear: a test makes the bot say it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.troubleshooting import PAGE, appears, quoted

TESTS = Path(__file__).parents[1]


def _seen() -> Iterator[str]:
    """The messages that tests wait for, from what they hand to `appears`."""
    for path in TESTS.rglob("test_*.py"):
        if path == Path(__file__):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "appears":
                yield ast.literal_eval(node.args[0])


def test_a_test_makes_the_bot_say_each_message() -> None:
    assert sorted(set(quoted()) - set(_seen())) == []


def test_no_test_waits_for_a_message_that_the_page_has_no_more() -> None:
    assert sorted(set(_seen()) - set(quoted())) == []


def test_what_does_not_appear_is_noticed() -> None:
    appears("the dependencies in … cannot be installed", "the dependencies in a, b cannot be installed: no wheel")
    for message, text in (
        ("there is no such revision", "there is no such setting"),
        ("the dependencies in … cannot be installed", "the dependencies in a cannot be found"),
        ("not of the page", "not of the page"),
    ):
        with pytest.raises(AssertionError):
            appears(message, text)


def test_every_section_has_messages() -> None:
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    assert [s.split("\n")[0] for s in sections if not re.search(r"^\| `", s, re.MULTILINE)] == ["Without a message"]
