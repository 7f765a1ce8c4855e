"""Backfills in batches that pass over rows: numbers have gaps, and moments are shared by several rows."""

import pytest

from bot.model import Project
from tests.integration.migration.test_own_migrations import second
from tests.support.changes import Change

MODEL = """
class {name}(Base):
    __tablename__ = "{name}"
    id = Column(Integer, primary_key=True)
    title = Column(Text, nullable=False)
    at = Column(sa.DateTime, nullable=False)
"""
FIRST = """
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa

def upgrade():
    for name in ({names}):
        op.create_table(name, sa.Column("id", sa.Integer(), primary_key=True),
                        sa.Column("title", sa.Text(), nullable=False), sa.Column("at", sa.DateTime(), nullable=False))

def downgrade():
    for name in ({names}):
        op.drop_table(name)
"""
FILL = 'sa.text("UPDATE {name} SET search = lower(title) WHERE id >= :a AND id < :b"), {{"a": start, "b": start + 50}}'
LAST = 'bind.execute(sa.text("SELECT {what} FROM {name}")).scalar()'
PAGE = (
    'sa.text("SELECT id, at FROM {name} WHERE {condition} ORDER BY {order} LIMIT 50"), {{"at": last[1], "id": last[0]}}'
)
PAGES = """
last = (0, "-infinity")
while rows := bind.execute({page}).fetchall():
    for row in rows:
        bind.execute(sa.text("UPDATE {name} SET search = lower(title) WHERE id = :id"), {{"id": row.id}})
    last = (rows[-1].id, rows[-1].at)
"""
TIES = PAGE.replace("{condition}", "at > CAST(:at AS timestamp) AND :id > -1").replace("{order}", "at")
BOTH = PAGE.replace("{condition}", "(at, id) > (CAST(:at AS timestamp), :id)").replace("{order}", "at, id")
RANGES = "for start in range(0, {last}, 50):\n    bind.execute({fill})\n"


def in_ranges(name: str, last: str) -> str:
    return RANGES.format(last=LAST.format(what=last, name=name), fill=FILL.format(name=name))


def in_pages(name: str, page: str) -> str:
    return PAGES.format(page=page.format(name=name), name=name)


ROW = 'bind.execute(sa.text("UPDATE {name} SET search = :v WHERE id = :id"), {{"v": row.title.upper(), "id": row.id}})'
ROWS = "for number, row in enumerate({rows}):\n"
SELECTED = 'bind.execute(sa.text("SELECT id, title FROM {name} ORDER BY id"))'
SENT = """
def send(batch):
    for row in batch:
        {row}

batch = []
for row in {rows}.fetchall():
    batch.append(row)
    if len(batch) >= 50:
        send(batch)
        batch = []
"""


def by_a_program(name: str, source: str) -> str:
    return source.format(row=ROW.format(name=name), rows=SELECTED.format(name=name))


# By the table's name, whether rows are passed over.
BACKFILLS = {
    "counted": (True, in_ranges("counted", "count(*)")),
    "up_to_last": (True, in_ranges("up_to_last", "max(id)")),
    "whole": (False, in_ranges("whole", "max(id) + 1")),
    "tied": (True, in_pages("tied", TIES)),
    "in_order": (False, in_pages("in_order", BOTH)),
    "sliced": (True, by_a_program("sliced", "for row in {rows}.fetchall()[:50]:\n    {row}\n")),
    "fetched": (True, by_a_program("fetched", "for row in {rows}.fetchmany(50):\n    {row}\n")),
    "broken_off": (True, by_a_program("broken_off", ROWS + "    if number == 50:\n        break\n    {row}\n")),
    "never_sent": (True, by_a_program("never_sent", SENT)),
    "sent_at_last": (False, by_a_program("sent_at_last", SENT + "send(batch)\n")),
    "row_by_row": (False, by_a_program("row_by_row", ROWS + "    {row}\n")),
}


@pytest.fixture(scope="module")
def project(joined: Change) -> Project:
    names = ", ".join(f'"{name}"' for name in BACKFILLS)
    models = "".join(MODEL.format(name=name) for name in BACKFILLS)
    joined.base(models, {"migrations/versions/a1_first.py": FIRST.format(names=names)})
    adds = "".join(f'op.add_column("{name}", sa.Column("search", sa.Text()))\n' for name in BACKFILLS)
    up = f"bind = op.get_bind()\n{adds}" + "".join(source for _, source in BACKFILLS.values())
    down = "\n".join(f'op.drop_column("{name}", "search")' for name in BACKFILLS)
    head = "".join(MODEL.format(name=name) + "    search = Column(Text)\n" for name in BACKFILLS)
    return joined.check(head, second(up, down))


@pytest.mark.parametrize("name", BACKFILLS)
def test_rows_that_have_no_value_although_others_have(project: Project, name: str) -> None:
    assert project.error is None
    assert [step.error for step in project.round_trip.steps] == [None] * 4
    told = [found.title for found in project.findings if f"of {name}.search are still NULL" in found.title]
    assert bool(told) is BACKFILLS[name][0]
