"""Slash commands are read from comments of anybody."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.report.questions import option
from bot.request.commands import MOST, Kind, Order, all_commands, read
from bot.request.replay import Decided, replay
from bot.sqltext.names import answer, dotted, parts
from bot.sqltext.quote import name
from tests.properties import hostile
from tests.properties.refusals import told

DECISIONS: list[Kind] = ["rename", "fill", "using"]
words = st.sampled_from(
    ["/migration", *all_commands(), "a.b", '"a b".c', '"', '""', "=", " ", "  ", "\t", "\xa0", "\n"]
)
commands = st.one_of(
    st.builds("/migration {} {}".format, st.sampled_from([*all_commands(), ""]), hostile.wild),
    st.builds("/migration {} a.b {}".format, st.sampled_from([*all_commands()]), hostile.wild),
    st.lists(st.one_of(words, hostile.wild), max_size=8).map("".join),
    hostile.wild,
)
orders = st.builds(Order, st.sampled_from(list(all_commands())), st.sampled_from(["a=1", "a=2", "b=", "b=c", "x"]))


def _read(comment: str) -> Order | None:
    try:
        return read(comment)
    except UsageError as error:
        told(error)
        return None


@given(commands)
def test_a_comment_is_an_order_or_none_or_refused_in_few_words(comment: str) -> None:
    order = _read(comment)
    first = (comment.splitlines() or [""])[0]
    assert order is None or (order.kind in all_commands() and first.strip().startswith("/migration"))
    assert order is None or len(order.value) <= MOST


@given(commands)
def test_only_the_first_line_is_read(comment: str) -> None:
    assert _read(comment) == _read((comment.splitlines() or [""])[0])
    assert _read(f"{(comment.splitlines() or [''])[0]}\r\n/migration commit") == _read(comment)


@given(st.sampled_from(["fill", "using"]), hostile.lines)
def test_sql_arrives_as_it_was_written(kind: str, sql: str) -> None:
    order = _read(f"/migration {kind} a.b {sql}")
    assert order is None or order.value == f"a.b={sql.strip()}"


@given(st.sampled_from(DECISIONS), hostile.lines.filter(bool), hostile.lines.filter(bool))
def test_what_the_bot_offers_is_read_back_and_says_the_same_in_a_shell(kind: Kind, subject: str, value: str) -> None:
    answer = name(value) if kind == "rename" else value.strip()
    how = f"/migration {kind} {name(subject)} {answer}"
    order = _read(how)
    if order is not None and answer:
        assert order == Order(kind, f"{name(subject)}={answer}")
        assert shlex.split(option(how)) == [f"--{kind}", order.value]


@given(hostile.lines.filter(bool))
def test_what_is_clean_is_one_name(subject: str) -> None:
    how = f"/migration clean {name('t')}.{name(subject)}"
    if _read(how) is not None:
        assert read(how) == Order("clean", f"t.{name(subject)}")
        assert shlex.split(option(how)) == ["--clean", f"t.{name(subject)}"]
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


@given(st.lists(orders, max_size=12))
def test_what_was_decided_is_never_there_twice(given_orders: list[Order]) -> None:
    decided = replay(given_orders)
    for answers in (decided.renames, decided.fills, decided.usings, decided.cleans):
        subjects = [answer.partition("=")[0] for answer in answers]
        assert len(subjects) == len(set(subjects))


@given(st.lists(orders.filter(lambda order: order.kind != "undo"), max_size=8), st.integers(0, 8))
def test_undo_goes_back_as_far_as_it_is_asked(given_orders: list[Order], times: int) -> None:
    decisions = [order for order in given_orders if order.kind in ("message", "rename", "fill", "using", "clean")]
    undone = replay([*given_orders, *[Order("undo")] * times])
    assert undone == replay(decisions[: max(len(decisions) - times, 0)])
    assert undone != Decided() or len(decisions) <= times or not decisions
