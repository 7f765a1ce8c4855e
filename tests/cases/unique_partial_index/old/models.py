"""Rows that are not deleted become unique: before."""

from sqlalchemy import false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    deleted: Mapped[bool] = mapped_column(server_default=false())
