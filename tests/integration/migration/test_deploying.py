"""What a whole check says of a deployment: by the workers of both sides, on copies of the old database."""

from tests.integration.migration.test_own_migrations import ACCOUNT, ADD_AGE, DROP_AGE, FIRST, based, second
from tests.support.changes import Change, codes

POST = """
class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    account_id = Column(ForeignKey("account.id"), nullable=False)
    text = Column(String(100))
"""


def test_a_new_column_may_come_before_the_code(change: Change) -> None:
    based(change)
    project = change.check(ACCOUNT + "    age = Column(Integer)\n", second(ADD_AGE, DROP_AGE))
    assert project.deploy is not None
    assert project.deploy.order == "database first"
    assert [(use.table, use.verdict) for use in project.deploy.old_code] == [("account", "works")]
    assert [(lock.table, lock.line) for lock in project.deploy.locks] == [("account", 9)]
    assert "no-lock-timeout" in codes(project)
    (statement,) = [s for s in project.migrations[0].statements if s.direction == "upgrade"]
    assert [(lock.table, lock.mode, lock.held_since) for lock in statement.locks] == [
        ("account", "AccessExclusiveLock", None)
    ]


def test_what_the_code_still_maps_goes_after_it(change: Change) -> None:
    change.base(ACCOUNT + POST)
    project = change.check(ACCOUNT + POST.replace("    text = Column(String(100))\n", ""))
    assert project.deploy is not None
    assert project.deploy.order == "code first"
    verdicts = {use.table: use.verdict for use in project.deploy.old_code}
    assert verdicts == {"post": "breaks", "account": "works"}
    assert all(use.tried > 5 for use in project.deploy.old_code)


def test_what_the_code_maps_no_longer_goes_at_any_time(change: Change) -> None:
    more = FIRST.replace("nullable=False))\n", "nullable=False),\n    sa.Column('old', sa.Text()))\n", 1)
    assert more != FIRST
    change.base(ACCOUNT, {"migrations/versions/a1_first.py": more})
    dropped = second("op.drop_column('account', 'old')", "op.add_column('account', sa.Column('old', sa.Text()))")
    project = change.check(ACCOUNT, dropped)
    assert project.deploy is not None
    assert project.deploy.order == "either"


def test_a_name_that_changes_takes_two_releases(change: Change) -> None:
    based(change)
    project = change.check(ACCOUNT.replace("name =", "label ="), rename=["account.name=label"])
    assert project.deploy is not None
    assert project.deploy.order == "two releases"


def test_what_is_merged_is_not_charged_to_the_change(change: Change) -> None:
    """Base is its own baseline: no list of known findings is needed."""
    bad = second("op.create_index('by_name', 'account', ['name'])", "op.drop_index('by_name')")
    indexed = ACCOUNT.replace("nullable=False)", "nullable=False)\n    __table_args__ = (sa.Index('by_name', 'name'),)")
    change.base(indexed, {"migrations/versions/a1_first.py": FIRST, **bad})
    (source,) = second(ADD_AGE, DROP_AGE).values()
    third = source.replace('"b2"', '"c3"').replace('"a1"', '"b2"')
    project = change.check(indexed + "    age = Column(Integer)\n", {"migrations/versions/c3_third.py": third})
    assert project.status == "proven"
    assert [migration.revision for migration in project.migrations] == ["c3"]
    assert not codes(project) & {"index-blocks-writers", "table-rewrite", "rows-read-under-lock"}
    assert all(found.where is None or "c3_third" in found.where.path for found in project.findings)
