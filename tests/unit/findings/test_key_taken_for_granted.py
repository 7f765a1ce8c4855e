"""Constants in foreign keys, and what makes the rows that they refer to."""

from dataclasses import replace

import pytest

from bot.findings.facts import Facts
from bot.findings.rules import key_taken_for_granted
from bot.model import Migration, Project, Statement
from bot.schema.snapshots import Snapshot
from tests.support.facts import LOADED
from tests.support.snapshots import column, foreign_key, snapshot, table

ALONE = snapshot(table("post"), table("account"), column("account", "id"))
REFERS = snapshot(*ALONE.objects.items(), foreign_key("post", "fk", "account", ["author_id"]))
ADDED = "ALTER TABLE post ADD COLUMN author_id INTEGER DEFAULT '1' NOT NULL REFERENCES account (id)"
FILLED = "UPDATE post SET author_id = 1 WHERE author_id IS NULL"
MADE = "INSERT INTO account (id, name) VALUES (1, 'nobody') ON CONFLICT DO NOTHING"
BOUND = "INSERT INTO post (v, author_id) VALUES (%(v)s, %(author_id)s)"
BULK = "def upgrade():\n    op.bulk_insert(post, [{'v': 'a', 'author_id': 1}])\n"


def facts(*sent: str, source: str = "", old: Snapshot = ALONE) -> Facts:
    statements = [Statement(direction="upgrade", sql=sql, line=3) for sql in sent]
    migration = Migration("b.py", "b", "a", "pull_request", source, statements=statements)
    project = Project(config="alembic.ini", status="failed", migrations=[migration])
    return Facts(project=project, base=None, head=LOADED, old=old, migrated=REFERS)


def test_a_constant_needs_its_row() -> None:
    (found,) = key_taken_for_granted.check(facts(ADDED))
    assert found.title == "The upgrade writes 1 into post.author_id, and no migration makes a row with that account.id"


@pytest.mark.parametrize(
    ("sent", "source", "number"),
    [
        ((FILLED,), "", 1),
        ((BOUND, BOUND), BULK, 1),
        (("UPDATE post SET author_id = %(author_id)s",), "post.update().values(author_id=1)", 1),
        (("INSERT INTO account (name) VALUES ('x')", FILLED), "", 1),
        ((MADE.replace("(1", "(2"), FILLED), "", 1),
        # What makes the row, asks for it, or only holds the place.
        ((MADE, FILLED), "", 0),
        (("INSERT INTO account (id) VALUES (%(id)s)", FILLED), "op.bulk_insert(account, [{'id': 1}])", 0),
        (("UPDATE post SET author_id = (SELECT min(id) FROM account)",), "", 0),
        ((FILLED + " AND EXISTS (SELECT FROM account WHERE id = 1)",), "", 0),
        ((ADDED, "UPDATE post SET author_id = a.id FROM account a WHERE a.name = post.v"), "", 0),
        (("UPDATE post SET v = 1",), "", 0),
        ((BOUND,), BULK.replace("1", "author"), 0),
    ],
)
def test_a_row_that_a_migration_makes(sent: tuple[str, ...], source: str, number: int) -> None:
    assert len(list(key_taken_for_granted.check(facts(*sent, source=source)))) == number


def test_rows_of_the_history_and_of_new_tables() -> None:
    history = (f'def upgrade():\n    op.execute("{MADE}")\n',)
    assert list(key_taken_for_granted.check(replace(facts(FILLED), history=history))) == []
    assert list(key_taken_for_granted.check(facts(FILLED, old=snapshot(table("post"))))) == []
