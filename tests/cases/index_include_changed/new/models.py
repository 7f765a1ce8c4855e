"""What an index carries along and how it sorts changes: after."""

import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    day: Mapped[datetime.date]
    __table_args__ = (Index("ix_doc", text("name DESC NULLS LAST"), "day"),)
