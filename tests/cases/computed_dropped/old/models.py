"""A generated column goes, and the column that it read too: before."""

from sqlalchemy import Computed
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Line(Base):
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[int]
    count: Mapped[int]
    total: Mapped[int] = mapped_column(Computed("price * count", persisted=True))
