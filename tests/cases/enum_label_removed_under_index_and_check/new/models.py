"""A label goes from an enum that a default, a partial index and a check mention: after."""

from sqlalchemy import CheckConstraint, Enum, Index, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Enum("open", "closed", name="task_state"), server_default="open")
    note: Mapped[str | None]
    __table_args__ = (
        Index("ix_task_open", "note", postgresql_where=text("state = 'open'")),
        CheckConstraint("state <> 'closed' OR note IS NOT NULL OR id > 0", name="ck_task_note"),
    )
