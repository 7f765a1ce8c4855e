"""Deleting a parent empties one of the two columns of a key: after."""

from sqlalchemy import DDL, event
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
    number: Mapped[int | None]


event.listen(
    Base.metadata,
    "after_create",
    DDL("""ALTER TABLE ticket ADD CONSTRAINT fk_seat FOREIGN KEY (room, number) REFERENCES seat ON DELETE SET NULL (number)"""),
)
