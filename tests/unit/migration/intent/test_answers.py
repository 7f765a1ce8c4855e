"""Answers of the author, read against two snapshots."""

import pytest

from bot.decisions import Answer, Source
from bot.errors import UsageError
from bot.migration.intent.answers import read
from bot.model import DecisionKind, ObjectKey
from bot.schema.snapshots import Snapshot
from bot.sqltext.names import parts
from tests.support.snapshots import column, snapshot, table
from tests.support.troubleshooting import appears

STATE = ObjectKey("enum", "public", "", "state")


def said(*options: str, source: Source = "command") -> list[Answer]:
    """Answers as on the command line: `rename member=customer`."""
    kinds: dict[str, DecisionKind] = {"rename": "rename", "fill": "fill", "using": "using", "clean": "clean"}
    words = [option.partition(" ") for option in options]
    return [Answer.read(kinds[kind], text, source) for kind, _, text in words]


def before() -> Snapshot:
    return snapshot(
        table("member"),
        column("member", "name"),
        table("orders"),
        table("orders", "shop"),
        column("orders", "total"),
        column("orders", "total", "shop"),
        (STATE, {"labels": ["new", "done"]}),
    )


def after(*objects: tuple[ObjectKey, dict[str, object]]) -> Snapshot:
    return snapshot(table("orders"), table("orders", "shop"), *objects)


def test_names_in_quotes_keep_dots() -> None:
    assert parts('"Order.s".Total') == ["Order.s", "Total"]
    assert parts('shop."say ""yes""".x') == ["shop", 'say "yes"', "x"]
    assert parts("plain") == ["plain"]


def test_a_table_and_its_column() -> None:
    new = after(table("customer"), column("customer", "full_name"))
    answers = read(said("rename member.name=full_name", "rename member=customer"), before(), new)
    assert [(r.kind, r.name, r.new_name) for r in answers.renames] == [
        ("table", "member", "customer"),
        ("column", "name", "full_name"),
    ]


def test_a_table_that_moves_to_another_schema() -> None:
    answers = read(said("rename member=shop.member"), before(), after(table("member", "shop")))
    assert [(r.schema, r.new_schema) for r in answers.renames] == [("public", "shop")]


def test_a_label() -> None:
    new = after((STATE, {"labels": ["new", "finished"]}))
    (rename,) = read(said("rename state.done=finished"), before(), new).renames
    assert (rename.kind, rename.parent, rename.name, rename.new_name) == ("label", "state", "done", "finished")


def test_no_rename() -> None:
    answers = read(said("rename member.name="), before(), after())
    assert answers.kept == {ObjectKey("column", "public", "member", "name")}


def test_the_same_answer_twice_is_one() -> None:
    new = after(table("customer"))
    assert len(read(said("rename member=customer", "rename member=customer"), before(), new).renames) == 1


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["rename nobody=customer"], "nothing is called nobody"),
        (["rename member=nobody"], "no table called nobody"),
        (["rename member"], "not of the form OLD=NEW"),
        (["rename =customer"], "not of the form OLD=NEW"),
        (["rename orders.total=amount"], "reads two ways"),
        (["rename shop.orders=customer"], "still there"),
        (["rename member=customer", "rename member=client"], "contradicts"),
        (["rename member=customer", "rename member="], "contradicts"),
        (["clean customer"], "not of the form TABLE.CONSTRAINT or TABLE.COLUMN"),
        (["clean customer.uq_nothing"], "nothing is called customer.uq_nothing"),
        (["fill customer.name"], "not of the form TABLE.COLUMN=SQL"),
        (["fill customer.full_name="], "the SQL is missing"),
        (["fill customer.full_name=nonsense("], "more than one SQL expression: .* without its end"),
        (["using customer.nothing=1"], "nothing is called customer.nothing"),
        (["fill customer.full_name=1", "fill customer.full_name=2"], "given twice"),
    ],
)
def test_what_cannot_be_read_is_refused(given: list[str], message: str) -> None:
    new = after(table("customer"), table("client"), column("customer", "full_name"), column("orders", "amount"))
    with pytest.raises(UsageError, match=message):
        read(said(*given), before(), new)


