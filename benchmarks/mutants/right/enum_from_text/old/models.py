"""A text with three values becomes an enum: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "ticket",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.CheckConstraint("state IN ('new', 'open', 'done')", name="ticket_state"),
)
