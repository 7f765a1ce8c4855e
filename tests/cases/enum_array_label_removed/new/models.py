"""A label goes from an enum that a column holds an array of: after."""

from sqlalchemy import ARRAY, Enum
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[list[str]] = mapped_column(ARRAY(Enum("red", "blue", name="colour")), server_default="{}")
