"""A unique constraint gets a column that is new too: before."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Seat(Base):
    __tablename__ = "seat"
    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[int]
    number: Mapped[int]
    __table_args__ = (UniqueConstraint("room", "number", name="uq_seat"),)
