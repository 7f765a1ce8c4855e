"""The type of a column that a generated column reads changes: before."""

from sqlalchemy import Computed
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Line(Base):
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[int]
    double: Mapped[int] = mapped_column(Computed("price * 2", persisted=True))
