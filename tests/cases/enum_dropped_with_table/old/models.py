"""The only table that uses an enum is dropped: before."""

from sqlalchemy import ARRAY, Enum
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Keep(Base):
    __tablename__ = "keep"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Task(Base):
    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Enum("open", "closed", name="task_state"))
    history: Mapped[list[str]] = mapped_column(ARRAY(Enum("open", "closed", name="task_state")))
