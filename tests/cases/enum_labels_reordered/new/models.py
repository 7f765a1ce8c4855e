"""The labels of an enum change their order: after."""

from sqlalchemy import Enum
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[str] = mapped_column(Enum("small", "medium", "large", name="size"), server_default="medium")
