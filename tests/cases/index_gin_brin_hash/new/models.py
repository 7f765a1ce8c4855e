"""Indexes of many kinds are added: after."""

import datetime
from typing import Any

from sqlalchemy import Index, desc, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[Any] = mapped_column(JSONB)
    name: Mapped[str]
    day: Mapped[datetime.date]
    __table_args__ = (
        Index("ix_doc_data", "data", postgresql_using="gin", postgresql_ops={"data": "jsonb_path_ops"}),
        Index("ix_doc_day", "day", postgresql_using="brin", postgresql_with={"pages_per_range": 32}),
        Index("ix_doc_name_hash", "name", postgresql_using="hash"),
        Index("ix_doc_sorted", desc("day").nulls_last(), "name", postgresql_include=["id"]),
        Index("ix_doc_lower", text("lower(name)"), unique=True, postgresql_where=text("name <> 'a%b:c'")),
        Index("ix_doc_name_pattern", "name", postgresql_ops={"name": "text_pattern_ops"}),
    )
