"""The safer form of a migration: the same catalog, proven like any other, nobody kept out while rows are read."""

from typing import Any

import pytest

from tests.integration.migration.test_own_migrations import ACCOUNT, based, second
from tests.support.changes import Change, codes, finding, upgrade

POST = """
class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    account_id = Column(Integer)
    text = Column(String(100))
    rank = Column(Integer)
"""
BODY = "    text = Column(String(100))\n"
RANK = "    rank = Column(Integer)\n"
ARGS = "    __table_args__ = ({},)\n"
CHANGES: dict[str, tuple[str, dict[str, Any], str]] = {
    "an index": (POST.replace(BODY, BODY.replace("))", "), index=True)")), {}, "postgresql_concurrently=True"),
    "an index with an expression": (
        POST + ARGS.format("sa.Index('by_text', sa.text('lower(text)'))"),
        {},
        "postgresql_concurrently=True",
    ),
    "a check": (
        POST + ARGS.format("sa.CheckConstraint('rank > 0', name='positive')"),
        {"clean": ["post.positive"]},
        "NOT VALID",
    ),
    "a foreign key": (
        POST.replace("account_id = Column(Integer)", "account_id = Column(ForeignKey('account.id', name='of'))"),
        {"clean": ["post.of"]},
        "VALIDATE CONSTRAINT",
    ),
    "a unique constraint": (
        POST + ARGS.format("sa.UniqueConstraint('rank', 'text', name='once')"),
        {"clean": ["post.once"]},
        "USING INDEX once",
    ),
    "NOT NULL": (
        POST.replace(RANK, RANK.replace("Integer", "Integer, nullable=False")),
        {"fill": ["post.rank=0"]},
        "rank_is_given",
    ),
    "new required columns": (
        POST + "    one = Column(Integer, nullable=False)\n    two = Column(Text, nullable=False)\n",
        {"fill": ["post.one=7", "post.two='it''s: 5%'"]},
        "FOR page IN",
    ),
    "a default for each row": (
        POST + "    luck = Column(sa.Float, server_default=sa.text('random()'), nullable=False)\n",
        {},
        "server_default=sa.text('random()')",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_it_is_proven_and_keeps_nobody_out_while_rows_are_read(change: Change, name: str) -> None:
    models, answers, words = CHANGES[name]
    change.base(ACCOUNT + POST)
    project = change.check(ACCOUNT + models, safer=True, **answers)
    assert project.status == "proven", (project.error, project.findings)
    assert words in upgrade(project)
    assert project.deploy is not None
    # Scans of a statement that nobody could look at, such as CONCURRENTLY, are not counted to the next one.
    assert project.deploy.noon.startswith("yes"), project.deploy.noon
    assert all((lock.rows, lock.lock_timeout) == ("untouched", "3s") for lock in project.deploy.locks)
    assert not codes(project) & {"rows-read-under-lock", "table-rewrite", "index-blocks-writers", "work-under-lock"}


def test_a_migration_of_the_pull_request_gets_a_diff(change: Change) -> None:
    based(change)
    up = "op.create_index('by_name', 'account', ['name'])"
    index = "    __table_args__ = (sa.Index('by_name', 'name'),)\n"
    project = change.check(ACCOUNT + index, second(up, "op.drop_index('by_name', 'account')"), safer=True)
    assert project.status == "proven"
    assert [m.origin for m in project.migrations] == ["pull_request"]
    diff = finding(project, "safer-form").detail
    assert "-    op.create_index('by_name', 'account', ['name'])" in diff
    assert "+    with op.get_context().autocommit_block():" in diff
    assert "postgresql_concurrently=True" in diff


def test_what_the_author_does_with_rows_is_not_left_out_of_a_diff(change: Change) -> None:
    based(change)
    up = "op.add_column('account', sa.Column('age', sa.Integer()))\nop.execute('UPDATE account SET age = 1')"
    project = change.check(
        ACCOUNT + "    age = Column(Integer)\n", second(up, "op.drop_column('account', 'age')"), safer=True
    )
    assert "safer-form" not in codes(project)


def test_a_table_that_the_migration_makes_is_made_as_usual(change: Change) -> None:
    change.base(ACCOUNT)
    project = change.check(ACCOUNT + POST + ARGS.format("sa.Index('by_rank', 'rank')"), safer=True)
    assert project.status == "proven"
    assert "autocommit_block" not in upgrade(project)
    assert "SET LOCAL lock_timeout = '3s'" in upgrade(project)
