"""What an exclusion constraint compares changes: after."""

from typing import Any

from sqlalchemy import text
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
    __table_args__ = (
        ExcludeConstraint(
            ("floor", "="), ("room", "="), ("during", "&&"), name="booking_once", using="gist", where=text("room > 0")
        ),
    )
