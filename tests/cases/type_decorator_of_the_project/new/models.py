"""A column of a type that only the project has: after."""

import decimal

from sqlalchemy import Numeric, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Money(TypeDecorator[decimal.Decimal]):
    impl = Numeric(12, 2)
    cache_ok = True


class Code(TypeDecorator[str]):
    impl = String
    cache_ok = True

    def __init__(self, prefix: str, length: int) -> None:
        super().__init__(length)
        self.prefix = prefix


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price: Mapped[decimal.Decimal | None] = mapped_column(Money)
    code: Mapped[str | None] = mapped_column(Code("x", 12), unique=True)
