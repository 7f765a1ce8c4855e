"""A table and one of its columns get other names: after."""

import datetime

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    alias: Mapped[str]
    age: Mapped[int]
    born: Mapped[datetime.date | None]
