"""A check whose name needs quotes is added, another dropped: after."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]
    __table_args__ = (CheckConstraint("size >= 1", name="Size: 100% o'k"),)
