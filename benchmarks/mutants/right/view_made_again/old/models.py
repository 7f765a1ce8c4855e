"""A view goes while the column that it reads gets another type: before."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass


sa.Table(
    "product",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("price", sa.Numeric(8, 2), nullable=False),
)

sa.event.listen(
    Base.metadata,
    "after_create",
    sa.DDL("""CREATE VIEW cheap AS SELECT id, price FROM product WHERE price < 10"""),
)
