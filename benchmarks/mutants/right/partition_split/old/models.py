"""What came before 2024 gets a partition of its own: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "event",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("words", sa.Text),
    postgresql_partition_by="RANGE (day)",
)

sa.event.listen(
    Base.metadata,
    "after_create",
    sa.DDL("""CREATE TABLE event_rest PARTITION OF event DEFAULT"""),
)
