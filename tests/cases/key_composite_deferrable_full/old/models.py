"""A key of two columns becomes deferrable and MATCH FULL: before."""

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
    room: Mapped[int | None]
    number: Mapped[int | None]
    __table_args__ = (ForeignKeyConstraint(["room", "number"], ["seat.room", "seat.number"], name="fk_ticket_seat"),)
