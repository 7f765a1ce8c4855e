"""Defaults with quotes, percent signs, colons and backslashes: before."""

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    a: Mapped[str] = mapped_column(server_default="plain")
    b: Mapped[str]
