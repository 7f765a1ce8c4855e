"""A partition leaves its table and stays as a table of its own: after."""

import datetime

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Event(Base):
    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[datetime.date] = mapped_column(primary_key=True)
    __table_args__ = {"postgresql_partition_by": "RANGE (day)"}


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"""),
)


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"""),
)


event.listen(Base.metadata, "after_create", DDL("ALTER TABLE event DETACH PARTITION event_2025"))
