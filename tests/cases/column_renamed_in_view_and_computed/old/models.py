"""A column that a view and a generated column read gets another name: before."""

from sqlalchemy import Computed, DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Line(Base):
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[int]
    count: Mapped[int]
    total: Mapped[int] = mapped_column(Computed("price * count", persisted=True))


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE VIEW dear AS SELECT id, price FROM line WHERE price > 100"""),
)
