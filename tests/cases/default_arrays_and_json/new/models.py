"""Defaults of arrays and documents change: after."""

from typing import Any

from sqlalchemy import ARRAY, JSON, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[list[str]] = mapped_column(ARRAY(String), server_default='{"new, and: 100%","old"}')
    data: Mapped[Any] = mapped_column(JSONB, server_default=text("""'{"a": [1, 2]}'::jsonb"""))
    more: Mapped[Any] = mapped_column(JSON, server_default=text("""'{"a" : null}'::json"""))
