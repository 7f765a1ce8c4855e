"""Posts know how many comments they have: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "post",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.Text),
    sa.Column("replies", sa.Integer, nullable=False, server_default="0"),
)

sa.Table(
    "reply",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("post_id", sa.ForeignKey("post.id")),
    sa.Column("hidden", sa.Boolean, nullable=False),
)
