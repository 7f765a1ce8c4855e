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


@pytest.mark.parametrize(
    "text",
    [
        "job.name title",
        "job.name=title",
        "job.name = title",
        "job.name -> title",
        "job.name to title",
        "job.name → title",
    ],
)
def test_a_rename_is_read_as_people_write_it(text: str) -> None:
    found = commands.read(f"/migration rename {text}")
    assert found is not None
    assert found.answer is not None
    assert (found.answer.subject, found.answer.value) == ("job.name", "title")


def test_a_column_may_be_called_to() -> None:
    found = commands.read("/migration rename job.name to")
    assert found is not None
    assert found.answer is not None
    assert found.answer.value == "to"


def test_words_after_the_names_are_not_passed_over() -> None:
    with pytest.raises(UsageError, match="words after the two names: 'please'"):
        commands.read("/migration rename job.name title please")


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("job.kind 'x'", "'x'"),
        ("job.kind='x'", "'x'"),
        ("job.kind = 'x'", "'x'"),
        ("job.kind size = 1", "size = 1"),
        ('job."a b" = 1', "1"),
        ("job.kind '\u2018x\u2019'", "'\u2018x\u2019'"),
    ],
)
def test_an_expression_is_read_with_and_without_an_equals_sign(text: str, sql: str) -> None:
    for kind in ("fill", "using"):
        found = commands.read(f"/migration {kind} {text}")
        assert found is not None
        assert found.answer is not None
        assert found.answer.value == sql


@pytest.mark.parametrize("kind", ["fill", "using"])
def test_typographic_quotes_are_named(kind: str) -> None:
    with pytest.raises(UsageError, match="typographic quotes") as refused:
        commands.read(f"/migration {kind} job.kind \u2018x\u2019")
    assert "straight single quotes" in refused.value.advice
