"""Functions, intervals and truth values as defaults: after."""

import datetime

from sqlalchemy import DateTime, Interval, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    made: Mapped[datetime.datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("date_trunc('day', now() AT TIME ZONE 'utc')")
    )
    wait: Mapped[datetime.timedelta] = mapped_column(Interval, server_default=text("interval '90 minutes'"))
    on: Mapped[bool] = mapped_column(server_default=false())
