"""Answers of the author, read against two snapshots."""

import pytest

from bot.errors import UsageError
from bot.migration.intent.answers import read
from bot.model import ObjectKey
from bot.schema.snapshots import Snapshot
from bot.settings import Decisions
from bot.sqltext.names import parts
from tests.support.snapshots import column, snapshot, table

STATE = ObjectKey("enum", "public", "", "state")


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
    answers = read(Decisions(renames=("member.name=full_name", "member=customer")), before(), new)
    assert [(r.kind, r.name, r.new_name) for r in answers.renames] == [
        ("table", "member", "customer"),
        ("column", "name", "full_name"),
    ]


def test_a_table_that_moves_to_another_schema() -> None:
    answers = read(Decisions(renames=("member=shop.member",)), before(), after(table("member", "shop")))
    assert [(r.schema, r.new_schema) for r in answers.renames] == [("public", "shop")]


def test_a_label() -> None:
    new = after((STATE, {"labels": ["new", "finished"]}))
    (rename,) = read(Decisions(renames=("state.done=finished",)), before(), new).renames
    assert (rename.kind, rename.parent, rename.name, rename.new_name) == ("label", "state", "done", "finished")


def test_no_rename() -> None:
    answers = read(Decisions(renames=("member.name=",)), before(), after())
    assert answers.is_kept(ObjectKey("column", "public", "member", "name"))


def test_the_same_answer_twice_is_one() -> None:
    new = after(table("customer"))
    assert len(read(Decisions(renames=("member=customer", "member=customer")), before(), new).renames) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"renames": ("nobody=customer",)}, "nothing is called nobody"),
        ({"renames": ("member=nobody",)}, "no table called nobody"),
        ({"renames": ("member",)}, "not of the form OLD=NEW"),
        ({"renames": ("=customer",)}, "not of the form OLD=NEW"),
        ({"renames": ("orders.total=amount",)}, "reads two ways"),
        ({"renames": ("shop.orders=customer",)}, "still there"),
        ({"renames": ("member=customer", "member=client")}, "contradicts"),
        ({"cleans": ("customer",)}, "not of the form TABLE.CONSTRAINT or TABLE.COLUMN"),
        ({"cleans": ("customer.uq_nothing",)}, "nothing is called customer.uq_nothing"),
        ({"fills": ("customer.name",)}, "not of the form TABLE.COLUMN=SQL"),
        ({"fills": ("customer.full_name=",)}, "the SQL is missing"),
        ({"usings": ("customer.nothing=1",)}, "nothing is called customer.nothing"),
        ({"fills": ("customer.full_name=1", "customer.full_name=2")}, "given twice"),
    ],
)
def test_what_cannot_be_read_is_refused(given: dict[str, tuple[str, ...]], said: str) -> None:
    new = after(table("customer"), table("client"), column("customer", "full_name"), column("orders", "amount"))
    with pytest.raises(UsageError, match=said):
        read(Decisions(**given), before(), new)  # type: ignore[arg-type]


def _unique(name: str) -> tuple[ObjectKey, dict[str, object]]:
    return ObjectKey("constraint", "public", "customer", name), {"type": "u", "columns": ["email"]}


@pytest.mark.parametrize(
    ("given", "kind"),
    [("customer.uq", "constraint"), ("public.customer.uq", "constraint"), ("customer.total", "column")],
)
def test_no_row_breaks_what_is_clean(given: str, kind: str) -> None:
    new = after(table("customer"), column("customer", "total"), _unique("uq"))
    (clean,) = read(Decisions(cleans=(given,)), before(), new).clean
    assert clean.kind == kind


def test_the_constraint_is_meant_when_its_column_of_that_name_stays_as_it_is() -> None:
    old = snapshot(table("customer"), column("customer", "email"))
    new = snapshot(table("customer"), column("customer", "email"), _unique("email"))
    (clean,) = read(Decisions(cleans=("customer.email",)), old, new).clean
    assert clean.kind == "constraint"


def test_what_is_clean_may_have_the_old_name_of_a_table() -> None:
    new = after(table("customer"), column("customer", "name"))
    given = Decisions(renames=("member=customer",), cleans=("member.name",))
    assert read(given, before(), new).clean == {ObjectKey("column", "public", "customer", "name")}


def test_a_fill_may_use_the_old_name() -> None:
    new = after(table("customer"), column("customer", "name"))
    given = Decisions(renames=("member=customer",), fills=("member.name='x'",))
    assert read(given, before(), new).fills == {("public", "customer", "name"): "'x'"}


@pytest.mark.parametrize("value", ["SELECT id, 1 FROM member WHERE id > 0", "WITH m AS (SELECT 1) SELECT * FROM m"])
def test_a_query_fills_a_new_table(value: str) -> None:
    new = after(table("tag"), column("tag", "name"))
    answers = read(Decisions(fills=(f"tag.name={value}",)), before(), new)
    assert answers.fills == {("public", "tag", "name"): value}


@pytest.mark.parametrize(
    "value", ["SELECT 1; DELETE FROM member", "SELECT 1) FROM (SELECT 2", "(SELECT 1) WHERE false"]
)
def test_a_query_is_one_query(value: str) -> None:
    new = after(table("tag"), column("tag", "name"))
    with pytest.raises(UsageError, match="more than one SQL expression"):
        read(Decisions(fills=(f"tag.name={value}",)), before(), new)
