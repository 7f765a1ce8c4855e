"""A primary key becomes bigint, and so do the keys that point at it: after."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Parent(Base):
    __tablename__ = "parent"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]


class Child(Base):
    __tablename__ = "child"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("parent.id"))
    other_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("parent.id"))
