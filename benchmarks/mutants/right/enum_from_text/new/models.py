"""A text with three values becomes an enum: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "ticket",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("state", sa.Enum("new", "open", "closed", name="ticket_state"), nullable=False),
)
