"""A unique constraint gets a column that is new too: after."""

from sqlalchemy import UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Seat(Base):
    __tablename__ = "seat"
    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[int]
    number: Mapped[int]
    floor: Mapped[int] = mapped_column(server_default=text("0"))
    __table_args__ = (UniqueConstraint("room", "number", "floor", name="uq_seat"),)
