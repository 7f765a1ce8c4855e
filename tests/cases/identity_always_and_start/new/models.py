"""An identity becomes ALWAYS and starts elsewhere: after."""

from sqlalchemy import Identity
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Ticket(Base):
    __tablename__ = "ticket"
    id: Mapped[int] = mapped_column(Identity(always=True, start=100, increment=5, cycle=True), primary_key=True)
    name: Mapped[str]
