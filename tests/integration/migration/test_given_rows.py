"""Rows of the user's own (`--rows`): loaded beside the bot's, compared like them, held against an answer."""

import os
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from bot.database.addresses import Address
from bot.database.databases import Databases
from bot.errors import UsageError
from bot.migration.testbed import given_rows
from bot.migration.testbed.given_rows import Part
from bot.settings.files import RowsFile
from tests.support.changes import Change, codes, upgrade
from tests.support.process import TEMPORARY

MODELS = """
class Kind(Base):
    __tablename__ = "kind"
    id = Column(Integer, primary_key=True)
    name = Column(String(40), unique=True)

class Item(Base):
    __tablename__ = "item"
    id = Column(Integer, primary_key=True)
    kind_id = Column(ForeignKey("kind.id"))
    code = Column(String(40))
{more}
"""
HISTORY = """
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.create_table("kind", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(40)),
                    sa.UniqueConstraint("name"))
    op.create_table("item", sa.Column("id", sa.Integer(), primary_key=True),
                    sa.Column("kind_id", sa.Integer(), sa.ForeignKey("kind.id")), sa.Column("code", sa.String(40)))
    op.execute("INSERT INTO kind (name) VALUES ('made by the history')")

def downgrade():
    op.drop_table("item")
    op.drop_table("kind")
"""
BEFORE, NOTED = MODELS.format(more=""), MODELS.format(more="    note = Column(String(9))")
ROWS = """-- a comment; with a semicolon
\\restrict token
SET no_such_setting = 1;
COPY public.alembic_version (version_num) FROM stdin;
some other revision
\\.

COPY public.kind (id, name) FROM stdin;
1\tmade by the history
7\tsecond; COPY x FROM stdin;
\\.
INSERT INTO item (kind_id, code) VALUES (7, 'COPY a FROM
stdin;'),
    (1, NULL);
"""


def based(change: Change, rows: str = ROWS) -> None:
    change.base(BEFORE, {"migrations/versions/a1_first.py": HISTORY})
    (change.root / "rows.sql").write_text(rows)


def test_the_parts_of_a_script() -> None:
    parts = list(given_rows.read(RowsFile("rows.sql", ROWS.encode()), TEMPORARY))
    assert [part.data for part in parts if part.data is not None] == [
        "some other revision\n",
        "1\tmade by the history\n7\tsecond; COPY x FROM stdin;\n",
    ]
    assert [part.table for part in parts if part.data is not None] == ["public.alembic_version", "public.kind"]
    assert parts[-1] == Part("INSERT INTO item (kind_id, code) VALUES (7, 'COPY a FROM\nstdin;'),\n    (1, NULL)")


def test_they_go_along(change: Change) -> None:
    """The history's row stays, the version table is left alone, the sequence stands behind the last key."""
    based(change)
    project = change.check(NOTED, rows="rows.sql")
    assert project.status == "proven", project
    assert project.round_trip.rows.given == 3
    assert project.round_trip.rows.inserted > 3


def test_a_row_of_theirs_breaks_what_no_row_of_the_bots_does(change: Change) -> None:
    based(change, "INSERT INTO item (code) VALUES ('peculiar');")
    strange = "    __table_args__ = (sa.CheckConstraint(\"md5(code) <> md5('pecu' || 'liar')\", name='ck'),)"
    project = change.check(MODELS.format(more=strange), rows="rows.sql")
    assert project.status == "warning"
    assert "not-tried" not in codes(project)
    assert [d.decided for d in project.decisions] == ["open"]


