"""A key points at another table of the same rows: after."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Old(Base):
    __tablename__ = "former"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class New(Base):
    __tablename__ = "current"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("current.id", ondelete="CASCADE"))
