"""Slash commands are read from comments of anybody."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decisions import Answer, command, option
from bot.errors import UsageError
from bot.model import DecisionKind
from bot.request.commands import MOST, Command, all_commands, read
from bot.request.replay import Decided, replay
from bot.sqltext.names import answer, dotted, parts
from bot.sqltext.quote import name
from tests.properties import hostile
from tests.properties.refusals import told

DECISIONS: list[DecisionKind] = ["rename", "fill", "using", "clean"]
words = st.sampled_from(
    ["/migration", *all_commands(), "a.b", '"a b".c', '"', '""', "=", " ", "  ", "\t", "\xa0", "\n"]
)
commands = st.one_of(
    st.builds("/migration {} {}".format, st.sampled_from([*all_commands(), ""]), hostile.wild),
    st.builds("/migration {} a.b {}".format, st.sampled_from([*all_commands()]), hostile.wild),
    st.lists(st.one_of(words, hostile.wild), max_size=8).map("".join),
    hostile.wild,
)
given_commands = st.one_of(
    st.builds(Command, st.sampled_from(["check", "undo"])),
    st.builds(Command, st.just("message"), st.sampled_from(["one", "two"])),
    st.builds(Command.answering, st.sampled_from(DECISIONS), st.sampled_from(["a", "b"]), st.sampled_from(["1", "2"])),
)


def _read(comment: str) -> Command | None:
    try:
        return read(comment)
    except UsageError as error:
        told(error)
        return None


@given(commands)
def test_a_comment_is_a_command_or_none_or_refused_in_few_words(comment: str) -> None:
    found = _read(comment)
    first = (comment.splitlines() or [""])[0]
    assert found is None or (found.kind in all_commands() and first.strip().startswith("/migration"))
    assert found is None or found.answer is None or len(found.answer.subject + found.answer.value) <= MOST


@given(commands)
def test_only_the_first_line_is_read(comment: str) -> None:
    assert _read(comment) == _read((comment.splitlines() or [""])[0])
    assert _read(f"{(comment.splitlines() or [''])[0]}\r\n/migration commit") == _read(comment)


@given(st.sampled_from(["fill", "using"]), hostile.lines)
def test_sql_arrives_as_it_was_written(kind: DecisionKind, sql: str) -> None:
    """But for a sign of equality before it, which belongs to the command."""
    found = _read(f"/migration {kind} a.b {sql}")
    written = sql.strip()
    given = {written, written.removeprefix("=").strip()} if written.startswith("=") else {written}
    assert found is None or found.answer in [Answer(kind, "a.b", text) for text in given]


@given(st.sampled_from(DECISIONS), hostile.lines.filter(bool), hostile.lines.filter(bool))
def test_what_the_bot_offers_is_read_back_from_a_comment_and_from_a_shell(
    kind: DecisionKind, column: str, value: str
) -> None:
    subject = f"t.{name(column)}"
    # No expression begins with a sign of equality, which belongs to the command.
    value = {"rename": name(value), "clean": ""}.get(kind, value.strip().lstrip("= "))
    found = _read(command(kind, subject, value))
    if found is not None and (value or kind == "clean"):
        assert found.answer == Answer(kind, subject, value)
        flag, text = shlex.split(option(kind, subject, value))
        assert flag == f"--{kind}"
        assert Answer.read(kind, text, "command") == found.answer


def test_what_is_clean_is_one_name() -> None:
    with pytest.raises(UsageError, match="one name is enough"):
        read("/migration clean a.b c")


@given(st.lists(hostile.texts.filter(bool), min_size=1, max_size=3))
def test_quoted_names_are_taken_apart_as_they_were_put_together(names: list[str]) -> None:
    assert parts(".".join(map(name, names))) == names
    assert parts(dotted("", *names)) == names


@given(st.lists(hostile.texts.filter(bool), min_size=1, max_size=3), hostile.wild)
def test_a_name_in_an_answer_ends_before_its_value(names: list[str], value: str) -> None:
    assert answer(f"{dotted('', *names)}={value}") == (dotted("", *names), value.strip())


@pytest.mark.parametrize("end", ["", " SQL", "x"])
def test_quotes_that_do_not_close_are_refused_at_once(end: str) -> None:
    quotes = '"' * 3_001
    assert parts(quotes + end)
    with pytest.raises(UsageError):
        read(f"/migration rename {quotes}{end}")


@given(st.lists(given_commands, max_size=12))
def test_what_was_decided_is_never_there_twice(said: list[Command]) -> None:
    subjects = [(answer.kind, answer.subject) for answer in replay(said).answers]
    assert len(subjects) == len(set(subjects))


@given(st.lists(given_commands.filter(lambda command: command.kind != "undo"), max_size=8), st.integers(0, 8))
def test_undo_goes_back_as_far_as_it_is_asked(said: list[Command], times: int) -> None:
    deciding = [one for one in said if one.kind != "check"]
    undone = replay([*said, *[Command("undo")] * times])
    assert undone == replay(deciding[: max(len(deciding) - times, 0)])
    assert undone != Decided() or len(deciding) <= times or not deciding
