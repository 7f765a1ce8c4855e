"""The safer form of a migration: the same catalog, proven like any other, nobody kept out while rows are read."""

from dataclasses import dataclass
from typing import Any

import pytest

from bot.model import Project
from tests.integration.migration.test_own_migrations import ACCOUNT, based, second
from tests.support.changes import Change, codes, finding, upgrade

POST = """
class {table}(Base):
    __tablename__ = "{table}"
    id = Column(Integer, primary_key=True)
    account_id = Column(Integer)
    text = Column(String(100))
    rank = Column(Integer)
"""
BODY = "    text = Column(String(100))\n"
RANK = "    rank = Column(Integer)\n"
ARGS = "    __table_args__ = ({},)\n"


@dataclass(frozen=True)
class Safer:
    """A change of `POST`, with answers, and what the safer form does for it; `{table}` is what the table is called."""

    models: str
    does: tuple[str, ...]
    answers: tuple[tuple[str, str], ...] = ()


CHANGES = {
    "indexed": Safer(
        POST.replace(BODY, BODY.replace("))", "), index=True)")),
        ("'{table}', ['text'], unique=False, postgresql_concurrently=True)",),
    ),
    "by_expression": Safer(
        POST + ARGS.format("sa.Index('by_text', sa.text('lower(text)'))"),
        ("'{table}', [sa.literal_column('lower(text)')], unique=False, postgresql_concurrently=True)",),
    ),
    "checked": Safer(
        POST + ARGS.format("sa.CheckConstraint('rank > 0', name='positive')"),
        (
            "ALTER TABLE {table} ADD CONSTRAINT positive CHECK ((rank > 0)) NOT VALID",
            "ALTER TABLE {table} VALIDATE CONSTRAINT positive",
        ),
        (("clean", "{table}.positive"),),
    ),
    "referring": Safer(
        POST.replace("account_id = Column(Integer)", "account_id = Column(ForeignKey('account.id', name='of'))"),
        ("REFERENCES account(id) NOT VALID", "ALTER TABLE {table} VALIDATE CONSTRAINT of"),
        (("clean", "{table}.of"),),
    ),
    "single": Safer(
        POST + ARGS.format("sa.UniqueConstraint('rank', 'text', name='once')"),
        (
            "UNIQUE INDEX CONCURRENTLY once ON {table}",
            "ALTER TABLE {table} ADD CONSTRAINT once UNIQUE USING INDEX once",
        ),
        (("clean", "{table}.once"),),
    ),
    "never_null": Safer(
        POST.replace(RANK, RANK.replace("Integer", "Integer, nullable=False")),
        ("ALTER TABLE {table} VALIDATE CONSTRAINT rank_is_given",),
        (("fill", "{table}.rank=0"),),
    ),
    "required": Safer(
        POST + "    one = Column(Integer, nullable=False)\n    two = Column(Text, nullable=False)\n",
        (
            "FOR page IN 0 .. pg_relation_size('{table}')",
            "UPDATE {table} SET one = 7",
            "UPDATE {table} SET two = 'it''s: 5%'",
        ),
        (("fill", "{table}.one=7"), ("fill", "{table}.two='it''s: 5%'")),
    ),
    "by_default": Safer(
        POST + "    luck = Column(sa.Float, server_default=sa.text('random()'), nullable=False)\n",
        (
            "op.add_column('{table}', sa.Column('luck', sa.Float(), nullable=True))",
            "UPDATE {table} SET luck = random()",
            "server_default=sa.text('random()'))",
        ),
    ),
}


@pytest.fixture(scope="module")
def safer(joined: Change) -> Project:
    """One check of all these changes, each of a table of its own."""
    joined.base(ACCOUNT + "".join(POST.format(table=table) for table in CHANGES))
    answers: dict[str, Any] = {}
    for table, made in CHANGES.items():
        for option, answer in made.answers:
            answers.setdefault(option, []).append(answer.format(table=table))
    models = "".join(made.models.format(table=table) for table, made in CHANGES.items())
    return joined.check(ACCOUNT + models, safer=True, **answers)


@pytest.mark.parametrize("table", CHANGES)
def test_it_makes_the_change_in_steps(safer: Project, table: str) -> None:
    for done in CHANGES[table].does:
        assert done.format(table=table) in upgrade(safer)


@pytest.mark.parametrize("table", CHANGES)
def test_nobody_is_kept_out_while_rows_are_read(safer: Project, table: str) -> None:
    assert safer.deploy is not None
    locks = [(lock.rows, lock.lock_timeout) for lock in safer.deploy.locks if lock.table == table]
    # Statements that nobody could look at, such as CONCURRENTLY, have no locks; nor are their scans the next one's.
    assert set(locks) <= {("untouched", "3s")}
    assert locks or table in ("indexed", "by_expression")


def test_it_is_proven_and_may_be_deployed_at_noon(safer: Project) -> None:
    assert safer.status == "proven", (safer.error, safer.findings)
    assert safer.deploy is not None
    assert safer.deploy.noon.startswith("yes"), safer.deploy.noon
    assert not codes(safer) & {"rows-read-under-lock", "table-rewrite", "index-blocks-writers", "work-under-lock"}


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
    project = change.check(ACCOUNT + POST.format(table="post") + ARGS.format("sa.Index('by_rank', 'rank')"), safer=True)
    assert project.status == "proven"
    assert "autocommit_block" not in upgrade(project)
    assert "SET LOCAL lock_timeout = '3s'" in upgrade(project)
