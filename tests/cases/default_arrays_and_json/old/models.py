"""Defaults of arrays and documents change: before."""

from typing import Any

from sqlalchemy import ARRAY, JSON, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}")
    data: Mapped[Any] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    more: Mapped[Any] = mapped_column(JSON, server_default=text("'[]'::json"))
