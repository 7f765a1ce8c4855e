"""A checked column arrives, and the check comes with it: after."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    stars: Mapped[int | None] = mapped_column(CheckConstraint("stars BETWEEN 1 AND 5", name="ck_item_stars"))
