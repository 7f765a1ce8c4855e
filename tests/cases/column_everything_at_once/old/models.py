"""A column gets another name, type, default and comment, and must be there: before."""

from sqlalchemy import Integer, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int | None] = mapped_column(Integer, server_default=text("1"))
