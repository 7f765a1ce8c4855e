"""One current address for each person: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "address",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("person", sa.Integer),
    sa.Column("current", sa.Boolean, nullable=False),
    sa.Index("one_current", "person", unique=True, postgresql_where=sa.text("current")),
)
