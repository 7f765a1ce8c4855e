"""A key of two columns is dropped, its columns stay: before."""

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Seat(Base):
    __tablename__ = "seat"
    room: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)


class Ticket(Base):
    __tablename__ = "ticket"
    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[int]
    number: Mapped[int]
    __table_args__ = (ForeignKeyConstraint(["room", "number"], ["seat.room", "seat.number"]),)
