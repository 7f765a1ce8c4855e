"""An enum type lives in a schema that is new with it: after."""

from sqlalchemy import DDL, Enum, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


event.listen(Base.metadata, "before_create", DDL("CREATE SCHEMA IF NOT EXISTS work"))


class Job(Base):
    __tablename__ = "job"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    state: Mapped[str | None] = mapped_column(Enum("queued", "running", name="state", schema="work"))