@pytest.mark.parametrize(("given", "message"), [("rename nobody=x", "nothing"), ("rename orders.total=amount", "two")])
def test_a_name_that_means_nothing_or_two_things(given: str, message: str) -> None:
    new = after(table("customer"), column("orders", "amount"))
    with pytest.raises(UsageError) as caught:
        read(said(given), before(), new)
    if message == "two":
        appears("… reads two ways", caught.value.message)
    else:
        appears("nothing is called …", caught.value.message)


def test_each_answer_keeps_its_own_source() -> None:
    new = after(table("customer"), column("customer", "full_name"), _unique("uq"))
    given = [
        *said("fill customer.full_name='x'", "clean customer.uq", source="setting"),
        *said("rename member=customer"),
    ]
    decided = [(d.kind, d.subject, d.answer, d.decided) for d in read(given, before(), new).decisions]
    assert decided == [
        ("rename", "member", "customer", "command"),
        ("fill", "customer.full_name", "'x'", "setting"),
        ("clean", "customer.uq", "yes", "setting"),
    ]


def test_a_command_wins_over_a_setting_that_speaks_of_the_same_thing() -> None:
    new = after(table("customer"), table("client"), column("customer", "full_name"))
    settings = said("rename member=client", "fill public.customer.full_name='x'", source="setting")
    answers = read([*said("rename member=customer", "fill customer.full_name='y'"), *settings], before(), new)
    assert [rename.new_name for rename in answers.renames] == ["customer"]
    assert answers.fills == {("public", "customer", "full_name"): "'y'"}
    assert read([*said("rename member="), *settings], before(), new).renames == ()


def test_two_old_names_cannot_become_one_new_name() -> None:
    new = snapshot(table("orders"), column("member", "x"))
    old = snapshot(table("orders"), column("member", "a"), column("member", "b"))
    with pytest.raises(UsageError, match="contradicts"):
        read(said("rename member.a=x", "rename member.b=x"), old, new)


def _unique(name: str) -> tuple[ObjectKey, dict[str, object]]:
    return ObjectKey("constraint", "public", "customer", name), {"type": "u", "columns": ["email"]}


@pytest.mark.parametrize(
    ("given", "kind"),
    [("customer.uq", "constraint"), ("public.customer.uq", "constraint"), ("customer.total", "column")],
)
def test_no_row_breaks_what_is_clean(given: str, kind: str) -> None:
    new = after(table("customer"), column("customer", "total"), _unique("uq"))
    (clean,) = read(said(f"clean {given}"), before(), new).clean
    assert clean.kind == kind


def test_the_constraint_is_meant_when_its_column_of_that_name_stays_as_it_is() -> None:
    old = snapshot(table("customer"), column("customer", "email"))
    new = snapshot(table("customer"), column("customer", "email"), _unique("email"))
    (clean,) = read(said("clean customer.email"), old, new).clean
    assert clean.kind == "constraint"


def test_what_is_clean_may_have_the_old_name_of_a_table() -> None:
    new = after(table("customer"), column("customer", "name"))
    given = said("rename member=customer", "clean member.name")
    assert read(given, before(), new).clean == {ObjectKey("column", "public", "customer", "name")}


def test_a_fill_may_use_the_old_name() -> None:
    new = after(table("customer"), column("customer", "name"))
    given = said("rename member=customer", "fill member.name='x'")
    assert read(given, before(), new).fills == {("public", "customer", "name"): "'x'"}


@pytest.mark.parametrize("value", ["SELECT id, 1 FROM member WHERE id > 0", "WITH m AS (SELECT 1) SELECT * FROM m"])
def test_a_query_fills_a_new_table(value: str) -> None:
    new = after(table("tag"), column("tag", "name"))
    answers = read(said(f"fill tag.name={value}"), before(), new)
    assert answers.fills == {("public", "tag", "name"): value}


@pytest.mark.parametrize(
    "value", ["SELECT 1; DELETE FROM member", "SELECT 1) FROM (SELECT 2", "(SELECT 1) WHERE false"]
)
def test_a_query_is_one_query(value: str) -> None:
    new = after(table("tag"), column("tag", "name"))
    with pytest.raises(UsageError, match="more than one SQL expression"):
        read(said(f"fill tag.name={value}"), before(), new)
