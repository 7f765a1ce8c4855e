"""What a refusal must be like."""

from bot.errors import BotError
from bot.report.text import inline


def told(error: BotError) -> None:
    """It says something, and no more than a person would read."""
    assert error.message
    assert len(inline(error.message)) < 1_000
