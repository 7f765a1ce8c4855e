"""An identity column becomes bigint, and others follow: after."""

from sqlalchemy import BigInteger, ForeignKey, Identity
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Ticket(Base):
    __tablename__ = "ticket"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)


class Stub(Base):
    __tablename__ = "stub"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("ticket.id"))
