"""The columns of a unique constraint change places: after."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Seat(Base):
    __tablename__ = "seat"
    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[int]
    number: Mapped[int]
    __table_args__ = (UniqueConstraint("number", "room", name="uq_seat"),)
