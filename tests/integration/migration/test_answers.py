"""What the bot asks, and what becomes of the file when the author answers."""

import pytest

from bot.errors import UsageError
from bot.model import Project
from tests.support.changes import Change, codes, decision, upgrade

TABLE = """
class {name}(Base):
    __tablename__ = "{name}"
    id = Column(Integer, primary_key=True)
    name = Column(String(40), nullable=False)
"""
MEMBER = TABLE.format(name="member")


def column(table: str, text: str) -> str:
    return TABLE.format(name=table) + f"    {text}\n"


def other(table: str, text: str) -> str:
    return TABLE.format(name=table).replace("name = Column(String(40), nullable=False)", text)


LINKED = """
class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)

class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    {tag}
"""
BETWEEN = """
class PostTag(Base):
    __tablename__ = "post_tag"
    post_id = Column(ForeignKey("post.id"), primary_key=True)
    tag_id = Column(ForeignKey("tag.id"), primary_key=True)
"""
TABLES = ("member", "guest", "shopper", "visitor", "traveller", "person")
PRICE = "name = Column(sa.Numeric(12, 4), nullable=False)"
BASE = "".join(TABLE.format(name=table) for table in TABLES) + other("item", PRICE)
SHUT, OPEN = (other("door", f"{flag} = Column(sa.Boolean)") for flag in ("is_closed", "is_open"))
BASE += SHUT + LINKED.format(tag='tag_id = Column(ForeignKey("tag.id"))')
REQUIRED = "country = Column(String(2), nullable=False)"


@pytest.fixture(scope="module")
def based(joined: Change) -> Change:
    joined.base(BASE)
    return joined


@pytest.fixture(scope="module")
def asked(based: Change) -> Project:
    """Nobody has answered yet; the other tables stay as they are."""
    models = BASE.replace(MEMBER, other("member", "full_name = Column(String(40), nullable=False)"))
    return based.check(models.replace("12, 4", "12, 2").replace(SHUT, OPEN))


@pytest.fixture(scope="module")
def answered(based: Change) -> Project:
    """What the author says of each table."""
    models = (
        other("member", "full_name = Column(String(40), nullable=False)"),
        other("guest", "full_name = Column(String(40))"),
        TABLE.format(name="customer"),
        column("visitor", REQUIRED),
        column("traveller", "country = Column(String(2), nullable=False, server_default='DE')"),
        other("person", "name = Column(Integer, nullable=False)"),
        other("item", PRICE),
        OPEN,
        LINKED.format(tag=""),
        BETWEEN,
    )
    return based.check(
        "".join(models),
        rename=["member.name=full_name", "guest.name=", "shopper=customer"],
        fill=[
            "visitor.country='NL'",
            "traveller.country=substr(name, 1, 2)",
            "door.is_open=NOT is_closed",
            "post_tag.tag_id=SELECT id, tag_id FROM post WHERE tag_id IS NOT NULL",
        ],
        using=["person.name=length(name)"],
    )


def test_what_is_asked_is_no_proof(asked: Project) -> None:
    assert asked.status == "warning"


def test_a_likely_rename_is_made_and_put_to_the_author(asked: Project) -> None:
    put = decision(asked, "member.name")
    assert (put.decided, put.answer, put.how) == ("assumed", "full_name", "/migration rename member.name full_name")
    assert "new_column_name='full_name'" in upgrade(asked)


def test_a_type_that_cannot_hold_all_values_is_asked_about(asked: Project) -> None:
    assert "numeric(12,2)" in decision(asked, "item.name").question


def test_a_flag_that_says_the_contrary_is_made_of_the_old_one_if_the_author_says_so(asked: Project) -> None:
    put = decision(asked, "door.is_open")
    assert (put.kind, put.decided, put.example) == ("fill", "open", "NOT is_closed")


def test_what_rows_get_is_an_open_question(based: Change) -> None:
    project = based.check(BASE.replace(TABLE.format(name="visitor"), column("visitor", REQUIRED)))
    assert (project.status, decision(project, "visitor.country").decided) == ("warning", "open")


def test_all_answers_together_are_proven(answered: Project) -> None:
    assert answered.status == "proven", (answered.findings, answered.decisions)
    assert not answered.residual


def test_a_rename_is_confirmed(answered: Project) -> None:
    assert decision(answered, "member.name").decided == "command"
    assert "new_column_name='full_name'" in upgrade(answered)


def test_a_denied_rename_drops_and_adds(answered: Project) -> None:
    assert "drop_column('guest', 'name')" in upgrade(answered)
    assert "data-dropped" in codes(answered)


@pytest.mark.parametrize(
    "done",
    [
        "op.rename_table('shopper', 'customer')",
        "UPDATE visitor SET country = 'NL'",
        "UPDATE door SET is_open = (NOT is_closed)",
        "UPDATE traveller SET country = substr(name, 1, 2)",  # although the column has a default
        "INSERT INTO post_tag (post_id, tag_id) SELECT id, tag_id FROM post",
        "length(name)",
    ],
)
def test_rows_get_what_the_author_says(answered: Project, done: str) -> None:
    assert done in upgrade(answered)


@pytest.mark.parametrize(
    ("option", "given", "said"),
    [("rename", "membr=customer", "nothing is called membr"), ("using", "member.name", "not of the form")],
)
def test_a_decision_that_names_nothing_is_refused(based: Change, option: str, given: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        based.check(BASE + "    country = Column(String(2))\n", None, **{option: [given]})
    assert given.partition("=")[0] in refused.value.message


def test_a_decision_with_sql_that_fails_is_quoted(change: Change) -> None:
    change.base(MEMBER)
    new = MEMBER + "    country = Column(String(2), nullable=False)\n"
    with pytest.raises(UsageError, match=r"member.country=nonsense") as refused:
        change.check(new, fill=["member.country=nonsense +"])
    assert "syntax error" in refused.value.message
