"""A partitioned table with an index gets another name: after."""

import datetime

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Happening(Base):
    __tablename__ = "happening"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[datetime.date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    __table_args__ = {"postgresql_partition_by": "RANGE (day)"}


event.listen(
    Base.metadata,
    "after_create",
    DDL("""CREATE TABLE in_2024 PARTITION OF happening FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"""),
)
