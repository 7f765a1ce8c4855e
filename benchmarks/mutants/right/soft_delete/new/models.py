"""Rows are marked as gone, and names are unique among the others: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "project",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("deleted_at", sa.DateTime(timezone=True)),
    sa.Index("project_name_live", "name", unique=True, postgresql_where=sa.text("deleted_at IS NULL")),
)
