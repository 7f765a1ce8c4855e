"""Only the names of constraints and of an index change: before."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Parent(Base):
    __tablename__ = "parent"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Child(Base):
    __tablename__ = "child"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id", name="key_1"))
    size: Mapped[int]
    __table_args__ = (
        CheckConstraint("size > 0", name="check_1"),
        UniqueConstraint("parent_id", "size", name="unique_1"),
        Index("index_1", "size"),
    )
