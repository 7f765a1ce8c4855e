"""Two flags become one state: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "post",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("published", sa.Boolean, nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
)
