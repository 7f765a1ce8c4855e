"""Minutes become an interval: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "lesson",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("minutes", sa.Integer, nullable=False, server_default="45"),
)
