"""What an exclusion constraint compares changes: before."""

from typing import Any

from sqlalchemy.dialects.postgresql import ExcludeConstraint, TSRANGE
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Booking(Base):
    __tablename__ = "booking"
    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[int]
    floor: Mapped[int]
    during: Mapped[Any] = mapped_column(TSRANGE)
    __table_args__ = (ExcludeConstraint(("room", "="), ("during", "&&"), name="booking_once", using="gist"),)
