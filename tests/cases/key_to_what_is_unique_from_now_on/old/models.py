"""New tables refer to keys, columns and constraints that are new as well, old ones to such that go: before."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Event(Base):
    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    __table_args__ = (UniqueConstraint("id", name="event_id_key"),)


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    place: Mapped[int] = mapped_column(unique=True)
    floor: Mapped[int] = mapped_column(unique=True)


class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(ForeignKey("customer.place"))
    floor: Mapped[int] = mapped_column(ForeignKey("customer.floor"))
