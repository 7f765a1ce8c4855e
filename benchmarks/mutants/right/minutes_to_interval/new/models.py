"""Minutes become an interval: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "lesson",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("length", sa.Interval, nullable=False, server_default=sa.text("'45 minutes'")),
)
