"""docs/troubleshooting.md and what the bot says: its messages, and a test's word that one of them has appeared."""

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs/troubleshooting.md").read_text()
NAME = "…"


def quoted() -> list[str]:
    """The messages in the first column of the page's tables."""
    cells = re.findall(r"^\| (`.*?) \| ", PAGE, re.MULTILINE)
    return [message for cell in cells for message in re.findall(r"`([^`]+)`", cell)]


def appears(message: str, text: str) -> None:
    """`message`, word for word as the page quotes it, is in a text that the bot has just produced.

    `tests/unit/test_troubleshooting.py` finds the calls: each message of the page needs one.
    """
    assert message in quoted()
    pattern = ".+?".join(re.escape(part) for part in message.split(NAME))
    assert re.search(pattern, text, re.DOTALL), f"{message!r} is not in {text!r}"
