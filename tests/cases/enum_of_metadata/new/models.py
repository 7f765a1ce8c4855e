"""An enum that belongs to the metadata gets a label, unused by any table: after."""

from sqlalchemy import Enum
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


level = Enum("low", "middle", "high", name="task_level", metadata=Base.metadata)
