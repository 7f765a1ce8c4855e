"""Thirty tables with keys among them are added at once: after."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


for number in range(30):
    Table(
        f"part_{number:02}",
        Base.metadata,
        Column("id", Integer, primary_key=True),
        Column("item_id", ForeignKey("item.id"), nullable=False),
        Column("before_id", ForeignKey(f"part_{(number * 7) % 30:02}.id") if number % 3 else Integer, index=True),
    )
