"""A key and what points at it hold larger numbers: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "customer",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text),
)

sa.Table(
    "bill",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "customer_id", sa.Integer, sa.ForeignKey("customer.id", name="bill_customer"), nullable=False, index=True
    ),
)
