"""A serial key becomes bigint, and its sequence with it: after."""

from sqlalchemy import BigInteger
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Ticket(Base):
    __tablename__ = "ticket"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str]
