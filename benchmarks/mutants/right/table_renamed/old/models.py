"""A table gets another name, with its sequence, its constraints and what points at it: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "client",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mail", sa.Text, unique=True),
)

sa.Table(
    "invoice",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.ForeignKey("client.id"), index=True),
)
