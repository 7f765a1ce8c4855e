"""A domain arrives, and an old column becomes one of it: after."""

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


item_code = DOMAIN("item_code", Text, check=r"VALUE ~ '^[A-Z]{2}'", constraint_name="item_code_form")


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(item_code)
    other: Mapped[str | None] = mapped_column(item_code)
