"""A label is added to an enum that two tables share, and used as a default: after."""

from sqlalchemy import Enum
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


state = Enum("new", "done", "late", name="state")


class First(Base):
    __tablename__ = "first"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(state, server_default="late")


class Second(Base):
    __tablename__ = "second"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str | None] = mapped_column(state)
