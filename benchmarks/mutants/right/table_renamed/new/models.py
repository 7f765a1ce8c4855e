"""A table gets another name, with its sequence, its constraints and what points at it: after."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "customer",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("mail", sa.Text, unique=True),
)

sa.Table(
    "invoice",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), index=True),
)
