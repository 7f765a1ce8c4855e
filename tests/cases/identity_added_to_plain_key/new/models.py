"""A plain key becomes an identity, beyond the numbers in use: after."""

from sqlalchemy import Identity
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Ticket(Base):
    __tablename__ = "ticket"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
