"""The first line of a comment, as people type it on keyboards and phones."""

import pytest

from bot.errors import UsageError
from bot.request import commands


@pytest.mark.parametrize(
    "text",
    [
        "/migration message Hello there",
        "/migration message Hello there\r\nand a second line\r\n",
        "  /migration\tmessage   Hello there  ",
        "/Migration Message Hello there",
    ],
)
def test_a_command_is_read_by_its_words(text: str) -> None:
    found = commands.read(text)
    assert found is not None
    assert (found.kind, found.message) == ("message", "Hello there")


@pytest.mark.parametrize(
    "text",
    [
        "> /migration commit\r\n\r\nwhat does that do?",
        "`/migration commit`",
        "\n/migration commit",
        "/migrations commit",
        "",
    ],
)
def test_what_only_speaks_of_a_command_is_none(text: str) -> None:
    assert commands.read(text) is None


def test_the_name_alone_checks_again() -> None:
    found = commands.read("/migration\r\n")
    assert found is not None
    assert found.kind == "check"


def test_a_name_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="there is no command 'comit'") as refused:
        commands.read("/migration comit")
    assert "commit" in refused.value.advice
