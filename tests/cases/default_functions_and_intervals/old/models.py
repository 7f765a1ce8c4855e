"""Functions, intervals and truth values as defaults: before."""

import datetime

from sqlalchemy import DateTime, Interval, text, true
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    made: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    wait: Mapped[datetime.timedelta] = mapped_column(Interval, server_default=text("interval '1 day'"))
    on: Mapped[bool] = mapped_column(server_default=true())
