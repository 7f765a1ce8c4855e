"""A column of a domain becomes plain text, and the domain goes: before."""

from sqlalchemy import Text, text
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(DOMAIN("item_code", Text, check=r"VALUE <> ''", default=text("'none'")))
