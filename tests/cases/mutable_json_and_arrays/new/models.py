"""Mutable documents, arrays, binary data and times: after."""

import datetime
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ARRAY, Integer, Interval, LargeBinary, Time, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    data: Mapped[dict[str, Any] | None] = mapped_column(MutableDict.as_mutable(JSONB))
    grid: Mapped[list[list[int]] | None] = mapped_column(ARRAY(Integer, dimensions=2))
    blob: Mapped[bytes | None] = mapped_column(LargeBinary)
    key: Mapped[uuid.UUID] = mapped_column(Uuid, server_default=func.gen_random_uuid())
    wait: Mapped[datetime.timedelta | None] = mapped_column(Interval(second_precision=3))
    at: Mapped[datetime.time | None] = mapped_column(Time(timezone=True))
    when: Mapped[datetime.datetime | None] = mapped_column(sa.dialects.postgresql.TIMESTAMP(precision=3))
