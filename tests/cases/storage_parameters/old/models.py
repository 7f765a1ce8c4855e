"""A table gets a fill factor and settings for autovacuum: before."""

from sqlalchemy import DDL, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


event.listen(Base.metadata, "after_create", DDL("ALTER TABLE person SET (autovacuum_enabled = false)"))
