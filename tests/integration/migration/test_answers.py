"""What the bot asks, and what becomes of the file when the author answers."""

import pytest

from bot.errors import UsageError
from tests.support.changes import Change, codes, decision, upgrade

MEMBER = """
class Member(Base):
    __tablename__ = "member"
    id = Column(Integer, primary_key=True)
    name = Column(String(40), nullable=False)
"""


def test_a_likely_rename_is_made_and_put_to_the_author(change: Change) -> None:
    change.base(MEMBER)
    project = change.check(MEMBER.replace("name = Column", "full_name = Column"))
    asked = decision(project, "member.name")
    assert (project.status, asked.decided, asked.answer) == ("warning", "assumed", "full_name")
    assert asked.how == "/migration rename member.name full_name"
    assert "new_column_name='full_name'" in upgrade(project)


def test_a_confirmed_rename_is_proven(change: Change) -> None:
    change.base(MEMBER)
    new = MEMBER.replace("name = Column", "full_name = Column")
    project = change.check(new, rename=["member.name=full_name"])
    assert (project.status, decision(project, "member.name").decided) == ("proven", "command")


def test_a_denied_rename_drops_and_adds(change: Change) -> None:
    change.base(MEMBER)
    new = MEMBER.replace("name = Column(String(40), nullable=False)", "full_name = Column(String(40))")
    project = change.check(new, rename=["member.name="])
    assert project.status == "proven"
    assert "drop_column('member', 'name')" in upgrade(project)
    assert "data-dropped" in codes(project)


def test_a_renamed_table_keeps_its_rows_and_names_follow(change: Change) -> None:
    change.base(MEMBER)
    project = change.check(
        MEMBER.replace("member", "customer").replace("Member", "Customer"), rename=["member=customer"]
    )
    assert project.status == "proven"
    assert "op.rename_table('member', 'customer')" in upgrade(project)
    assert not project.residual


def test_rows_get_what_the_author_says(change: Change) -> None:
    change.base(MEMBER)
    new = MEMBER + "    country = Column(String(2), nullable=False)\n"
    asked = change.check(new)
    assert (asked.status, decision(asked, "member.country").decided) == ("warning", "open")
    answered = change.check(new, fill=["member.country='NL'"])
    assert answered.status == "proven"
    assert "UPDATE member SET country = 'NL'" in upgrade(answered)


def test_a_fill_is_made_although_the_column_has_a_default(change: Change) -> None:
    change.base(MEMBER)
    new = MEMBER + "    country = Column(String(2), nullable=False, server_default='DE')\n"
    project = change.check(new, fill=["member.country=substr(name, 1, 2)"])
    assert project.status == "proven"
    assert "UPDATE member SET country = substr(name, 1, 2)" in upgrade(project)


def test_a_new_table_is_filled_from_an_old_column(change: Change) -> None:
    old = """
class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)

class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    tag_id = Column(ForeignKey("tag.id"))
"""
    new = (
        old.replace('    tag_id = Column(ForeignKey("tag.id"))\n', "")
        + """
class PostTag(Base):
    __tablename__ = "post_tag"
    post_id = Column(ForeignKey("post.id"), primary_key=True)
    tag_id = Column(ForeignKey("tag.id"), primary_key=True)
"""
    )
    change.base(old)
    project = change.check(new, fill=["post_tag.tag_id=SELECT id, tag_id FROM post WHERE tag_id IS NOT NULL"])
    assert project.status == "proven"
    assert "INSERT INTO post_tag (post_id, tag_id) SELECT id, tag_id FROM post" in upgrade(project)


def test_values_are_converted_as_the_author_says(change: Change) -> None:
    change.base(MEMBER)
    new = MEMBER.replace("name = Column(String(40)", "name = Column(Integer")
    project = change.check(new, using=["member.name=length(name)"])
    assert project.status == "proven"
    assert "length(name)" in upgrade(project)


def test_a_type_that_cannot_hold_all_values_is_asked_about(change: Change) -> None:
    change.base(MEMBER.replace("String(40)", "Numeric(12, 4)"))
    project = change.check(MEMBER.replace("String(40)", "Numeric(12, 2)"))
    assert project.status == "warning"
    assert "numeric(12,2)" in decision(project, "member.name").question


@pytest.mark.parametrize(
    ("option", "given", "said"),
    [
        ("rename", "membr=customer", "nothing is called membr"),
        ("rename", "member=customer", "still there"),
        ("fill", "member.contry='x'", "nothing is called member.contry"),
        ("using", "member.name", "not of the form"),
    ],
)
def test_a_decision_that_names_nothing_is_refused(change: Change, option: str, given: str, said: str) -> None:
    change.base(MEMBER)
    with pytest.raises(UsageError, match=said) as refused:
        change.check(MEMBER + "    country = Column(String(2))\n", None, **{option: [given]})
    assert given.partition("=")[0] in refused.value.message


def test_a_decision_with_sql_that_fails_is_quoted(change: Change) -> None:
    change.base(MEMBER)
    new = MEMBER + "    country = Column(String(2), nullable=False)\n"
    with pytest.raises(UsageError, match=r"member.country=nonsense") as refused:
        change.check(new, fill=["member.country=nonsense +"])
    assert "syntax error" in refused.value.message


def test_one_answer_for_two_subjects_is_refused(change: Change) -> None:
    change.base(MEMBER)
    with pytest.raises(UsageError, match="contradict"):
        change.check(
            MEMBER.replace("name = Column", "full_name = Column") + "    nick_name = Column(String(40))\n",
            rename=["member.name=full_name", "member.name=nick_name"],
        )
