"""One reference of a row becomes any number of them: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "tag",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text),
)

sa.Table(
    "post",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("tag_id", sa.ForeignKey("tag.id")),
)
