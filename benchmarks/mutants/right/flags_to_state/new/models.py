"""Two flags become one state: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "post",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("state", sa.SmallInteger, nullable=False),
)
