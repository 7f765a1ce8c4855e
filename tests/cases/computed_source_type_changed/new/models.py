"""The type of a column that a generated column reads changes: after."""

from sqlalchemy import BigInteger, Computed
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Line(Base):
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[int] = mapped_column(BigInteger)
    double: Mapped[int] = mapped_column(BigInteger, Computed("price * 2", persisted=True))