def test_an_answer_that_a_row_of_theirs_proves_wrong(change: Change) -> None:
    based(change, "INSERT INTO item (code) VALUES ('a'), ('a');")
    unique = MODELS.format(more="    __table_args__ = (sa.UniqueConstraint('code', name='uq'),)")
    with pytest.raises(UsageError, match=r"--clean item\.uq: 2 of the rows given by --rows break it"):
        change.check(unique, rows="rows.sql", clean=["item.uq"])
    (change.root / "rows.sql").write_text("INSERT INTO item (code) VALUES ('a'), ('b');")
    project = change.check(unique, None, rows="rows.sql", clean=["item.uq"])
    assert project.status == "proven"
    assert "create_unique_constraint" in upgrade(project)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("INSERT INTO nothing VALUES (1);", 'relation "nothing" does not exist'),
        ("INSERT INTO item (kind_id) VALUES (4711);", "violates foreign key"),
        ("COPY item (code) FROM stdin;\na\tb\n\\.\n", "extra data after last expected column"),
        ("INSERT INTO item (code VALUES (1);", "syntax error"),
        ("CREATE TABLE item (id int);", "already exists"),
    ],
)
def test_rows_that_do_not_fit_are_one_clear_error(change: Change, rows: str, told: str) -> None:
    based(change, rows)
    with pytest.raises(UsageError, match=told) as caught:
        change.check(NOTED, rows="rows.sql")
    assert caught.value.message.startswith("--rows rows.sql failed: ")
    assert "base's schema" in caught.value.advice


@pytest.mark.parametrize("style", ["plain", "custom"])
def test_what_pg_dump_writes(change: Change, databases: Databases, style: str) -> None:
    based(change)
    with databases.temporary("production") as name:
        with closing(databases.address(name).connect()) as connection, connection, connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE kind (id serial PRIMARY KEY, name varchar(40) UNIQUE);"
                "CREATE TABLE item (id serial PRIMARY KEY, kind_id int REFERENCES kind, code varchar(40));"
                "CREATE TABLE alembic_version (version_num varchar(32)); INSERT INTO alembic_version VALUES ('x');"
                "INSERT INTO kind (name) VALUES ('made by the history'), (E'a\\tb\\n\\\\.');"
                "INSERT INTO item (kind_id) SELECT 2 FROM generate_series(1, 20)"
            )
        dump(databases.address(name), style, change.root / "rows.sql")
    project = change.check(NOTED, rows="rows.sql")
    assert project.status == "proven", project
    assert project.round_trip.rows.given == 21


def dump(address: Address, style: str, path: Path) -> None:
    place = [f"--host={address.host}", f"--port={address.port}", f"--username={address.user}", address.dbname]
    command = ["pg_dump", "--data-only", f"--format={style}", f"--file={path}", *place]
    subprocess.run(command, check=True, env={**os.environ, "PGPASSWORD": address.password})


PREFIXED = """
revision = "b2"
down_revision = "a1"
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.add_column("item", sa.Column("note", sa.String(9)))
    prefixed = "CASE WHEN id <= 1300 THEN 'k' || ltrim(code, 'k') ELSE 'lost' END"
    op.execute(f"UPDATE item SET code = {prefixed} WHERE length(code) < 40")

def downgrade():
    op.drop_column("item", "note")
"""


@pytest.mark.parametrize(("last", "kinds"), [(1_400, ["rewritten"]), (5_400, ["not examined", "rewritten"])])
def test_no_value_of_many_is_taken_for_granted(change: Change, last: int, kinds: list[str]) -> None:
    """The first 1,300 different values become others; the last ones became all the same, and nobody looked."""
    based(change, f"INSERT INTO item (id, code) SELECT n, 'n' || n FROM generate_series(100, {last}) AS n;\n")
    project = change.check(NOTED, {"migrations/versions/b2_prefixed.py": PREFIXED}, rows="rows.sql")
    changed = sorted(finding.title for finding in project.findings if finding.code == "rows-changed")
    severities = {finding.severity for finding in project.findings if finding.code == "rows-changed"}
    assert (project.status, severities, len(changed)) == ("warning", {"warning"}, len(kinds)), changed
    assert all(any(kind in title for title in changed) for kind in kinds)
